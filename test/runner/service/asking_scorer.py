"""A scorer for tests: the score is what the model which is part of the task says to answer.txt and a word that is held out."""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_lib"))
from rebench_lib.answers import NoModel
from rebench_lib.models import Model, ModelError

submission = Path(dict(zip(sys.argv[1::2], sys.argv[2::2]))["--submission"])
question = f"held-out-word {(submission / 'answer.txt').read_text().strip()}"
try:
    said = Model.from_environment().complete([{"role": "user", "content": question}], max_tokens=20).text
except ModelError as error:
    print(error, file=sys.stderr)
    sys.exit(NoModel.status)
print(json.dumps({"score": float(said), "reason": "", "details": {}}))

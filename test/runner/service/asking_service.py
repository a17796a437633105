"""A service for tests that asks the model which is part of its task: {"ask": text} answers {"text": …, "waited": s}, or {"error": …}."""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_lib"))
from rebench_lib.models import Model, ModelError

for line in sys.stdin:
    try:
        found = Model.from_environment().complete([{"role": "user", "content": json.loads(line)["ask"]}], max_tokens=20)
        answer = {"text": found.text, "waited": found.waited_seconds}
    except ModelError as error:
        print(error, file=sys.stderr, flush=True)
        answer = {"error": "the model gave no answer"}
    print(json.dumps(answer), flush=True)

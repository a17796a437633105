"""The number in answer.txt is the score. What else the file says makes the scorer slow, or breaks it, for tests of the runner.

`7 slow=0.5` takes half a second; `7 broken` ends badly; `--remeasure` adds a half.
"""
import json
import sys
import time
from pathlib import Path

arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
assert (Path(arguments["--protected"]) / "data.txt").read_text() == "hidden-key-of-the-toy"
words = (Path(arguments["--submission"]) / "answer.txt").read_text(errors="replace").split() or [""]
for word in words[1:]:
    if word.startswith("slow="):
        time.sleep(float(word[5:]))
    if word == "broken":
        sys.exit("hidden-key-of-the-toy: the scorer fails")
try:
    score = float(words[0]) + (0.5 if "--remeasure" in sys.argv else 0)
except ValueError:
    print(json.dumps({"score": None, "reason": "answer.txt must begin with a number", "details": {"hidden": 42}}))
else:
    print(json.dumps({"score": score, "reason": "", "details": {"hidden": 42}}))

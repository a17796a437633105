"""A service for tests: counts what it was asked in its state, and does what a request says.

{"add": n} answers the sum of all; {"slow": s} takes s seconds; {"die": status} ends; {"say": text} prints that text; {"noise": n} prints n bytes.
"""
import json
import os
import sys
import time
from pathlib import Path

arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
state = Path(arguments["--state"]) / "sum"


def add(number: int) -> int:
    total = (int(state.read_text()) if state.exists() else 0) + number
    partial = state.with_suffix(".partial")
    partial.write_text(str(total))
    partial.rename(state)
    return total


for line in sys.stdin:
    request = json.loads(line)
    if not isinstance(request, dict):
        print(json.dumps({"error": "a request is an object"}))
        continue
    time.sleep(request.get("slow", 0))
    if "die" in request:
        sys.exit(request["die"] or "a secret word on stderr")
    if "noise" in request:
        print("x" * request["noise"])
    elif "say" in request:
        print(request["say"])
    else:
        print(json.dumps({"sum": add(request.get("add", 0)), "tier": arguments["--tier"], "pid": os.getpid()}))

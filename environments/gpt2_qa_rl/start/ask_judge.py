"""Asks the judge which of two answers to a prompt it prefers. Judgements are limited; see instructions.md."""
import json
import os
import subprocess

MAX_PAIRS = 1000  # in one request


class JudgeError(Exception):
    """What the judge says instead of judging."""


def judge(pairs: list[tuple[int, str, str]]) -> tuple[list[bool], int]:
    """For each (prompt number, answer a, answer b) whether a wins; and how many judgements are left."""
    wins: list[bool] = []
    left = None
    for at in range(0, max(1, len(pairs)), MAX_PAIRS):
        asked = [{"prompt": prompt, "a": a, "b": b} for prompt, a, b in pairs[at : at + MAX_PAIRS]]
        answer = request({"judge": asked})
        wins += answer["wins"]
        left = answer["left"]
    return wins, left


def left() -> int:
    """How many judgements are left. Asking costs none."""
    return judge([])[1]


def request(content: dict) -> dict:
    command = json.loads(os.environ.get("REBENCH_SERVICE", '["service"]'))
    done = subprocess.run(command, input=json.dumps(content) + "\n", capture_output=True, text=True)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise JudgeError(f"no answer from the judge: {done.stderr.strip()[-300:]}") from None
    if "error" in answer:
        raise JudgeError(answer["error"])
    return answer

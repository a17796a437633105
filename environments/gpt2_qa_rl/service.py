"""Judges answers to the prompts that a participant sees, within a budget; runs beside an attempt, outside its sandbox.

Usage: service.py --tier small|full --visible DIR --protected DIR --state DIR

A request is one line of JSON on stdin, {"judge": [{"prompt": number, "a": text, "b": text}, …]}, and its answer one line on
stdout: {"wins": [whether a is better, …], "left": judgements left}, or {"error": why not}. Requests are hostile.
"""
import argparse
import json
import sys
from pathlib import Path
from typing import BinaryIO, TextIO

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "_lib")]

from budget import Budget, BudgetExceeded  # noqa: E402
from judges import Judge, Pair, binary, read_judge  # noqa: E402
from rebench_lib.models import ModelError  # noqa: E402

MAX_LINE = 1 << 20
MAX_PAIRS = 1000
MAX_CHARACTERS = 2000  # of an answer
FORM = '{"judge": [{"prompt": number, "a": text, "b": text}, …]}'


class BadRequest(Exception):
    """The message is for the participant."""


class Service:
    def __init__(self, judge: Judge, prompts: int, budget: Budget):
        self.judge = judge
        self.prompts = prompts
        self.budget = budget

    def answer(self, line: bytes) -> dict:
        try:
            pairs = self.parse(line)
            self.budget.spend(len(pairs)) if pairs else None
        except (BadRequest, BudgetExceeded) as error:
            return {"error": str(error)}
        try:
            verdicts = self.judge.compare(pairs)
        except ModelError as error:
            print(f"the judge failed: {error}", file=sys.stderr, flush=True)
            self.budget.give_back(len(pairs))
            return {"error": "the judge could not be reached; nothing was judged, and nothing spent"}
        wins = [binary(verdict, *pair) for verdict, pair in zip(verdicts, pairs)]
        return {"wins": wins, "left": self.budget.left}

    def parse(self, line: bytes) -> list[Pair]:
        if len(line) > MAX_LINE:
            raise BadRequest(f"a request has at most {MAX_LINE} bytes")
        try:
            request = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadRequest(f"this is no JSON; a request looks like {FORM}") from error
        if not isinstance(request, dict) or request.keys() != {"judge"} or not isinstance(request["judge"], list):
            raise BadRequest(f"a request looks like {FORM}")
        if len(request["judge"]) > MAX_PAIRS:
            raise BadRequest(f"a request has at most {MAX_PAIRS} pairs of answers")
        return [self.pair(entry) for entry in request["judge"]]

    def pair(self, entry: object) -> Pair:
        if not isinstance(entry, dict) or entry.keys() != {"prompt", "a", "b"}:
            raise BadRequest(f"a request looks like {FORM}")
        prompt, a, b = entry["prompt"], entry["a"], entry["b"]
        if type(prompt) is not int or not 0 <= prompt < self.prompts:
            raise BadRequest(f"prompt is the number of one of the {self.prompts} prompts in prompts.json, from 0")
        if not isinstance(a, str) or not isinstance(b, str) or max(len(a), len(b)) > MAX_CHARACTERS:
            raise BadRequest(f"a and b are texts of at most {MAX_CHARACTERS} characters")
        return prompt, a, b


def serve(service: Service, requests: BinaryIO, answers: TextIO) -> None:
    """Answers every line until the end of the file. Of a line that is too long only the beginning is kept in memory."""
    while line := requests.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = requests.readline(MAX_LINE + 1)
        if line.strip():
            print(json.dumps(service.answer(line)), file=answers, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tier", choices=["small", "full"], required=True)
    for name in ("visible", "protected", "state"):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="DIR")
    given = parser.parse_args()
    rules = json.loads((given.protected / "rules.json").read_text())
    judge = read_judge(given.protected, "seen")
    serve(Service(judge, rules["prompts"], Budget(given.state, rules["judgements"])), sys.stdin.buffer, sys.stdout)


if __name__ == "__main__":
    main()

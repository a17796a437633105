"""
The weak model for participants, for problems of validation alone and within what an attempt may spend.

Usage: service.py --tier small|full --visible DIR --protected DIR --state DIR

A request is {"problem": name, "number": samples that were had of this problem, "left": units that may be spent, "messages": …,
"temperature": …, "max_tokens": …}, an answer {"text": …, "units": what it cost, "left": of the attempt, "samples": 1 where this was one, else 0}
or {"error": …}.
{} asks for the account alone.
"""

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "_lib"), str(HERE)]
from rebench_lib.answers import BrokenScorer  # noqa: E402

from spending import ATTEMPT_UNITS, Ledger, Meter, Refused, metered, parse_request  # noqa: E402

MAX_LINE = 1 << 20
CALLS = range(10_000)


class Service:
    def __init__(self, tier: str, visible: Path, protected: Path, state: Path) -> None:
        self.names = {problem["name"] for problem in json.loads((visible / "problems.json").read_text())}
        self.ledger, self.limit = Ledger(state / "spent.json"), ATTEMPT_UNITS[tier]
        self.model = self._model(tier, protected)

    @staticmethod
    def _model(tier: str, protected: Path):
        if tier == "small":
            from scripted import ScriptedModel

            return ScriptedModel(json.loads((protected / "script_validation.json").read_text()))
        from model_wire import WireModel

        return WireModel()

    def answer(self, line: str) -> dict:
        try:
            with self.ledger:
                return self._answered(line)
        except Refused as error:
            return {"error": str(error)}
        except BrokenScorer as error:
            print(error, file=sys.stderr)
            return {"error": "the model cannot be asked at the moment"}

    def _answered(self, line: str) -> dict:
        if len(line) > MAX_LINE:
            raise Refused("a request may have 1 MiB")
        try:
            given = json.loads(line)
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            raise Refused("a request is a JSON object")
        spent = self.ledger.spent
        if not given:
            return {"spent": spent, "limit": self.limit}
        name, number, left = given.get("problem"), given.get("number", 0), given.get("left", self.limit)
        if not isinstance(name, str) or name not in self.names:
            raise Refused("problem must be the name of one in problems.json")
        if type(number) is not int or number not in CALLS or type(left) is not int or left < 0:
            raise Refused("number and left must be whole numbers, and not negative")
        if spent >= self.limit:
            raise Refused("this attempt has spent all that it may on the model")
        meter = Meter(min(left, self.limit - spent))
        text = self._paid(meter, name, parse_request(given), number, spent)
        return {"text": text, "units": meter.spent, "left": self.limit - spent - meter.spent, "samples": meter.samples}

    def _paid(self, meter: Meter, name: str, request, number: int, spent: int) -> str:
        """The most that it can cost is on the disk before the model is asked, and what it did cost before the answer is given."""
        _, aside = Meter(meter.limit).begin(request, self.model.most_tokens(request.text))
        self.ledger.write(spent + aside)
        try:
            return metered(meter, self.model, name, request, number)
        finally:
            self.ledger.write(spent + meter.spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tier", choices=["small", "full"], required=True)
    for name in ("visible", "protected", "state"):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="DIR")
    given = parser.parse_args()
    service = Service(given.tier, given.visible, given.protected, given.state)
    for line in iter(lambda: sys.stdin.readline(MAX_LINE + 2), ""):
        if not line.endswith("\n") and len(line) > MAX_LINE:
            while (rest := sys.stdin.readline(MAX_LINE)) and not rest.endswith("\n"):
                pass
        print(json.dumps(service.answer(line)), flush=True)


if __name__ == "__main__":
    main()

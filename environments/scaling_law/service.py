"""
The training service: trains what it is asked, within the limits of a run and of all runs together, and says how the loss fell.

Usage: service.py --tier small|full --visible DIR --protected DIR --state DIR; a JSON request a line on stdin, an answer a line on stdout.

    {"train": {"n_embd": 32, "steps": 99}} → {"n_embd", "steps", "losses": [[step, loss], …], "loss", "flops", "flops_used", "flops_budget"}
    {"train": [{…}, {…}]}                  → {"runs": [an answer as above or {"error"} for each], "flops_used", "flops_budget"}
    {"status": {}}                         → {"runs": [{"n_embd", "steps", "flops", "loss"}, …], "flops_used", "flops_budget", "run_flops"}
    anything else                          → {"error": "what is wrong with it"}

A configuration is paid for once, before it is trained. Asked again it costs nothing, and gives the same answer.
"""

import argparse
import json
import math
import sys
import traceback
from pathlib import Path
from typing import BinaryIO, Callable, Iterator

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start")]

from budget import Book, alone  # noqa: E402
from plans import PLANS, flops, widths  # noqa: E402

MAX_LINE_BYTES = 1 << 20
MOST_STEPS = 10**9  # whatever they cost: a number that can be said

Trainer = Callable[[int, int], dict]


class BadRequest(Exception):
    """The message is for the participant."""


def answer(line: bytes, plan: dict, state: Path, trainer: Trainer) -> dict:
    """To one request. `trainer(n_embd, steps)` gives {"losses", "loss"}."""
    try:
        kind, given = read_request(line)
        if isinstance(given, list):
            if len(given) > plan["most_runs"]:
                raise BadRequest(f"a request has at most {plan['most_runs']} runs")
            runs = [answered_run(plan, state, trainer, run) for run in given]
            return {"runs": runs, "flops_used": Book(state).flops_used, "flops_budget": plan["budget_flops"]}
        return status(plan, Book(state)) if kind == "status" else answered_run(plan, state, trainer, given)
    except BadRequest as error:
        return {"error": str(error)}


def answered_run(plan: dict, state: Path, trainer: Trainer, given: object) -> dict:
    try:
        n_embd, steps = read_run(plan, given)
        with alone(state):
            return train(plan, Book(state), trainer, n_embd, steps)
    except BadRequest as error:
        return {"error": str(error)}


def read_request(line: bytes) -> tuple[str, dict | list]:
    if len(line) > MAX_LINE_BYTES:
        raise BadRequest(f"a request has at most {MAX_LINE_BYTES} bytes")
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRequest("a request is one line of JSON") from error
    if not isinstance(request, dict) or len(request) != 1 or not request.keys() <= {"train", "status"}:
        raise BadRequest('a request is {"train": {"n_embd": …, "steps": …}} or {"status": {}}')
    [(kind, given)] = request.items()
    if kind == "status" and given != {}:
        raise BadRequest('"status" takes {}')
    return kind, given


def read_run(plan: dict, given: object) -> tuple[int, int]:
    if not isinstance(given, dict) or set(given) != {"n_embd", "steps"}:
        raise BadRequest('"train" takes {"n_embd": …, "steps": …} and nothing else, or a list of them')
    n_embd, steps = given["n_embd"], given["steps"]
    limits = plan["n_embd"]
    if type(n_embd) is not int or n_embd not in widths(plan):
        raise BadRequest(f"n_embd is a multiple of {limits['multiple_of']} from {limits['least']} to {limits['most']}")
    if type(steps) is not int or not 1 <= steps <= MOST_STEPS:
        raise BadRequest(f"steps is an integer from 1 to {MOST_STEPS}")
    return n_embd, steps


def train(plan: dict, book: Book, trainer: Trainer, n_embd: int, steps: int) -> dict:
    run = book.find(n_embd, steps) or book.pay(n_embd, steps, affordable(plan, book, n_embd, steps))
    if run["result"] is None:  # also where it was paid for, and this process ended before it was trained
        book.note(run, finite(trainer(n_embd, steps)))
    used = {"flops_used": book.flops_used, "flops_budget": plan["budget_flops"]}
    return {"n_embd": n_embd, "steps": steps, **run["result"], "flops": run["flops"], **used}


def affordable(plan: dict, book: Book, n_embd: int, steps: int) -> int:
    """What a run costs, where it may be made."""
    cost, left = flops(plan, n_embd, steps), plan["budget_flops"] - book.flops_used
    if cost > plan["run_flops"]:
        raise BadRequest(f"this run takes {cost:.4g} FLOP; a run takes at most {plan['run_flops']:.4g}")
    if cost > left:
        raise BadRequest(f"this run takes {cost:.4g} FLOP; {left:.4g} are left")
    if len(book.runs) >= plan["most_runs"]:
        raise BadRequest(f"there were {len(book.runs)} runs already, which is the most")
    return cost


def finite(result: dict) -> dict:
    """JSON has no NaN: a loss that is no number is null."""
    number = lambda value: value if math.isfinite(value) else None  # noqa: E731
    return {"losses": [[step, number(loss)] for step, loss in result["losses"]], "loss": number(result["loss"])}


def status(plan: dict, book: Book) -> dict:
    runs = [{**{name: run[name] for name in ("n_embd", "steps", "flops")}, "loss": (run["result"] or {}).get("loss")} for run in book.runs]
    return {"runs": runs, "flops_used": book.flops_used, "flops_budget": plan["budget_flops"], "run_flops": plan["run_flops"]}


def lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines, of which too long ones come cut, so that they are refused and their rest is no request."""
    while line := file.readline(MAX_LINE_BYTES + 2):
        rest = line
        while len(rest) == MAX_LINE_BYTES + 2 and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE_BYTES + 2)
        yield line.removesuffix(b"\n")


def real_trainer(plan: dict, protected: Path) -> Trainer:
    import numpy as np

    text, validation = (np.load(protected / f"{name}.npy", mmap_mode="r") for name in ("train", "validation"))

    def trainer(n_embd: int, steps: int) -> dict:
        from training import train as trained  # torch takes a while: the first request pays

        return trained(plan, n_embd, steps, text, validation)

    return trainer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tier", choices=sorted(PLANS), required=True)
    for name in ("visible", "protected", "state"):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="DIR")
    given = parser.parse_args()
    plan = PLANS[given.tier]
    given.state.mkdir(parents=True, exist_ok=True)
    trainer = real_trainer(plan, given.protected)
    for line in lines(sys.stdin.buffer):
        try:
            said = answer(line, plan, given.state, trainer)
        except Exception:
            traceback.print_exc()  # for maintainers
            said = {"error": "the training service failed; what was paid for stays paid: ask for the same run again"}
        print(json.dumps(said, allow_nan=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

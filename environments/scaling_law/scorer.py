"""
Score of a predicted optimum: 1 − [(loss at the chosen point − best loss) + |predicted loss − loss at the chosen point|], higher is better.

Usage: scorer.py --tier small|full --submission DIR --visible DIR --protected DIR [--state DIR]

Losses are those of the ground truth (truth.py). The participant hears whether the answer is valid and which share of the FLOP is used: the
same words for a good answer as for a bad one.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]

from budget import share_used  # noqa: E402
from plans import PLANS, answer_widths, flops  # noqa: E402
from rebench_lib.answers import BrokenScorer, InvalidSubmission, read_capped, run_scorer, scorer_arguments  # noqa: E402
from truth import Truth  # noqa: E402

SUBMITTED = "answer.json"
MAX_BYTES = 4096
MOST_LOSS = 100.0  # a prediction beyond is a mistake, and keeps the score a number that can be shown
MOST_STEPS = 10**12


def read_answer(file: Path, plan: dict) -> tuple[int, int, float]:
    """n_embd, steps and predicted loss, which are what the instructions ask for."""
    try:
        answer = json.loads(read_capped(file, MAX_BYTES), object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise InvalidSubmission(f"{file.name} is not JSON, or names something twice") from error
    if not isinstance(answer, dict) or set(answer) != {"n_embd", "steps", "loss"}:
        raise InvalidSubmission(f'{file.name} must hold {{"n_embd": …, "steps": …, "loss": …}} and nothing else')
    n_embd, steps, loss = answer["n_embd"], answer["steps"], answer["loss"]
    limits, target = plan["answer_n_embd"], plan["target_flops"]
    if type(n_embd) is not int or n_embd not in answer_widths(plan):
        raise InvalidSubmission(f"n_embd must be a multiple of {limits['multiple_of']} from {limits['least']} to {limits['most']}")
    if type(steps) is not int or not 1 <= steps <= MOST_STEPS:
        raise InvalidSubmission("steps must be a positive integer")
    if type(loss) not in (int, float) or not 0 <= loss <= MOST_LOSS:  # NaN is not
        raise InvalidSubmission(f"loss must be a number from 0 to {MOST_LOSS:g}")
    share = flops(plan, n_embd, steps) / target
    if not plan["least_share"] <= share <= 1:
        raise InvalidSubmission(
            f"n_embd {n_embd} and {steps} steps take {share:.4g} of {target:.4g} FLOP; it must be {plan['least_share']:g} to 1 of them"
        )
    return n_embd, steps, float(loss)


def _without_repeats(pairs: list) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def raw_score(truth: Truth, n_embd: int, steps: int, predicted: float) -> tuple[float, dict]:
    """The score and what it is made of. A choice with fewer steps than the budget pays for is as good as its own loss."""
    chosen, best = truth.loss(n_embd, steps), truth.best()
    regret, error = max(0.0, chosen - best[0]), abs(predicted - chosen)
    found = {"chosenLoss": chosen, "predictedLoss": predicted, "bestLoss": best[0], "bestNEmbd": best[1], "regret": regret, "error": error}
    return round(1 - (regret + error), 6), found


def read_truth(plan: dict, protected: Path) -> Truth:
    path = protected / "truth.json"
    if not path.exists():
        raise BrokenScorer(f"not scorable: tier {plan['tier']} has no sweep; make it with sweep.py, and prepare again")
    return Truth(plan, json.loads(path.read_text())["runs"])


def score(plan: dict, submission: Path, protected: Path, state: Path | None) -> tuple[float, dict, str]:
    truth, used = read_truth(plan, protected), f"{share_used(state, plan):.1%} of the FLOP are used"
    try:
        answer = read_answer(submission / SUBMITTED, plan)
    except InvalidSubmission as error:
        raise InvalidSubmission(f"{error}; {used}") from error
    raw, details = raw_score(truth, *answer)
    return raw, {**details, "nEmbd": answer[0], "steps": answer[1], "flopsShare": share_used(state, plan)}, f"a valid answer; {used}"


def main() -> int:
    parser = scorer_arguments(__doc__.splitlines()[1])
    parser.add_argument("--state", type=Path, metavar="DIR", help="what the training service keeps")
    given = parser.parse_args()
    return run_scorer(lambda: score(PLANS[given.tier], given.submission, given.protected, given.state))


if __name__ == "__main__":
    sys.exit(main())

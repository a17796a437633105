"""Win rate of the submitted weights' greedy answers to held-out prompts against two fixed opponents, as the judge sees it.

Usage: scorer.py --tier small|full --submission DIR --visible DIR --protected DIR [--state DIR]

Only weights are submitted. They are data: they are read with checks, and run by our own model.
"""
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # so that sums on a GPU are the same each time
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]

import torch  # noqa: E402
from gpt import Gpt, generate, read_config  # noqa: E402
from judges import Judge, read_judge  # noqa: E402
from rebench_lib.answers import BrokenScorer, InvalidSubmission, NoModel, run_scorer, scorer_arguments  # noqa: E402
from rebench_lib.models import ModelError  # noqa: E402
from tokens import read_tokens  # noqa: E402
from weights import BadWeights, load_weights  # noqa: E402

SUBMITTED = "model.safetensors"
GIVEN = "start.safetensors"
THREADS = {"small": 1, "full": 2}  # a tiny model gains nothing from more
BATCH = {"small": 160, "full": 32}


def score(tier: str, submission: Path, visible: Path, protected: Path, state: Path | None = None) -> tuple[float, dict]:
    begin = time.monotonic()
    torch.set_num_threads(THREADS[tier])
    given = not os.path.lexists(submission / SUBMITTED)
    model = load_submitted(visible / GIVEN if given else submission / SUBMITTED, read_config(protected / "start.json"), ours=given)
    judge = available_judge(protected)
    device = "cuda" if tier == "full" and torch.cuda.is_available() else "cpu"
    prompts = [entry["prompt"] for entry in json.loads((protected / "held_out.json").read_text())]
    opponents = json.loads((protected / "opponents.json").read_text())
    answers = greedy_answers(model.to(device), protected, prompts, BATCH[tier])
    rates = win_rates(judge, answers, opponents)
    details = {"winRates": rates, "judgementsSpent": judgements_spent(state), "given": given, "device": device}
    details["seconds"] = round(time.monotonic() - begin, 3)
    return round(sum(rates.values()) / len(rates), 6), details


def available_judge(protected: Path) -> Judge:
    try:
        return read_judge(protected, "held_out")
    except ModelError as error:
        raise NoModel(str(error)) from error


def load_submitted(path: Path, config: dict, ours: bool) -> Gpt:
    """Without a submitted file the model as given counts; a fault in that one is ours."""
    with torch.device("meta"):
        model = Gpt(config)
    model = model.to_empty(device="cpu").eval().requires_grad_(False)
    try:
        load_weights(model, path, config)
    except BadWeights as error:
        raise (BrokenScorer if ours else InvalidSubmission)(str(error)) from error
    return model


def greedy_answers(model: Gpt, protected: Path, prompts: list[str], batch: int) -> list[str]:
    tokens = read_tokens(protected)
    limit = json.loads((protected / "rules.json").read_text())["maxNewTokens"]
    encoded = [tokens.encode(prompt) for prompt in prompts]
    batches = (encoded[at : at + batch] for at in range(0, len(encoded), batch))
    return [tokens.decode(answer) for some in batches for answer in generate(model, some, tokens.end, limit)]


def win_rates(judge: Judge, answers: list[str], opponents: dict[str, list[str]]) -> dict[str, float]:
    """For each opponent the share of prompts on which `answers` win; where the judge sees no difference, half a win."""
    rates = {}
    for name, theirs in opponents.items():
        if len(theirs) != len(answers):
            raise BrokenScorer(f"opponent {name} has {len(theirs)} answers to {len(answers)} prompts")
        try:
            verdicts = judge.compare([(at, a, b) for at, (a, b) in enumerate(zip(answers, theirs))])
        except ModelError as error:
            raise NoModel(f"the judge failed: {error}") from error
        rates[name] = sum(verdicts) / len(verdicts)
    return rates


def judgements_spent(state: Path | None) -> int | None:
    """For whoever reads the record: weights that were trained on judgements have cost some. None by hand, without a service."""
    if state is None or not (state / "spent.json").exists():
        return None if state is None else 0
    return json.loads((state / "spent.json").read_text())["spent"]


if __name__ == "__main__":
    parser = scorer_arguments(__doc__.splitlines()[0])
    parser.add_argument("--state", type=Path, metavar="DIR", help="what the service has kept of the attempt")
    given, _ = parser.parse_known_args()
    sys.exit(run_scorer(lambda: score(given.tier, given.submission, given.visible, given.protected, given.state)))

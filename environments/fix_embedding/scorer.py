"""Loss of the submitted weights on protected text. They are data: they are read with checks, and run by our own model.

Usage: scorer.py --tier small|full --submission DIR --visible DIR --protected DIR
"""
import math
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # so that sums on a GPU are the same each time
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from gpt import Gpt, mean_loss, read_config  # noqa: E402
from rebench_lib.answers import BrokenScorer, InvalidSubmission, run_scorer, scorer_arguments  # noqa: E402
from weights import BadWeights, load_weights  # noqa: E402

SUBMITTED = "model.safetensors"
GIVEN = "large.safetensors"
FLOOR = 1.5  # nats; the raw score is ln(loss − FLOOR), and no model of these sizes gets near it on this text
THREADS = 2
BATCH = {"small": 32, "full": 4}


def score(tier: str, submission: Path, visible: Path, protected: Path) -> tuple[float, dict]:
    begin = time.monotonic()
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    device = "cuda" if tier == "full" and torch.cuda.is_available() else "cpu"
    config = read_config(protected / "large.json")  # what participants see of it is a copy
    with torch.device("meta"):
        model = Gpt(config)
    model = model.to_empty(device="cpu").eval().requires_grad_(False)
    given = not os.path.lexists(submission / SUBMITTED)
    load_submitted(model, visible / GIVEN if given else submission / SUBMITTED, config, ours=given)
    loss = mean_loss(model.to(device), protected_text(protected, config), BATCH[tier])
    return raw_score(loss), {"loss": loss, "given": given, "device": device, "seconds": round(time.monotonic() - begin, 3)}


def load_submitted(model: Gpt, path: Path, config: dict, ours: bool) -> None:
    """Without a submitted file the model as given counts; a fault in that one is ours."""
    try:
        load_weights(model, path, config)
    except BadWeights as error:
        raise (BrokenScorer if ours else InvalidSubmission)(str(error)) from error


def protected_text(protected: Path, config: dict) -> np.ndarray:
    text = np.load(protected / "validation.npy", allow_pickle=False)
    if text.ndim != 2 or text.shape[1] > config["n_positions"] + 1 or text.max() >= config["vocab_size"]:
        raise BrokenScorer(f"validation.npy does not fit the model: shape {text.shape}, largest token {text.max()}")
    return text.astype(np.int64)


def raw_score(loss: float) -> float:
    """ln(loss − 1.5), lower is better."""
    if not math.isfinite(loss):
        raise InvalidSubmission("the loss of these weights is not a finite number")
    if loss <= FLOOR:
        raise InvalidSubmission("the loss of these weights is lower than this text allows")
    return round(math.log(loss - FLOOR), 6)


if __name__ == "__main__":
    given, _ = scorer_arguments(__doc__.splitlines()[0]).parse_known_args()
    sys.exit(run_scorer(lambda: score(given.tier, given.submission, given.visible, given.protected)))

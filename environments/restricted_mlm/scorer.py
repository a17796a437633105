"""Loss of the submitted graph on masked tokens of protected text. The graph is data, run by our own interpreter of few operations.

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
from config import read_config  # noqa: E402
from graph import GRAPH, WEIGHTS, BadGraph, Graph, load_graph  # noqa: E402
from masking import masked_loss  # noqa: E402
from rebench_lib.answers import BrokenScorer, InvalidSubmission, run_scorer, scorer_arguments  # noqa: E402

GIVEN = "given"
FLOOR = 1.5  # nats; the raw score is ln(loss − FLOOR), and this text allows no model to get near it
THREADS = {"small": 1, "full": 8}  # more than there are cores free would make small products many times slower
BATCH = {"small": 32, "full": 16}  # times liveBytes of memory


def score(tier: str, submission: Path, visible: Path, protected: Path) -> tuple[float, dict]:
    begin = time.monotonic()
    torch.set_num_threads(THREADS[tier])
    torch.use_deterministic_algorithms(True)
    torch.set_flush_denormal(True)  # tiny numbers would be many times slower
    device = "cuda" if tier == "full" and torch.cuda.is_available() else "cpu"
    config = read_config(protected)  # what participants see of it is a copy
    tokens, masks = protected_text(protected, config)
    given = not any(os.path.lexists(submission / name) for name in (GRAPH, WEIGHTS))
    graph = load_submitted(visible / GIVEN if given else submission, config, ours=given)
    loss = masked_loss(graph.to(device).logits, tokens, masks, config["mask"], BATCH[tier], device)
    details = {"loss": loss, "given": given, "nodes": len(graph.nodes), "work": graph.work, "liveBytes": graph.live_bytes, "device": device}
    return raw_score(loss), {**details, "seconds": round(time.monotonic() - begin, 3)}


def load_submitted(folder: Path, config: dict, ours: bool) -> Graph:
    """Without a submission the graph as given counts; a fault in that one is ours."""
    try:
        return load_graph(folder, config)
    except BadGraph as error:
        raise (BrokenScorer if ours else InvalidSubmission)(str(error)) from error


def protected_text(protected: Path, config: dict) -> tuple[np.ndarray, np.ndarray]:
    tokens, masks = (np.load(protected / f"{name}.npy", allow_pickle=False) for name in ("hidden", "masks"))
    if tokens.ndim != 2 or tokens.shape[1] != config["length"] or tokens.max() >= config["vocabulary"] or masks.shape != tokens.shape:
        raise BrokenScorer(f"the protected files do not fit: shapes {tokens.shape}, {masks.shape}, largest token {tokens.max()}")
    return tokens, masks


def raw_score(loss: float) -> float:
    """ln(loss − 1.5), lower is better."""
    if not math.isfinite(loss):
        raise InvalidSubmission("the graph's logits are not all finite numbers")
    if loss <= FLOOR:
        raise InvalidSubmission("the loss of this graph is lower than this text allows")
    return round(math.log(loss - FLOOR), 6)


if __name__ == "__main__":
    given, _ = scorer_arguments(__doc__.splitlines()[0]).parse_known_args()
    sys.exit(run_scorer(lambda: score(given.tier, given.submission, given.visible, given.protected)))

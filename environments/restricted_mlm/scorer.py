"""Loss of the submitted graph on masked tokens of protected text. The graph is data, run by our own interpreter of few operations.

Usage: scorer.py --tier small|full --submission DIR --visible DIR --protected DIR
"""
import math
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Callable

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
DECIMALS = 4  # a ten-thousandth of the way from start to reference
SECONDS = {"small": 300, "full": 700}
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
    logits = graph.to(device).logits if given else guarded(graph.to(device), Deadline(tier))
    loss = masked_loss(logits, tokens, masks, config["mask"], BATCH[tier], device)
    details = {"loss": loss, "given": given, "nodes": len(graph.nodes), "work": graph.work, "liveBytes": graph.live_bytes, "device": device}
    return raw_score(loss), {**details, "seconds": round(time.monotonic() - begin, 3)}


def load_submitted(folder: Path, config: dict, ours: bool) -> Graph:
    """Without a submission the graph as given counts; a fault in that one is ours."""
    try:
        return load_graph(folder, config)
    except BadGraph as error:
        raise (BrokenScorer if ours else InvalidSubmission)(str(error)) from error


class Deadline:
    """What the limits of a graph bound before it runs is measured, too. On one thread CPU time counts, which others on the machine do not add to."""

    def __init__(self, tier: str) -> None:
        self.clock = time.process_time if THREADS[tier] == 1 else time.monotonic
        self.seconds = SECONDS[tier]
        self.end = self.clock() + self.seconds

    def check(self) -> None:
        if self.clock() > self.end:
            raise InvalidSubmission(f"the graph takes longer than {self.seconds} s on the hidden text")


def guarded(graph: Graph, deadline: Deadline) -> Callable[[torch.Tensor], torch.Tensor]:
    """The logits of a submitted graph. Whatever goes wrong in it is its own fault: no graph may keep itself from being scored."""

    def logits(tokens: torch.Tensor) -> torch.Tensor:
        deadline.check()
        try:
            return graph.logits(tokens)
        except (MemoryError, torch.OutOfMemoryError):
            raise  # its memory is bounded before it runs: the machine has less than the tier says
        except Exception as error:
            if "allocate" in str(error):  # as torch says it for CPUs
                raise
            traceback.print_exc()
            raise InvalidSubmission("the graph could not be run") from error

    return logits


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
    return round(math.log(loss - FLOOR), DECIMALS)


if __name__ == "__main__":
    given, _ = scorer_arguments(__doc__.splitlines()[0]).parse_known_args()
    sys.exit(run_scorer(lambda: score(given.tier, given.submission, given.visible, given.protected)))

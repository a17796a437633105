"""Lays out what participants see (the sizes of the task), and what service and scorer alone know: the text, and the ground truth.

Usage: prepare.py --tier small|full --out DIR [--data real|synthetic] [--without-truth] [--cache DIR]

Tier small: text of a made language, and the sweep that lies in sweeps/. Tier full: OpenWebText (fetched, kept in --cache), and a sweep that
somebody with GPUs makes first, from what --without-truth prepares.
"""

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]

import numpy as np  # noqa: E402
from plans import PLANS  # noqa: E402
from truth import read_truth  # noqa: E402

TRAIN_SEED, VALIDATION_SEED = 1, 2
VALIDATION_DOCUMENTS = 512
SERVICE_DOCUMENTS = 8192  # more than any run of the service reads at tier small
NO_SWEEP = """not scorable: tier {tier} needs the losses of real runs at {target:.0e} FLOP, and nobody has made them yet. \
On a machine with GPUs: `prepare.py --tier {tier} --out DIR --without-truth`, then `sweep.py --tier {tier} --data DIR --runs RUNS --seal`"""


def made_texts(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Of tier small: `count` documents to train with, and those to measure the loss on; (documents, 65) uint8."""
    import text

    language = text.Language()
    return text.documents(language, count, TRAIN_SEED), text.documents(language, VALIDATION_DOCUMENTS, VALIDATION_SEED)


def prepare(plan: dict, out: Path, data: str, without_truth: bool, cache: Path) -> str:
    runs = None if data == "synthetic" and plan["tier"] == "full" else read_truth(plan)
    if runs is None and not without_truth:
        raise SystemExit(NO_SWEEP.format(tier=plan["tier"], target=plan["target_flops"]))
    visible, protected = out / "visible", out / "protected"
    for folder in (visible, protected):
        folder.mkdir(parents=True, exist_ok=True)
    (visible / "task.json").write_text(json.dumps(plan, indent=2) + "\n")
    if plan["tier"] == "small":
        train, validation = made_texts(SERVICE_DOCUMENTS)
    else:
        import full

        train, validation = full.synthetic(plan) if data == "synthetic" else full.real(plan, cache)
    np.save(protected / "train.npy", train)
    np.save(protected / "validation.npy", validation)
    if runs is not None:
        (protected / "truth.json").write_text(json.dumps({"runs": runs}) + "\n")
    return f"{len(train)} documents to train with, {len(validation)} to measure the loss on, {len(runs or [])} runs as ground truth"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tier", choices=sorted(PLANS), required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--data", choices=["real", "synthetic"], default="real", help="synthetic matters at full")
    parser.add_argument("--without-truth", action="store_true", help="for those who make the sweep: nothing of it can be scored")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "rebench", metavar="DIR", help="where downloads are kept")
    given = parser.parse_args()
    print(prepare(PLANS[given.tier], given.out, given.data, given.without_truth, given.cache), file=sys.stderr)

"""Points of a curve: with noise for participants, without for the scorer.

Usage: prepare.py --tier small|full --out DIR [--data real|synthetic]
"""
import argparse
import sys
from pathlib import Path

import numpy as np

POINTS = {"small": 200, "full": 20_000}
NOISE = 0.1
SEED = 1  # participants never see this file


def curve(x: np.ndarray) -> np.ndarray:
    return np.sin(4 * x) + 0.5 * x


def prepare(tier: str, out: Path) -> str:
    random = np.random.default_rng(SEED)
    x = random.uniform(-1, 1, POINTS[tier])
    noisy = curve(x) + NOISE * random.standard_normal(POINTS[tier])
    hidden = random.uniform(-1, 1, POINTS[tier])
    for part, name, points in [("visible", "train", np.stack([x, noisy], 1)), ("protected", "test", np.stack([hidden, curve(hidden)], 1))]:
        (out / part).mkdir(parents=True, exist_ok=True)
        np.save(out / part / f"{name}.npy", points)
    return f"{POINTS[tier]} points to see, as many to score with"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tier", choices=["small", "full"], required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--data", choices=["real", "synthetic"], default="real", help="these are made in any case")
    given = parser.parse_args()
    print(prepare(given.tier, given.out), file=sys.stderr)

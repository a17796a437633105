"""An example input with its answer for participants. Nothing is protected: every input of a scoring is made during it."""

import argparse
import random
import sys
from pathlib import Path

import numpy as np

EXAMPLE_SIZE = 4096


def definition(values: list[int]) -> list[int]:
    total = positives = 0
    sums = []
    for value in values:
        if positives % 2 == 1:
            total += value
        sums.append(total)
        positives += value > 0
    return sums


def prepare(out: Path) -> None:
    values = random.Random("optimize_kernel").choices(range(-10, 10), k=EXAMPLE_SIZE)
    for folder in (out / "visible", out / "protected"):
        folder.mkdir(parents=True, exist_ok=True)
    np.save(out / "visible" / "example_input.npy", np.array(values, dtype=np.int32))
    np.save(out / "visible" / "example_output.npy", np.array(definition(values), dtype=np.int32))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tier", choices=["small", "full"], required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--data", choices=["real", "synthetic"], default="real", help="the same here: inputs are random")
    prepare(parser.parse_args().out)
    print(f"wrote {EXAMPLE_SIZE} example values and their answer; nothing is protected", file=sys.stderr)

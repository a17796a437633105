"""How far a submitted polynomial is from a curve: root of the mean squared error, lower is better.

Usage: scorer.py --tier small|full --submission DIR --visible DIR --protected DIR
Prints one line of JSON: {"score": number or null, "reason": for the participant, "details": for the record}.
What was submitted is data: it is read with limits, and nothing in it is imported, unpickled or executed.
"""
import argparse
import json
import math
from pathlib import Path

import numpy as np

MOST_BYTES = 10_000
MOST_COEFFICIENTS = 12
LARGEST = 1e6


class InvalidSubmission(Exception):
    """It cannot be scored. The message is for the participant: what to change, and nothing that is hidden."""


def read_coefficients(file: Path) -> np.ndarray:
    if file.is_symlink() or not file.is_file() or file.stat().st_size > MOST_BYTES:
        raise InvalidSubmission(f"{file.name} must be a file of at most {MOST_BYTES} bytes")
    try:
        given = json.loads(file.read_bytes())["coefficients"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidSubmission(f'{file.name} must hold {{"coefficients": [numbers]}}') from error
    numbers = isinstance(given, list) and all(type(one) in (int, float) and abs(one) <= LARGEST for one in given)  # NaN is not <=
    if not numbers or not 1 <= len(given) <= MOST_COEFFICIENTS:
        raise InvalidSubmission(f"coefficients must be 1 to {MOST_COEFFICIENTS} numbers between -1e6 and 1e6")
    return np.array(given, dtype=np.float64)


def score(submission: Path, protected: Path) -> dict:
    try:
        coefficients = read_coefficients(submission / "model.json")
    except InvalidSubmission as error:
        return {"score": None, "reason": str(error), "details": {}}
    x, y = np.load(protected / "test.npy", allow_pickle=False).T
    error = float(np.sqrt(np.mean((np.polynomial.polynomial.polyval(x, coefficients) - y) ** 2)))
    assert math.isfinite(error)
    return {"score": round(error, 6), "reason": "", "details": {"coefficients": len(coefficients)}}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tier", choices=["small", "full"], required=True)
    for part in ["submission", "visible", "protected"]:
        parser.add_argument(f"--{part}", type=Path, required=True, metavar="DIR")
    arguments = parser.parse_args()
    print(json.dumps(score(arguments.submission, arguments.protected), allow_nan=False))

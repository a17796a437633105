"""
Problems for participants, and held-out ones for the scorer.

Usage: prepare.py --tier small|full --out DIR [--data real|synthetic] [--cache DIR]

Tier small: our own problems, which lie beside this script. Tier full: the validation and test parts of CodeContests from the Hugging Face
Hub (about 130 MB to fetch, kept in --cache; pyarrow reads them); with `--data synthetic` our own problems again, to try the path.
"""

import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "_lib")]
from rebench_lib.preparation import make_folders, run_prepare  # noqa: E402

from spending import ATTEMPT_UNITS, OUTPUT_WEIGHT, PROBLEM_UNITS  # noqa: E402


def prepare(tier: str, out: Path, data: str, cache: Path) -> str:
    visible, protected = make_folders(out)
    shutil.copyfile(HERE / "judge.py", visible / "judge.py")
    limits = {"unitsPerProblem": PROBLEM_UNITS[tier], "unitsPerAttempt": ATTEMPT_UNITS[tier], "unitsPerAnswerToken": OUTPUT_WEIGHT}
    write(visible / "limits.json", limits)
    if tier == "full" and data == "real":
        import codecontests

        return codecontests.prepare(visible, protected, cache)
    from problem_bank import load_bank

    bank = load_bank()
    write(visible / "problems.json", [problem.full() for problem in bank["validation"].values()])
    write(protected / "problems.json", [problem.full() for problem in bank["held_out"].values()])
    for split, problems in bank.items():
        write(protected / f"script_{split}.json", {name: problem.script() for name, problem in problems.items()})
    counts = {split: len(problems) for split, problems in bank.items()}
    return f"{counts['validation']} problems to see, {counts['held_out']} held out" + (
        "; our own ones, not CodeContests" if tier == "full" else ""
    )


def write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    run_prepare(__doc__, prepare)

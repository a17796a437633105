"""
Problems for participants, and held-out ones for the scorer.

Usage: prepare.py --tier small|full --out DIR [--data real|synthetic] [--cache DIR]

Tier small: our own problems, which lie beside this script. Tier full: the validation and test parts of CodeContests from the Hugging Face
Hub (about 130 MB to fetch, kept in --cache; pyarrow reads them); with `--data synthetic` our own problems again, to try the path.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "_lib")]
from spending import ATTEMPT_UNITS, OUTPUT_WEIGHT, PROBLEM_UNITS  # noqa: E402


def prepare(tier: str, out: Path, data: str, cache: Path) -> str:
    visible, protected = out / "visible", out / "protected"
    for folder in (visible, protected):
        folder.mkdir(parents=True, exist_ok=True)
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tier", choices=["small", "full"], required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--data", choices=["real", "synthetic"], default="real", help="small is always our own problems; synthetic matters at full"
    )
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "rebench", metavar="DIR", help="where downloads are kept")
    given = parser.parse_args()
    print(prepare(given.tier, given.out, given.data, given.cache), file=sys.stderr)

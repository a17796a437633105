"""Data of a toy: one file to see, one to hide."""
import argparse
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--tier")
parser.add_argument("--out", type=Path)
parser.add_argument("--data")
out = parser.parse_args().out
for part, text in {"visible": "seen", "protected": "hidden-key-of-the-toy"}.items():
    (out / part).mkdir(parents=True)
    (out / part / "data.txt").write_text(text)

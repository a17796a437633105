"""How prepare.py is called: the same for all environments."""

import argparse
import sys
from pathlib import Path
from typing import Callable

CACHE = Path.home() / ".cache" / "rebench"


def run_prepare(description: str, prepare: Callable[[str, Path, str, Path], str]) -> None:
    """Calls `prepare(tier, out, data, cache)` as asked for on the command line, and says on stderr what it says."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tier", choices=["small", "full"], required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--data", choices=["real", "synthetic"], default="real", help="small is always made; synthetic matters at full")
    parser.add_argument("--cache", type=Path, default=CACHE, metavar="DIR", help="where downloads are kept")
    given = parser.parse_args()
    print(prepare(given.tier, given.out, given.data, given.cache), file=sys.stderr)


def make_folders(out: Path) -> tuple[Path, Path]:
    """The folders `visible` and `protected` in `out`."""
    visible, protected = out / "visible", out / "protected"
    for folder in (visible, protected):
        folder.mkdir(parents=True, exist_ok=True)
    return visible, protected

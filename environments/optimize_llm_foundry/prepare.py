"""Lays out what participants see: a tokenizer, an example job, and the unmodified pipeline to compare with.

Usage: prepare.py --tier small|full --out DIR [--data real|synthetic]

Every job of a scoring is drawn while it is scored, so that tier small has nothing to protect. Tier full takes SmolLM2-360M from the
Hugging Face Hub and rows of databricks-dolly-15k (0.8 GB to fetch, kept in --cache), or with `--data synthetic` random weights of full size
and made rows, which take the same work.
"""

import json
import random
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start" / "pipeline"), str(HERE.parent / "_lib")]
import tokenise  # noqa: E402
from rebench_lib.preparation import make_folders, run_prepare  # noqa: E402

import jobs  # noqa: E402
import text  # noqa: E402

EXAMPLE_ROWS, EXAMPLE_SEED = 28, 1


def prepare_small(visible: Path) -> str:
    tokenizer = text.tokenizer(jobs.SHAPE["vocab_size"], tokenise.PIECES, tokenise.byte_letters(), tokenise.merged)
    (visible / "tokenizer.json").write_text(json.dumps(tokenizer))
    jobs.SMALL.draw(random.Random(EXAMPLE_SEED), EXAMPLE_ROWS, {}).write(visible / "example")
    return f"a tokenizer of {len(tokenizer['vocabulary'])} parts and {EXAMPLE_ROWS} example rows; nothing is protected"


def prepare(tier: str, out: Path, data: str, cache: Path) -> str:
    visible, protected = make_folders(out)
    shutil.copytree(HERE / "start" / "pipeline", visible / "pipeline", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    if tier == "small":
        return prepare_small(visible)
    import full

    return full.synthetic(visible, protected) if data == "synthetic" else full.real(visible, protected, cache)


if __name__ == "__main__":
    run_prepare(__doc__, prepare)

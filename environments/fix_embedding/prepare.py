"""Lays out what participants see and what the scorer alone knows.

Usage: prepare.py --tier small|full --out DIR [--data real|synthetic]

Tier small: the two models beside this script, and text of a made language. Tier full: GPT-2 XL and GPT-2 from the
Hugging Face Hub with OpenWebText (about 8 GB to fetch, kept in --cache), or with `--data synthetic` random weights
of full size and random text, only good for trying the path.
"""
import hashlib
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]

import numpy as np  # noqa: E402
from rebench_lib.preparation import make_folders, run_prepare  # noqa: E402
from rebench_lib.sealed import read_key, secret_seed  # noqa: E402

MODELS, KEY = HERE / "models", HERE.parent / "solutions.key"
VISIBLE_DOCUMENTS, VISIBLE_SEED = 200, 1
VALIDATION_DOCUMENTS = 400


def prepare_small(visible: Path, protected: Path) -> str:
    import text

    sums = dict(reversed(line.split()) for line in (MODELS / "SHA256SUMS").read_text().splitlines())
    for name, expected in sums.items():
        found = hashlib.sha256((MODELS / name).read_bytes()).hexdigest()
        if found != expected:
            raise SystemExit(f"{MODELS / name} is damaged: SHA-256 {found}, expected {expected}; check the file out again")
        shutil.copyfile(MODELS / name, visible / name)
    shutil.copyfile(MODELS / "large.json", protected / "large.json")
    language = text.Language()
    np.save(visible / "text.npy", text.documents(language, VISIBLE_DOCUMENTS, VISIBLE_SEED))
    np.save(protected / "validation.npy", validation(language))
    return f"{len(sums)} files of the models, {VISIBLE_DOCUMENTS} documents to see, {VALIDATION_DOCUMENTS} to score with"


def validation(language) -> np.ndarray:
    import text

    return text.documents(language, VALIDATION_DOCUMENTS, secret_seed(read_key(KEY), "fix_embedding/validation"))


def prepare(tier: str, out: Path, data: str, cache: Path) -> str:
    visible, protected = make_folders(out)
    if tier == "small":
        return prepare_small(visible, protected)
    import full

    return full.synthetic(visible, protected) if data == "synthetic" else full.real(visible, protected, cache)


if __name__ == "__main__":
    run_prepare(__doc__, prepare)

"""Lays out what participants see and what judge and scorer alone know.

Usage: prepare.py --tier small|full --out DIR [--data real|synthetic] [--cache DIR]

Tier small: the model and the opponents' answers beside this script, and prompts of a made world. Tier full: GPT-2 XL from the
Hugging Face Hub, Alpaca's instructions as prompts, and opponents whose answers are made here (minutes on a GPU, hours
without); with `--data synthetic` random weights of full size, only good for trying the path.
"""
import hashlib
import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]

from rebench_lib.preparation import make_folders, run_prepare  # noqa: E402

import world  # noqa: E402

MODELS = HERE / "models"
SEEN_PROMPTS, SEEN_SEED = 4000, 1
HELD_OUT_PROMPTS, HELD_OUT_SEED = 320, 2
RULES = {"judge": "rules", "prompts": SEEN_PROMPTS, "judgements": 20_000, "maxNewTokens": 24}


def prepare_small(visible: Path, protected: Path) -> str:
    check_models()
    seen = world.questions(SEEN_PROMPTS, world.SEEN, SEEN_SEED)
    write(protected / "seen.json", [question.to_json() for question in seen])
    write(visible / "prompts.json", [question.prompt for question in seen])
    write(protected / "held_out.json", [question.to_json() for question in held_out()])
    shutil.copyfile(MODELS / "opponents.json", protected / "opponents.json")
    shutil.copyfile(MODELS / "start.safetensors", visible / "start.safetensors")
    for folder in (visible, protected):
        shutil.copyfile(MODELS / "start.json", folder / "start.json")
        write(folder / "words.json", world.vocabulary())
        write(folder / "rules.json", RULES)
    return f"{SEEN_PROMPTS} prompts to see, {HELD_OUT_PROMPTS} to score with, {RULES['judgements']} judgements"


def held_out() -> list[world.Question]:
    """About other people than the prompts that participants see."""
    return world.questions(HELD_OUT_PROMPTS, world.HELD_OUT, HELD_OUT_SEED)


def check_models() -> None:
    for line in (MODELS / "SHA256SUMS").read_text().splitlines():
        expected, name = line.split()
        found = hashlib.sha256((MODELS / name).read_bytes()).hexdigest()
        if found != expected:
            raise SystemExit(f"{MODELS / name} is damaged: SHA-256 {found}, expected {expected}; check the file out again")


def write(path: Path, content) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def prepare(tier: str, out: Path, data: str, cache: Path) -> str:
    visible, protected = make_folders(out)
    if tier == "small":
        return prepare_small(visible, protected)
    import full

    return full.synthetic(visible, protected) if data == "synthetic" else full.real(visible, protected, cache)


if __name__ == "__main__":
    run_prepare(__doc__, prepare)

"""Lays out what participants see and what the scorer alone knows.

Usage: prepare.py --tier small|full --out DIR [--data real|synthetic]

Tier small: text of a made language. Tier full: OpenWebText in GPT-2's tokens from the Hugging Face Hub (about 0.7 GB to fetch, kept
in --cache), or with `--data synthetic` random text of full size, only good for trying the path.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from graph import GRAPH, VERSION, WEIGHTS  # noqa: E402
from masking import draw_masks  # noqa: E402
from rebench_lib.preparation import make_folders, run_prepare  # noqa: E402
from rebench_lib.sealed import read_key, secret_seed  # noqa: E402
from tensors import write_tensors  # noqa: E402

KEY = HERE.parent / "solutions.key"
SMALL_SEQUENCES = {"text": (40_000, 1), "validation": (1_000, 2)}  # how many, and the seed
HIDDEN_SEQUENCES = 1_500
# For one sequence. On tier small a graph that takes all of the work takes about 90 s on one core; the scorer has a limit of its own.
SMALL_LIMITS = {"weightsBytes": 32 << 20, "liveBytes": 32 << 20, "work": 3 * 10**8}
FULL_LIMITS = {"weightsBytes": 4 << 30, "liveBytes": 1 << 30, "work": 5 * 10**11}


def lay_out(out: Path, config: dict, text: np.ndarray, validation: np.ndarray, hidden: np.ndarray) -> None:
    """Tokens are (sequences, length) uint16. The hidden ones come with the places that are masked."""
    visible, protected = make_folders(out)
    for folder in (visible, protected):
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    np.save(visible / "text.npy", text)
    np.save(visible / "validation.npy", validation)
    np.save(protected / "hidden.npy", hidden)
    np.save(protected / "masks.npy", draw_masks(mask_generator(), *hidden.shape))
    write_given(visible / "given", config, text)


def mask_generator() -> np.random.Generator:
    """Not to be guessed: who knew which places are masked in which sequence could ask for the score of each sequence alone."""
    return np.random.default_rng(secret_seed(read_key(KEY), "restricted_mlm/masks"))


def write_given(folder: Path, config: dict, text: np.ndarray) -> None:
    """What is scored where nothing was submitted: at each place the logarithm of how often each token occurs in the text."""
    counts = np.bincount(text.ravel(), minlength=config["vocabulary"])
    logits = np.log((counts + 1) / (counts + 1).sum())
    nodes = [{"name": "logits", "op": "expand", "inputs": ["frequency"], "shape": [1, config["length"], config["vocabulary"]]}]
    folder.mkdir(exist_ok=True)
    (folder / GRAPH).write_text(json.dumps({"version": VERSION, "nodes": nodes, "output": "logits"}, indent=2) + "\n")
    write_tensors(folder / WEIGHTS, {"frequency": torch.from_numpy(logits.astype(np.float32))})


def prepare_small(out: Path) -> str:
    import text

    language = text.Language()
    made = {name: text.sequences(language, *how) for name, how in SMALL_SEQUENCES.items()}
    made["hidden"] = text.sequences(language, HIDDEN_SEQUENCES, secret_seed(read_key(KEY), "restricted_mlm/hidden"))
    config = {"length": text.LENGTH, "vocabulary": text.VOCABULARY, "mask": text.MASK, "limits": SMALL_LIMITS, "synthetic": False}
    lay_out(out, config, **made)
    return ", ".join(f"{name}: {len(tokens)} sequences" for name, tokens in made.items())


def prepare(tier: str, out: Path, data: str, cache: Path) -> str:
    if tier == "small":
        return prepare_small(out)
    import full

    made = full.synthetic() if data == "synthetic" else full.real(cache)
    config = {"length": full.LENGTH, "vocabulary": full.VOCABULARY, "mask": full.MASK, "limits": FULL_LIMITS}
    config["synthetic"] = data == "synthetic"
    lay_out(out, config, **made)
    label = "SYNTHETIC, random text: scores mean nothing here; " if data == "synthetic" else ""
    return label + ", ".join(f"{name}: {len(tokens)} sequences" for name, tokens in made.items())


if __name__ == "__main__":
    run_prepare(__doc__, prepare)

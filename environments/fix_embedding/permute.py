"""The permutations of the large models' embeddings, which are never shown, and not to be guessed."""
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "_lib"))
from rebench_lib.sealed import read_key, secret_seed  # noqa: E402

KEY = HERE.parent / "solutions.key"


def permutation(vocab_size: int, tier: str) -> np.ndarray:
    """Row i of the permuted embedding is row permutation[i] of the right one."""
    return np.random.default_rng(secret_seed(read_key(KEY), f"fix_embedding/{tier}")).permutation(vocab_size)

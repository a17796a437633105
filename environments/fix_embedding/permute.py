"""The permutation of the large model's embedding: the same for both tiers, and never shown."""
import numpy as np


def permutation(vocab_size: int, seed: int) -> np.ndarray:
    """Row i of the permuted embedding is row permutation[i] of the right one."""
    return np.random.default_rng(seed).permutation(vocab_size)

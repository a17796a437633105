"""Tier full: OpenWebText in GPT-2's tokens, and one more token for what is masked."""
from pathlib import Path

import numpy as np
from rebench_lib import openwebtext

LENGTH = 128
MASK = 50257  # after GPT-2's own tokens
VOCABULARY = MASK + 1
SEQUENCES = {"hidden": 2_048, "validation": 2_048, "text": 800_000}  # in this order from the beginning of the text
SYNTHETIC_SEQUENCES = {"hidden": 2_048, "validation": 256, "text": 20_000}


def real(cache: Path) -> dict[str, np.ndarray]:
    """About 100 million tokens."""
    return split(openwebtext.fetched_sequences(cache, sum(SEQUENCES.values()), LENGTH), SEQUENCES)


def synthetic() -> dict[str, np.ndarray]:
    """Random tokens, some of them frequent: tries the path and its cost, and says nothing about skill."""
    ranks = np.random.default_rng(9).zipf(1.2, size=(sum(SYNTHETIC_SEQUENCES.values()), LENGTH))
    return split((ranks % MASK).astype(np.uint16), SYNTHETIC_SEQUENCES)


def split(text: np.ndarray, counts: dict[str, int]) -> dict[str, np.ndarray]:
    ends = np.cumsum(list(counts.values()))
    return {name: text[end - count : end] for (name, count), end in zip(counts.items(), ends)}

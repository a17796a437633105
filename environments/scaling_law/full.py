"""Text of tier full: OpenWebText in GPT-2's tokens, from the Hugging Face Hub (about 2.5 GB), or random tokens to try the path with."""

import itertools
import multiprocessing
from pathlib import Path
from typing import Iterable, Iterator

import numpy as np
from rebench_lib import openwebtext
from rebench_lib.bpe import END_OF_TEXT, Tokenizer
from rebench_lib.downloads import fetch

# Of 21 subsets of about 0.4 billion tokens each. Runs of very narrow models read more tokens than these have, and read them again.
SUBSETS = 4
VALIDATION_SEQUENCES = 512
SYNTHETIC_SEQUENCES = 4096
DOCUMENTS_AT_ONCE = 200
_tokenizer: Tokenizer


def real(plan: dict, cache: Path) -> tuple[np.ndarray, np.ndarray]:
    """Sequences of context + 1 tokens to train with, and to measure the loss on; uint16."""
    words = [fetch(name, *openwebtext.SOURCES[name], cache) for name in ("vocab.json", "merges.txt")]
    tars = [fetch(f"openwebtext-{number:02}.tar", *subset(number), cache) for number in range(SUBSETS)]
    texts = itertools.chain.from_iterable(map(openwebtext.documents, tars))
    return cut(tokens(texts, words), plan["context"] + 1)


def subset(number: int) -> tuple[str, str | None]:
    """Address and SHA-256, where it is known; else the Hub's own is checked when it is fetched."""
    return f"{openwebtext.HUB}/datasets/Skylion007/openwebtext/resolve/main/subsets/urlsf_subset{number:02}.tar", None


def synthetic(plan: dict) -> tuple[np.ndarray, np.ndarray]:
    """Random tokens of uneven frequency. They say nothing about language."""
    ranks = np.random.default_rng(9).zipf(1.2, size=(SYNTHETIC_SEQUENCES + VALIDATION_SEQUENCES, plan["context"] + 1))
    sequences = (ranks % plan["vocabulary"]).astype(np.uint16)
    return sequences[VALIDATION_SEQUENCES:], sequences[:VALIDATION_SEQUENCES]


def tokens(texts: Iterable[str], words: list[Path]) -> Iterator[np.ndarray]:
    """Of the documents in their order, each begun by the end-of-text token; cut by all cores, since there are billions."""
    with multiprocessing.Pool(initializer=_begin, initargs=words) as pool:
        yield from pool.imap(_encode, _chunks(texts))


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    texts = iter(texts)
    while chunk := list(itertools.islice(texts, DOCUMENTS_AT_ONCE)):
        yield chunk


def _begin(vocabulary: Path, merges: Path) -> None:
    global _tokenizer
    _tokenizer = Tokenizer(vocabulary, merges)


def _encode(texts: list[str]) -> np.ndarray:
    return np.array([token for text in texts for token in (END_OF_TEXT, *_tokenizer.encode(text))], dtype=np.uint16)


def cut(parts: Iterable[np.ndarray], length: int) -> tuple[np.ndarray, np.ndarray]:
    """Sequences one after the other: the first ones to measure the loss on, the others to train with."""
    every = np.concatenate(list(parts))
    sequences = every[: len(every) // length * length].reshape(-1, length)
    if len(sequences) <= VALIDATION_SEQUENCES:
        raise SystemExit(f"the text has {len(sequences)} sequences; more than {VALIDATION_SEQUENCES} are needed")
    return sequences[VALIDATION_SEQUENCES:], sequences[:VALIDATION_SEQUENCES]

"""OpenWebText in GPT-2's tokens, from the Hugging Face Hub (about 0.7 GB to fetch). Needs numpy."""

import io
import lzma
import tarfile
from pathlib import Path
from typing import Iterator

import numpy as np

from .bpe import END_OF_TEXT, Tokenizer
from .downloads import fetch

HUB = "https://huggingface.co"
BASE = f"{HUB}/openai-community/gpt2/resolve/607a30d783dfa663caf39e06633721c8d4cfcd7e"
# file → address, SHA-256. The text has no checksum known to us: the one that the Hub announces for it is checked, and printed.
SOURCES = {
    "vocab.json": (f"{BASE}/vocab.json", "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783"),
    "merges.txt": (f"{BASE}/merges.txt", "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5"),
    "openwebtext-00.tar": (f"{HUB}/datasets/Skylion007/openwebtext/resolve/main/subsets/urlsf_subset00.tar", None),
}


def fetched_sequences(cache: Path, count: int, length: int) -> np.ndarray:
    """(count, length) uint16: the first documents of OpenWebText, cut into sequences."""
    files = {name: fetch(name, *source, cache) for name, source in SOURCES.items()}
    tokenizer = Tokenizer(files["vocab.json"], files["merges.txt"])
    return sequences(documents(files["openwebtext-00.tar"]), tokenizer, count, length)


def documents(tar: Path) -> Iterator[str]:
    """The texts of OpenWebText's archive, in its order: a tar of .xz tars of .txt files."""
    with tarfile.open(tar) as outer:
        for part in outer:
            if not part.name.endswith(".xz"):
                continue
            with tarfile.open(fileobj=io.BytesIO(lzma.decompress(outer.extractfile(part).read()))) as inner:
                for member in inner:
                    if member.isfile():
                        yield inner.extractfile(member).read().decode("utf-8", "replace")


def sequences(texts: Iterator[str], tokenizer: Tokenizer, count: int, length: int) -> np.ndarray:
    """`count` sequences of `length` tokens, uint16: the documents one after the other, each begun by the end-of-text token."""
    found = np.empty(count * length, dtype=np.uint16)
    filled = 0
    for text in texts:
        tokens = [END_OF_TEXT, *tokenizer.encode(text)][: len(found) - filled]
        found[filled : filled + len(tokens)] = tokens
        filled += len(tokens)
        if filled == len(found):
            return found.reshape(count, length)
    raise SystemExit(f"the text ended after {filled} tokens; {len(found)} are needed")

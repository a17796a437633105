"""Text ↔ tokens, as the scorer does it. Tier small has one token a word, tier full GPT-2's byte pairs.

The byte pairs' letters and numbers are told apart by Python's `re`, which takes superscripts and fractions for letters; for such
rare characters a word may be cut elsewhere than by the original.
"""
import json
import re
from functools import lru_cache
from pathlib import Path

PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


class Words:
    """One token a word, its number being its place in `words.json`. The first is the end token."""

    def __init__(self, words: list[str]):
        self.words = words
        self.numbers = {word: at for at, word in enumerate(words)}
        self.end = 0

    def encode(self, text: str) -> list[int]:
        return [self.numbers[word] for word in text.split()]

    def decode(self, tokens: list[int]) -> str:
        return " ".join(self.words[token] for token in tokens)


class BytePairs:
    """GPT-2's tokens, from its published vocab.json and merges.txt."""

    def __init__(self, numbers: dict[str, int], merges: str):
        self.numbers = numbers
        self.pieces = {number: piece for piece, number in numbers.items()}
        self.ranks = {tuple(line.split()): rank for rank, line in enumerate(merges.splitlines()[1:]) if line}
        self.letters = _byte_letters()
        self.bytes = {letter: byte for byte, letter in self.letters.items()}
        self.end = numbers.get("<|endoftext|>", len(numbers) - 1)
        self.piece = lru_cache(maxsize=1 << 18)(self._piece)

    def encode(self, text: str) -> list[int]:
        return [number for piece in PIECES.findall(text) for number in self.piece(piece)]

    def decode(self, tokens: list[int]) -> str:
        letters = "".join(self.pieces.get(token, "") for token in tokens if token != self.end)
        return bytes(self.bytes[letter] for letter in letters).decode("utf-8", "replace")

    def _piece(self, piece: str) -> tuple[int, ...]:
        parts = [self.letters[byte] for byte in piece.encode("utf-8")]
        while len(parts) > 1:
            pair = min(zip(parts, parts[1:]), key=lambda pair: self.ranks.get(pair, len(self.ranks)))
            if pair not in self.ranks:
                break
            parts = _merged(parts, pair)
        return tuple(self.numbers[part] for part in parts)


def read_tokens(folder: Path) -> Words | BytePairs:
    """The tokens of the tier whose data are in `folder`."""
    if (folder / "words.json").exists():
        return Words(json.loads((folder / "words.json").read_text()))
    return BytePairs(json.loads((folder / "vocab.json").read_text(encoding="utf-8")), (folder / "merges.txt").read_text(encoding="utf-8"))


def _merged(parts: list[str], pair: tuple[str, str]) -> list[str]:
    found, at = [], 0
    while at < len(parts):
        together = tuple(parts[at : at + 2]) == pair
        found.append("".join(pair) if together else parts[at])
        at += 2 if together else 1
    return found


def _byte_letters() -> dict[int, str]:
    """A printable letter for each byte, as GPT-2's files write them."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in plain]
    return {byte: chr(byte) for byte in plain} | {byte: chr(256 + at) for at, byte in enumerate(others)}

"""GPT-2's tokens of a text, from its published vocab.json and merges.txt.

Letters and numbers are told apart by Python's `re`, which takes superscripts and fractions for letters; for such rare
characters a word may be cut elsewhere than by the original.
"""
import json
import re
from functools import lru_cache
from pathlib import Path

END_OF_TEXT = 50256
PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


class Tokenizer:
    def __init__(self, vocabulary: Path, merges: Path):
        self.numbers: dict[str, int] = json.loads(vocabulary.read_text(encoding="utf-8"))
        lines = merges.read_text(encoding="utf-8").splitlines()[1:]
        self.ranks = {tuple(line.split()): rank for rank, line in enumerate(lines) if line}
        self.letters = _byte_letters()
        self.piece = lru_cache(maxsize=1 << 18)(self._piece)

    def encode(self, text: str) -> list[int]:
        return [number for piece in PIECES.findall(text) for number in self.piece(piece)]

    def _piece(self, piece: str) -> tuple[int, ...]:
        parts = [self.letters[byte] for byte in piece.encode("utf-8")]
        while len(parts) > 1:
            pair = min(zip(parts, parts[1:]), key=lambda pair: self.ranks.get(pair, len(self.ranks)))
            if pair not in self.ranks:
                break
            parts = _merged(parts, pair)
        return tuple(self.numbers[part] for part in parts)


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

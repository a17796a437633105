"""Rows of text to tokens: byte-level byte-pair encoding, and which tokens are to be learned."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


@dataclass(frozen=True)
class Example:
    """One row. `learned[i]` says whether `tokens[i]` is to be predicted from what comes before it."""

    tokens: list[int]
    learned: list[bool]


class Tokenizer:
    """The file holds `vocabulary` (text → number), `merges` (pairs, the first is merged first), `begin` and `end` (numbers)."""

    def __init__(self, file: Path) -> None:
        content = json.loads(file.read_text())
        self.vocabulary: dict[str, int] = content["vocabulary"]
        self.ranks = {tuple(pair): rank for rank, pair in enumerate(content["merges"])}
        self.letters = byte_letters()
        self.begin, self.end = content["begin"], content["end"]

    def encode(self, text: str) -> list[int]:
        return [number for piece in PIECES.findall(text) for number in self._encode_piece(piece)]

    def _encode_piece(self, piece: str) -> list[int]:
        parts = [self.letters[byte] for byte in piece.encode("utf-8")]
        while (pair := self._next_merge(parts)) is not None:
            parts = merged(parts, pair)
        return [self.vocabulary[part] for part in parts]

    def _next_merge(self, parts: list[str]) -> tuple[str, str] | None:
        """Of all neighbours the pair that stands first in `merges`."""
        known = [pair for pair in zip(parts, parts[1:]) if pair in self.ranks]
        return min(known, key=self.ranks.__getitem__, default=None)


def merged(parts: list[str], pair: tuple[str, str]) -> list[str]:
    """`pair` becomes one part wherever it stands, from the left."""
    result: list[str] = []
    at = 0
    while at < len(parts):
        together = tuple(parts[at : at + 2]) == pair
        result.append("".join(pair) if together else parts[at])
        at += 2 if together else 1
    return result


def byte_letters() -> dict[int, str]:
    """A printable letter for each byte, as GPT-2's files write them."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in plain]
    return {byte: chr(byte) for byte in plain} | {byte: chr(256 + at) for at, byte in enumerate(others)}


def count_rows(file: Path) -> int:
    with file.open(encoding="utf-8") as lines:
        return sum(1 for line in lines if line.strip())


def read_row(file: Path, index: int) -> dict[str, str]:
    with file.open(encoding="utf-8") as lines:
        for at, line in enumerate(line for line in lines if line.strip()):
            if at == index:
                return json.loads(line)
    raise IndexError(f"{file.name} has no row {index}")


def make_example(row: dict[str, str], tokenizer: Tokenizer, max_length: int, loss_on: str) -> Example:
    """begin, prompt, response, end; cut to `max_length`. `loss_on`: "response" (with the end), or "all" but the begin."""
    prompt = [tokenizer.begin, *tokenizer.encode(row["prompt"])]
    response = [*tokenizer.encode(row["response"]), tokenizer.end]
    learned = [loss_on == "all"] * len(prompt) + [True] * len(response)
    learned[0] = False
    return Example((prompt + response)[:max_length], learned[:max_length])

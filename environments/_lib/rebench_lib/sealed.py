"""
Bytes that crawlers cannot read: hidden problems, tables of answers, solutions that a scorer needs. Standard library only.

The key lies in the project (`solutions.key`), so this keeps nothing from people; it keeps text out of what is collected to train models on.
Stream of SHAKE-256 over key and nonce, and an HMAC-SHA256 over nonce and ciphertext that finds damage and wrong keys.
"""

import hashlib
import hmac
from pathlib import Path

MAGIC = b"rebench-sealed-1\n"
NONCE_BYTES, TAG_BYTES = 16, 32


class SealError(Exception):
    """These are no sealed bytes, they were damaged, or sealed with another key."""


def seal(plain: bytes, key: bytes) -> bytes:
    """The nonce follows from the content, so that the same bytes give the same bytes."""
    nonce = hmac.digest(key, b"nonce" + plain, "sha256")[:NONCE_BYTES]
    hidden = _mixed(plain, key, nonce)
    return MAGIC + nonce + _tag(nonce + hidden, key) + hidden


def unseal(sealed: bytes, key: bytes) -> bytes:
    head = len(MAGIC) + NONCE_BYTES
    nonce, tag, hidden = sealed[len(MAGIC) : head], sealed[head : head + TAG_BYTES], sealed[head + TAG_BYTES :]
    if not sealed.startswith(MAGIC) or not hmac.compare_digest(tag, _tag(nonce + hidden, key)):
        raise SealError("not sealed with this key, or damaged: take it and solutions.key from the same version of rebench")
    return _mixed(hidden, key, nonce)


def secret_seed(key: bytes, name: str) -> int:
    """256 bits for a generator whose numbers nobody may guess: whoever knows the code can try every seed that is a date."""
    return int.from_bytes(hmac.digest(key, b"seed" + name.encode(), "sha256"), "big")


def read_key(file: Path) -> bytes:
    """The key in a file of 64 hexadecimal digits."""
    text = file.read_text().strip()
    if len(text) != 64:
        raise SealError(f"{file} is no key: 64 hexadecimal digits are expected")
    return bytes.fromhex(text)


def _mixed(content: bytes, key: bytes, nonce: bytes) -> bytes:
    stream = hashlib.shake_256(b"stream" + key + nonce).digest(len(content))
    return (int.from_bytes(content, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(content), "big")


def _tag(content: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"tag" + content, "sha256")

"""Messages between scorer and judge: a length of 4 bytes, big-endian, and a JSON object. Both ends expect the other to be hostile."""

import json
import os
import select
import time

MAX_FRAME_BYTES = 64 * 1024


class FrameError(Exception):
    """What came is no message."""


class FrameTimeout(FrameError):
    """Nothing whole came in time."""


class FrameEnd(FrameError):
    """The other end is gone."""


def write_frame(fd: int, message: dict) -> None:
    payload = json.dumps(message, allow_nan=False).encode()
    if len(payload) > MAX_FRAME_BYTES:
        raise FrameError(f"a message of {len(payload)} bytes is too long")
    rest = memoryview(len(payload).to_bytes(4, "big") + payload)
    try:
        while rest:
            rest = rest[os.write(fd, rest) :]
    except (BrokenPipeError, ConnectionResetError) as error:
        raise FrameEnd("the other end is gone") from error


def read_frame(fd: int, timeout_seconds: float | None = None) -> dict:
    """The next message, no later than `timeout_seconds` from now, however slowly its bytes drip in."""
    deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
    size = int.from_bytes(_read_exactly(fd, 4, deadline), "big")
    if size > MAX_FRAME_BYTES:
        raise FrameError(f"a message of {size} bytes is too long")
    return parse_message(_read_exactly(fd, size, deadline))


def parse_message(payload: bytes) -> dict:
    try:
        message = json.loads(payload, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise FrameError("not a JSON message") from error
    if not isinstance(message, dict):
        raise FrameError("not a JSON object")
    return message


def _read_exactly(fd: int, size: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    while size > 0:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([fd], [], [], left)[0]:
                raise FrameTimeout("no answer in time")
        part = os.read(fd, size)
        if not part:
            raise FrameEnd("the other end is gone")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")

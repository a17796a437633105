"""The tensors of a submission (safetensors): read with every check, and written. A file is data from a stranger: nothing in it is run.

Two types: F32 for values, which must be finite, and I64 for indexes, such as the places that a shift reads from.
"""
import json
import math
import os
import re
import stat
import struct
from pathlib import Path

import torch

MAX_HEADER_BYTES = 1 << 22
MAX_TENSORS = 5_000
MAX_RANK = 8
MAX_INDEX = 2**31  # of any index, and any result of adding and multiplying them
NAME = re.compile(r"[A-Za-z0-9_.]{1,120}")
KINDS = {"F32": torch.float32, "I64": torch.int64}


class BadTensors(Exception):
    """The file does not hold tensors that may be used. The message is for whoever made it."""


def read_tensors(path: Path, max_bytes: int) -> dict[str, torch.Tensor]:
    """name → float32 or int64 tensor on the CPU; raises BadTensors for anything unexpected."""
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > max_bytes:
            raise BadTensors(f"{path.name} has {size} bytes; at most {max_bytes} are allowed")
        header, start = _read_header(file, size)
        places = _check_header(header, size - start)
        found = {}
        for name, (kind, shape, begin, end) in places.items():
            file.seek(start + begin)
            content = bytearray(end - begin)
            if file.readinto(content) != len(content):
                raise BadTensors("the file ended early")
            tensor = torch.frombuffer(content, dtype=KINDS[kind]).reshape(shape)
            _check_values(name, tensor)
            found[name] = tensor
        return found


def write_tensors(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Writes float32 and int64 tensors one after the other."""
    kinds = {tensor_type: kind for kind, tensor_type in KINDS.items()}
    header, offset = {}, 0
    for name, tensor in tensors.items():
        end = offset + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": kinds[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.detach().cpu().contiguous().numpy().tobytes())


def open_regular(path: Path):
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise BadTensors(f"{path.name} is missing, or cannot be opened as a regular file") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadTensors(f"{path.name} is not a regular file")
    return os.fdopen(descriptor, "rb")


def parse_json(content: bytes):
    """Strict JSON: no NaN and infinities, no name twice in one object, no nesting beyond Python's stack. ValueError otherwise."""
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_without_repeats, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _without_repeats(pairs: list) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return found


def _refuse(constant: str):
    raise ValueError(f"{constant} is not JSON")


def _read_header(file, size: int) -> tuple[dict, int]:
    """The JSON header, and where the values start."""
    first = file.read(8)
    length = struct.unpack("<Q", first)[0] if len(first) == 8 else None
    if length is None or length > min(MAX_HEADER_BYTES, size - 8):
        raise BadTensors("this is not a safetensors file")
    try:
        header = parse_json(file.read(length))
    except ValueError as error:
        raise BadTensors("this is not a safetensors file: its header cannot be read") from error
    if not isinstance(header, dict):
        raise BadTensors("this is not a safetensors file: its header is not an object")
    header.pop("__metadata__", None)
    if len(header) > MAX_TENSORS:
        raise BadTensors(f"there are {len(header)} tensors; at most {MAX_TENSORS} are allowed")
    return header, 8 + length


def _check_header(header: dict, data_bytes: int) -> dict[str, tuple[str, list[int], int, int]]:
    """name → dtype, shape, begin, end: tensors that fill the file without gap or overlap."""
    places = {name: _check_entry(name, entry) for name, entry in header.items()}
    at = 0
    for name, (_, _, begin, end) in sorted(places.items(), key=lambda item: item[1][2:]):
        if begin != at:
            raise BadTensors(f"{name} overlaps another tensor, or leaves a gap")
        at = end
    if at != data_bytes:
        raise BadTensors("the file is longer or shorter than its tensors")
    return places


def _check_entry(name: str, entry) -> tuple[str, list[int], int, int]:
    if not NAME.fullmatch(name):
        raise BadTensors("a tensor's name has other characters than letters, digits, _ and . or more than 120 of them")
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise BadTensors(f"{name} is not described by dtype, shape and data_offsets")
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadTensors(f"{name} has a dtype other than {' and '.join(KINDS)}")
    if not isinstance(shape, list) or len(shape) > MAX_RANK or any(type(side) is not int or not 0 < side < MAX_INDEX for side in shape):
        raise BadTensors(f"{name} must have a shape of at most {MAX_RANK} sides, each at least 1")
    if not isinstance(offsets, list) or len(offsets) != 2 or any(type(offset) is not int for offset in offsets):
        raise BadTensors(f"{name} has wrong data_offsets")
    if offsets[0] < 0 or offsets[1] - offsets[0] != math.prod(shape) * KINDS[kind].itemsize:
        raise BadTensors(f"{name} has wrong data_offsets")
    return kind, shape, *offsets


def _check_values(name: str, tensor: torch.Tensor) -> None:
    if tensor.dtype == torch.int64:
        if tensor.min() < -MAX_INDEX or tensor.max() > MAX_INDEX:
            raise BadTensors(f"{name} holds indexes beyond ±{MAX_INDEX}")
    elif not torch.isfinite(tensor).all():
        raise BadTensors(f"{name} holds values that are not finite")

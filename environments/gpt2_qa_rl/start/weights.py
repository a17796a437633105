"""Weights files (safetensors): read with every check, and written. A submitted file is data from a stranger: nothing in it is run."""
import json
import os
import stat
import struct
from pathlib import Path
from typing import Callable

import numpy as np
import torch

MAX_HEADER_BYTES = 1 << 20
MAX_MAGNITUDE = 1e4  # far above any trained weight, and far too small to overflow float32 inside the model
KINDS = {"F32": 4, "F16": 2, "BF16": 2}


class BadWeights(Exception):
    """The file does not hold weights of this architecture. The message is for whoever made it."""


def expected_shapes(config: dict) -> dict[str, tuple[int, ...]]:
    """Every tensor of the architecture. There is one embedding, `wte.weight`, and no tensor for the head: it is tied to it."""
    width, inner = config["n_embd"], 4 * config["n_embd"]
    shapes = {"wte.weight": (config["vocab_size"], width), "wpe.weight": (config["n_positions"], width)}
    for layer in range(config["n_layer"]):
        block = {
            "ln_1.weight": (width,), "ln_1.bias": (width,),
            "attn.c_attn.weight": (width, 3 * width), "attn.c_attn.bias": (3 * width,),
            "attn.c_proj.weight": (width, width), "attn.c_proj.bias": (width,),
            "ln_2.weight": (width,), "ln_2.bias": (width,),
            "mlp.c_fc.weight": (width, inner), "mlp.c_fc.bias": (inner,),
            "mlp.c_proj.weight": (inner, width), "mlp.c_proj.bias": (width,),
        }  # fmt: skip
        shapes |= {f"h.{layer}.{name}": shape for name, shape in block.items()}
    return shapes | {"ln_f.weight": (width,), "ln_f.bias": (width,)}


def load_weights(model: torch.nn.Module, path: Path, config: dict) -> None:
    """Fills `model`, a Gpt of `config`, with the file's weights as float32; raises BadWeights for anything unexpected."""
    shapes = expected_shapes(config)
    parameters = dict(model.named_parameters())
    assert {name: tuple(value.shape) for name, value in parameters.items()} == shapes
    largest = 8 + MAX_HEADER_BYTES + 4 * sum(int(np.prod(shape)) for shape in shapes.values())
    with _open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > largest:
            raise BadWeights(f"{path.name} has {size} bytes; weights of this architecture have at most {largest}")
        header, start = _read_header(file, size)
        places = _check_header(header, shapes, size - start)
        for name, (kind, begin, end) in places.items():
            file.seek(start + begin)
            values = _read_tensor(file.read(end - begin), kind, end - begin)
            if not np.isfinite(values).all():
                raise BadWeights(f"{name} holds values that are not finite")
            if np.abs(values).max(initial=0) > MAX_MAGNITUDE:
                raise BadWeights(f"{name} holds values beyond ±{MAX_MAGNITUDE:g}")
            with torch.no_grad():
                parameters[name].copy_(torch.from_numpy(values.reshape(shapes[name])))


def write_weights(path: Path, shapes: dict[str, tuple[int, ...]], kind: str, tensor: Callable[[str], np.ndarray]) -> None:
    """Writes `tensor(name)` of every name as a safetensors file, one after the other; `kind` is F32 or F16."""
    header, offset = {}, 0
    for name, shape in shapes.items():
        end = offset + int(np.prod(shape)) * KINDS[kind]
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in shapes.items():
            values = np.ascontiguousarray(tensor(name), dtype={"F32": "<f4", "F16": "<f2"}[kind])
            assert values.shape == shape, name
            file.write(values.data)


def _open_regular(path: Path):
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise BadWeights(f"{path.name} cannot be opened as a regular file") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadWeights(f"{path.name} is not a regular file")
    return os.fdopen(descriptor, "rb")


def _read_header(file, size: int) -> tuple[dict, int]:
    """The JSON header, and where the values start."""
    first = file.read(8)
    length = struct.unpack("<Q", first)[0] if len(first) == 8 else None
    if length is None or length > min(MAX_HEADER_BYTES, size - 8):
        raise BadWeights("this is not a safetensors file")
    try:
        header = json.loads(file.read(length).decode("utf-8"), object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise BadWeights("this is not a safetensors file: its header cannot be read") from error
    if not isinstance(header, dict):
        raise BadWeights("this is not a safetensors file: its header is not an object")
    header.pop("__metadata__", None)
    return header, 8 + length


def _without_repeats(pairs: list) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _check_header(header: dict, shapes: dict, data_bytes: int) -> dict[str, tuple[str, int, int]]:
    """name → dtype, begin, end: the expected tensors and no others, which fill the file without gap or overlap."""
    missing, extra = sorted(shapes.keys() - header.keys()), sorted(header.keys() - shapes.keys())
    if missing:
        raise BadWeights(f"tensors are missing: {', '.join(missing[:3])}{', …' if missing[3:] else ''}")
    if extra:
        raise BadWeights(f"unexpected tensors: {', '.join(name[:60] for name in extra[:3])}; the head is tied to wte.weight")
    places = {name: _check_entry(name, header[name], shapes[name]) for name in shapes}
    at = 0
    for name, (_, begin, end) in sorted(places.items(), key=lambda item: item[1][1:]):
        if begin != at:
            raise BadWeights(f"{name} overlaps another tensor, or leaves a gap")
        at = end
    if at != data_bytes:
        raise BadWeights("the file is longer or shorter than its tensors")
    return places


def _check_entry(name: str, entry, shape: tuple[int, ...]) -> tuple[str, int, int]:
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise BadWeights(f"{name} is not described by dtype, shape and data_offsets")
    kind, offsets = entry["dtype"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadWeights(f"{name} has a dtype other than {', '.join(KINDS)}")
    if entry["shape"] != list(shape) or any(type(side) is not int for side in entry["shape"]):
        raise BadWeights(f"{name} must have shape {list(shape)}")
    if not isinstance(offsets, list) or len(offsets) != 2 or any(type(offset) is not int for offset in offsets):
        raise BadWeights(f"{name} has wrong data_offsets")
    if offsets[0] < 0 or offsets[1] - offsets[0] != int(np.prod(shape)) * KINDS[kind]:
        raise BadWeights(f"{name} has wrong data_offsets")
    return kind, offsets[0], offsets[1]


def _read_tensor(content: bytes, kind: str, size: int) -> np.ndarray:
    if len(content) != size:
        raise BadWeights("the file ended early")
    if kind == "BF16":
        return (np.frombuffer(content, "<u2").astype("<u4") << 16).view("<f4")
    return np.frombuffer(content, {"F32": "<f4", "F16": "<f2"}[kind]).astype(np.float32)

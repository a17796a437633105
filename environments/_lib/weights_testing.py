"""Files of weights (safetensors) for tests, made part by part so that a test can make one of them wrong."""

import json
import struct

import numpy as np


def safetensors(entries: dict | bytes, content: bytes) -> bytes:
    """A file of this header and content, whether they fit each other or not."""
    header = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    return struct.pack("<Q", len(header)) + header + content


def parts(weights: dict[str, np.ndarray], kind: str = "F32", dtype: str = "<f4") -> tuple[dict, bytes]:
    """Header and content of a good file."""
    entries, content = {}, b""
    for name, values in weights.items():
        added = values.astype(dtype).tobytes()
        entries[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [len(content), len(content) + len(added)]}
        content += added
    return entries, content


def random_weights(shapes: dict[str, tuple[int, ...]], seed: int = 0, scale: float = 0.1) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {name: random.normal(0, scale, shape).astype(np.float32) for name, shape in shapes.items()}

"""GPT-2's weights: from the Hugging Face Hub's file, or random ones of the same shapes. Needs numpy."""

import json
from pathlib import Path
from typing import Callable

import numpy as np


def hub_tensors(source: Path) -> Callable[[str], np.ndarray]:
    """Gives each tensor of a safetensors file of the Hub by our name for it."""
    with open(source, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    values = np.memmap(source, dtype=np.uint8, mode="r", offset=8 + length)

    def tensor(name: str) -> np.ndarray:
        entry = header.get(name) or header[f"transformer.{name}"]
        begin, end = entry["data_offsets"]
        return values[begin:end].view({"F32": "<f4", "F16": "<f2"}[entry["dtype"]]).reshape(entry["shape"])

    return tensor


def random_tensor(random: np.random.Generator, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """GPT-2's initialisation."""
    if name.endswith(".bias"):
        return np.zeros(shape, dtype=np.float16)
    if ".ln_" in name or name.startswith("ln_"):
        return np.ones(shape, dtype=np.float16)
    return random.normal(0, 0.02, size=shape).astype(np.float16)

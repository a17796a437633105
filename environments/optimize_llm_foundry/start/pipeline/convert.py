"""Checkpoints of training to the weights that are handed over."""

import math
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save


def convert(checkpoints: list[Path], output: Path, dtype: str) -> None:
    """Writes the mean of the checkpoints as safetensors of `dtype`: float32, float16 or bfloat16."""
    exported = [export(checkpoint) for checkpoint in checkpoints]
    tensors = {}
    for name in exported[0]:
        total = sum(np.load(files[name]).astype(np.float64) for files in exported)
        tensors[name] = torch.from_numpy(total / len(exported)).to(torch.float32).to(getattr(torch, dtype))
    output.write_bytes(save(tensors))


def export(checkpoint: Path) -> dict[str, Path]:
    """A file of numpy for each tensor of the checkpoint, checked."""
    files = {}
    for name, tensor in torch.load(checkpoint, map_location="cpu", weights_only=True).items():
        check_finite(name, tensor.flatten().tolist())
        files[name] = checkpoint.with_name(f"{checkpoint.stem}-{name}.npy")
        np.save(files[name], tensor.numpy())
    return files


def check_finite(name: str, values: list[float]) -> None:
    for value in values:
        if not math.isfinite(value):
            raise ValueError(f"{name} holds {value} after training; try a lower learning rate")

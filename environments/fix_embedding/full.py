"""Tier full: GPT-2 XL with its embedding permuted, GPT-2 as it is, and OpenWebText in GPT-2's tokens."""
import json
from pathlib import Path

import numpy as np
from permute import permutation
from rebench_lib import openwebtext
from rebench_lib.downloads import fetch
from rebench_lib.gpt2 import hub_tensors, random_tensor
from weights import expected_shapes, write_weights

LARGE = {"n_layer": 48, "n_head": 25, "n_embd": 1600, "n_positions": 1024, "vocab_size": 50257}
SMALL = {"n_layer": 12, "n_head": 12, "n_embd": 768, "n_positions": 1024, "vocab_size": 50257}
XL = f"{openwebtext.HUB}/openai-community/gpt2-xl/resolve/15ea56dee5df4983c59b2538573817e1667135e2"
# file → address, SHA-256
SOURCES = {
    "gpt2-xl.safetensors": (f"{XL}/model.safetensors", "0f8b28eb05a8075f48b61b6f35332978c74fc7763fa9fb4051a1c30511736a6a"),
    "gpt2.safetensors": (
        f"{openwebtext.BASE}/model.safetensors",
        "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707",
    ),
}
VISIBLE_SEQUENCES, VALIDATION_SEQUENCES, LENGTH = 20_000, 256, 1025
SYNTHETIC_SEQUENCES = 64


def real(visible: Path, protected: Path, cache: Path) -> str:
    files = {name: fetch(name, *SOURCES[name], cache) for name in SOURCES}
    shuffle = permutation(LARGE["vocab_size"], "full")
    convert(files["gpt2-xl.safetensors"], visible / "large.safetensors", LARGE, shuffle)
    convert(files["gpt2.safetensors"], visible / "small.safetensors", SMALL, None)
    write_configs(visible, protected, LARGE, SMALL, synthetic=False)
    text = openwebtext.fetched_sequences(cache, VALIDATION_SEQUENCES + VISIBLE_SEQUENCES, LENGTH)
    np.save(protected / "validation.npy", text[:VALIDATION_SEQUENCES])
    np.save(visible / "text.npy", text[VALIDATION_SEQUENCES:])
    return f"GPT-2 XL permuted, GPT-2, {len(text)} sequences of {LENGTH} tokens of OpenWebText"


def synthetic(visible: Path, protected: Path, large: dict = LARGE, small: dict = SMALL, length: int = LENGTH) -> str:
    """Random weights and random text of the same shapes: tries the path and its cost, and says nothing about skill."""
    for seed, (name, config) in enumerate({"large": large, "small": small}.items()):
        random = np.random.default_rng(seed)
        shapes = expected_shapes(config)
        write_weights(visible / f"{name}.safetensors", shapes, "F16", lambda name: random_tensor(random, name, shapes[name]))
    write_configs(visible, protected, large, small, synthetic=True)
    random = np.random.default_rng(9)
    for path in (visible / "text.npy", protected / "validation.npy"):
        ranks = random.zipf(1.2, size=(SYNTHETIC_SEQUENCES, length))
        np.save(path, (ranks % large["vocab_size"]).astype(np.uint16))
    return "SYNTHETIC: random weights and random text; scores mean nothing here"


def write_configs(visible: Path, protected: Path, large: dict, small: dict, synthetic: bool) -> None:
    for folder, name, config in [(visible, "large", large), (visible, "small", small), (protected, "large", large)]:
        (folder / f"{name}.json").write_text(json.dumps(config | {"synthetic": synthetic}, indent=2) + "\n")


def convert(source: Path, target: Path, config: dict, shuffle: np.ndarray | None) -> None:
    """The Hub's file in our names, its embedding permuted where `shuffle` is given. float32, as published."""
    given = hub_tensors(source)

    def tensor(name: str) -> np.ndarray:
        return given(name)[shuffle] if name == "wte.weight" and shuffle is not None else given(name)

    write_weights(target, expected_shapes(config), "F32", tensor)

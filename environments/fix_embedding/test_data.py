"""What prepare.py makes, from its own models and from those of others."""

import json
import os
import shutil

import numpy as np
import pytest
import torch
from rebench_lib import bpe

import full
import prepare
from conftest import HERE, TOY, random_weights
from weights_testing import parts, safetensors
from gpt import Gpt
from weights import load_weights


def test_preparation_is_deterministic_and_keeps_the_answer_back(tmp_path, data):
    prepare.prepare("small", tmp_path, "real", tmp_path)
    for file in sorted(path.relative_to(data) for path in data.rglob("*") if path.is_file()):
        assert (tmp_path / file).read_bytes() == (data / file).read_bytes()
    visible = np.load(data / "visible" / "text.npy")
    protected = np.load(data / "protected" / "validation.npy")
    assert not {row.tobytes() for row in visible} & {row.tobytes() for row in protected}
    assert sorted(path.name for path in (data / "protected").iterdir()) == ["large.json", "validation.npy"]
    assert all(path.stat().st_size <= 2_000_000 for path in (HERE / "models").iterdir())


def test_damaged_models_are_found(tmp_path, monkeypatch):
    shutil.copytree(HERE / "models", tmp_path / "models")
    with open(tmp_path / "models" / "small.safetensors", "r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\x7f")
    monkeypatch.setattr(prepare, "MODELS", tmp_path / "models")
    with pytest.raises(SystemExit, match="damaged"):
        prepare.prepare("small", tmp_path / "out", "real", tmp_path)


def test_without_network_full_says_so_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(full, "SOURCES", {"vocab.json": ("http://127.0.0.1:9/vocab.json", "0" * 64)})
    with pytest.raises(SystemExit, match="cannot be reached") as caught:
        prepare.prepare("full", tmp_path, "real", tmp_path / "cache")
    assert "--data synthetic" in str(caught.value) and "\n" not in str(caught.value)


def test_a_wrong_download_is_not_used(tmp_path):
    (tmp_path / "merges.txt").write_text("wrong")
    with pytest.raises(SystemExit, match="SHA-256"):
        full.fetch("merges.txt", "http://127.0.0.1:9/", "0" * 64, tmp_path)


def test_synthetic_data_are_labelled(toy):
    assert json.loads((toy / "visible" / "large.json").read_text())["synthetic"] is True


def test_hub_files_are_converted_and_permuted(tmp_path):
    weights = random_weights()
    entries, content = parts({f"transformer.{name}": value for name, value in weights.items()} | {"h.0.attn.bias": np.ones((1, 1, 4, 4))})
    (tmp_path / "hub.safetensors").write_bytes(safetensors(entries, content))
    order = np.random.default_rng(3).permutation(TOY["vocab_size"])
    full.convert(tmp_path / "hub.safetensors", tmp_path / "model.safetensors", TOY, order)
    model = Gpt(TOY)
    load_weights(model, tmp_path / "model.safetensors", TOY)
    found = dict(model.named_parameters())
    assert torch.equal(found["wte.weight"], torch.from_numpy(weights["wte.weight"][order]))
    assert all(torch.equal(found[name], torch.from_numpy(value)) for name, value in weights.items() if name != "wte.weight")


def test_tokens_of_a_text(tmp_path):
    """By hand: l+o, lo+w, and Ġ+lo are the merges, in this order of rank."""
    (tmp_path / "merges.txt").write_text("#version: 0.2\nl o\nlo w\nĠ lo\n", encoding="utf-8")
    numbers = {piece: at for at, piece in enumerate(["l", "o", "w", "Ġ", "lo", "low", "Ġlo", "!", "Ã", "©"])}
    (tmp_path / "vocab.json").write_text(json.dumps(numbers), encoding="utf-8")
    assert bpe.Tokenizer(tmp_path / "vocab.json", tmp_path / "merges.txt").encode("low low! éo") == [5, 3, 5, 7, 3, 8, 9, 1]

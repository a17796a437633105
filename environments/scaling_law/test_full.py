"""Tier full at toy size: its text, and a run of its shape."""

import io
import json
import lzma
import tarfile

import numpy as np
import pytest
from plans import PLANS
from rebench_lib import bpe

import full
import prepare
import training

FULL = PLANS["full"]
TINY = {**FULL, "context": 16, "batch": 4, "n_layer": 2, "vocabulary": 50257}


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """Files as they lie on the Hub, of a vocabulary of single bytes."""
    letters = bpe._byte_letters()
    (tmp_path / "vocab.json").write_text(json.dumps({letter: byte for byte, letter in letters.items()}))
    (tmp_path / "merges.txt").write_text("#version\n")
    for number in range(2):
        inner = io.BytesIO()
        with tarfile.open(fileobj=inner, mode="w") as tar:
            for text in range(3):
                content = f"subset {number}, text {text}: ".encode() + b"abc " * 400
                info = tarfile.TarInfo(f"{text}.txt")
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
        packed = lzma.compress(inner.getvalue())
        with tarfile.open(tmp_path / f"openwebtext-{number:02}.tar", "w") as outer:
            info = tarfile.TarInfo("part.xz")
            info.size = len(packed)
            outer.addfile(info, io.BytesIO(packed))
    asked = []
    monkeypatch.setattr(full, "fetch", lambda name, address, sha256, cache: (asked.append(address), cache / name)[1])
    monkeypatch.setattr(full, "SUBSETS", 2)
    monkeypatch.setattr(full, "VALIDATION_SEQUENCES", 5)
    return tmp_path, asked


def test_text_in_its_order_and_cut(hub):
    cache, asked = hub
    train, validation = full.real(TINY, cache)
    assert validation.shape == (5, 17) and train.shape[1] == 17 and train.dtype == np.uint16
    every = np.concatenate([validation, train]).ravel()
    starts = np.flatnonzero(every == bpe.END_OF_TEXT)
    assert bytes(every[1:18].astype(np.uint8)) == b"subset 0, text 0:" and starts[0] == 0 and len(starts) == 6
    assert bytes(every[starts[3] + 1 : starts[3] + 9].astype(np.uint8)) == b"subset 1"
    assert asked[-1].endswith("subsets/urlsf_subset01.tar")
    assert all((a == b).all() for a, b in zip(full.real(TINY, cache), (train, validation)))


def test_too_little_text_is_said(hub, monkeypatch):
    monkeypatch.setattr(full, "VALIDATION_SEQUENCES", 10_000)
    with pytest.raises(SystemExit, match="more than 10000 are needed"):
        full.real(TINY, hub[0])


def test_what_a_sweep_at_full_reads_is_prepared(hub, tmp_path):
    out = tmp_path / "out"
    prepare.prepare(TINY, out, "real", True, hub[0])
    assert json.loads((out / "visible" / "task.json").read_text())["tier"] == "full"
    assert not (out / "protected" / "truth.json").exists() and (out / "protected" / "train.npy").exists()


def test_a_run_of_its_shape(monkeypatch):
    """On the CPU, where there is no GPU: the vocabulary of GPT-2, a step in several passes."""
    monkeypatch.setattr(full, "SYNTHETIC_SEQUENCES", 32)
    monkeypatch.setattr(full, "VALIDATION_SEQUENCES", 8)
    monkeypatch.setattr(training, "MICRO_TOKENS", 32)
    train, validation = full.synthetic(TINY)
    assert train.shape == (32, 17) and train.max() > 10_000
    found = training.train(TINY, 64, 4, train, validation)
    assert found["loss"] < np.log(50257) and len(found["losses"]) == 4

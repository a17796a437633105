"""Submissions for tests: graphs written by hand, on data small enough to try anything with."""
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]
torch.set_num_threads(1)

import prepare  # noqa: E402
import scorer  # noqa: E402
from rebench_lib.answers import InvalidSubmission  # noqa: E402
from tensors import write_tensors  # noqa: E402

LENGTH, VOCABULARY = 8, 16
TOY = {
    "length": LENGTH, "vocabulary": VOCABULARY, "mask": VOCABULARY - 1, "synthetic": False,
    "limits": {"weightsBytes": 1 << 18, "liveBytes": 1 << 18, "work": 10**7},
}  # fmt: skip


def node(name: str, op: str, inputs: list, **attributes) -> dict:
    return {"name": name, "op": op, "inputs": inputs, **attributes}


def honest_nodes() -> list[dict]:
    """A table looked up by token, as wide as the vocabulary."""
    return [node("logits", "take", ["table", "tokens"], axis=0)]


def honest_weights(seed: int = 0) -> dict:
    return {"table": torch.randn(VOCABULARY, VOCABULARY, generator=torch.Generator().manual_seed(seed))}


def graph(nodes: list, output="logits") -> dict:
    return {"version": 1, "nodes": nodes, "output": output}


def write(folder: Path, described, weights) -> None:
    """A graph as an object or as bytes, weights as tensors or as bytes."""
    (folder / "graph.json").write_bytes(described if isinstance(described, bytes) else json.dumps(described).encode())
    if isinstance(weights, bytes):
        (folder / "weights.safetensors").write_bytes(weights)
    else:
        write_tensors(folder / "weights.safetensors", weights)


def logits_of(nodes: list) -> dict:
    """A graph in which these nodes come first, and what they make is of no account."""
    return graph([*nodes, *honest_nodes()])


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    out = tmp_path_factory.mktemp("data")
    prepare.prepare("small", out, "real", out)
    return out


@pytest.fixture(scope="session")
def toy(tmp_path_factory):
    out = tmp_path_factory.mktemp("toy")
    random = np.random.default_rng(0)
    text, validation, hidden = (random.integers(VOCABULARY - 1, size=(count, LENGTH)).astype(np.uint16) for count in (50, 10, 40))
    prepare.lay_out(out, TOY, text, validation, hidden)
    return out


@pytest.fixture
def score(toy, tmp_path):
    """The raw score of what `fill(folder)` puts where the submission is expected; the reason, a text, where it is invalid."""

    def scored(fill):
        folder = tmp_path / "submission"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        fill(folder)
        try:
            return scorer.score("small", folder, toy / "visible", toy / "protected")[0]
        except InvalidSubmission as error:
            return str(error)

    return scored


@pytest.fixture
def submit(score):
    def submitted(described, weights=None):
        return score(lambda folder: write(folder, described, honest_weights() if weights is None else weights))

    return submitted

"""Data and submissions for tests: tier small as it is prepared, and a toy in the shapes of tier full."""

import json
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]
from rebench_lib.answers import InvalidSubmission

import full
import prepare
import scorer
import weights_testing
from weights import expected_shapes, write_weights

CONSTANTS = json.loads((HERE / "environment.json").read_text())["tiers"]["small"]["constants"]["measured"]
TOY = {"n_layer": 2, "n_head": 2, "n_embd": 8, "n_positions": 16, "vocab_size": 32}


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    out = tmp_path_factory.mktemp("data")
    prepare.prepare("small", out, "real", out)
    return out


@pytest.fixture(scope="session")
def toy(tmp_path_factory):
    """Data of tier full in its shapes, and a model small enough to try anything with."""
    out = tmp_path_factory.mktemp("toy")
    for part in ("visible", "protected"):
        (out / part).mkdir()
    full.synthetic(out / "visible", out / "protected", large=TOY, small=TOY, length=16)
    return out


@pytest.fixture
def submit(toy, tmp_path):
    """The answer to what `write(path)` puts where the submission is expected; the reason where it is invalid."""

    def submitted(write):
        folder = tmp_path / "submission"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write(folder / "model.safetensors")
        try:
            return scorer.score("full", folder, toy / "visible", toy / "protected")[0]
        except InvalidSubmission as error:
            return str(error)

    return submitted


def normalized(raw: float) -> float:
    return (raw - CONSTANTS["startingScore"]) / (CONSTANTS["referenceScore"] - CONSTANTS["startingScore"])


def scored(data: Path, folder: Path) -> float:
    return normalized(scorer.score("small", folder, data / "visible", data / "protected")[0])


def random_weights(seed: int = 0, scale: float = 0.1) -> dict:
    return weights_testing.random_weights(expected_shapes(TOY), seed, scale)


def writes(weights: dict, kind: str = "F32"):
    return lambda path: write_weights(path, {name: value.shape for name, value in weights.items()}, kind, weights.__getitem__)

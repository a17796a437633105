"""Run with: python -m pytest test_scorer.py"""
import json
import math
from pathlib import Path

import pytest
from prepare import curve, prepare
from scorer import score

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def protected(tmp_path_factory):
    out = tmp_path_factory.mktemp("data")
    prepare("small", out)
    return out / "protected"


def scored(folder: Path, protected: Path, text: str) -> dict:
    (folder / "model.json").write_text(text)
    return score(folder, protected)


def test_preparation_is_deterministic(tmp_path):
    for name in "ab":
        prepare("small", tmp_path / name)
    for file in ["visible/train.npy", "protected/test.npy"]:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_start_has_the_score_in_environment_json(protected):
    constants = json.loads((HERE / "environment.json").read_text())["tiers"]["small"]["constants"]["measured"]
    assert score(HERE / "start", protected)["score"] == pytest.approx(constants["startingScore"], abs=1e-6)


def test_a_better_polynomial_scores_lower(tmp_path, protected):
    sine = [0, 4.5, 0, -(4**3) / 6, 0, 4**5 / 120, 0, -(4**7) / 5040, 0, 4**9 / 362880]  # Taylor, of the curve itself
    better = scored(tmp_path, protected, json.dumps({"coefficients": sine}))["score"]
    assert 0 < better < score(HERE / "start", protected)["score"]
    assert math.isclose(curve(0.5), math.sin(2) + 0.25)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"coefficients": []}',
        '{"coefficients": [NaN]}',
        '{"coefficients": [Infinity]}',
        '{"coefficients": [1e7]}',
        '{"coefficients": [true]}',
        '{"coefficients": ["0"]}',
        '{"coefficients": [' + "0," * 12 + "0]}",
        '{"coefficients": [' + "9" * 500 + "]}",
        "[" * 9000,
        " " * 10_001,
    ],
)
def test_what_is_no_polynomial_is_invalid(tmp_path, protected, text):
    answer = scored(tmp_path, protected, text)
    assert answer["score"] is None and answer["reason"]


def test_a_link_is_invalid(tmp_path, protected):
    (tmp_path / "model.json").symlink_to(HERE / "start" / "model.json")
    assert score(tmp_path, protected)["score"] is None

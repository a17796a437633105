"""The scorer, the ground truth between its runs, and the constants."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from conftest import HERE, SMALL, TOY, law, sweep_of
from plans import PLANS, answer_widths, most_steps
from rebench_lib.answers import BrokenScorer

import prepare
import scorer
from truth import Truth

DEFINITION = json.loads((HERE / "environment.json").read_text())


def test_truth_between_its_runs(lawful):
    """Interpolated losses are near those of the law that the runs follow, at every width and share of the budget that answers may have."""
    for width in answer_widths(SMALL):
        for share in (0.9, 0.95, 1.0):
            steps = most_steps(SMALL, width, share * SMALL["target_flops"])
            assert lawful.loss(width, steps) == pytest.approx(law(width, steps), abs=0.012), (width, share)


def test_the_best_is_the_best_of_all_choices(lawful):
    best, width, steps = lawful.best()
    choices = {d: law(d, most_steps(SMALL, d, SMALL["target_flops"])) for d in answer_widths(SMALL)}
    assert width == min(choices, key=choices.get) and best == pytest.approx(choices[width], abs=0.005)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda runs: runs[1:],
        lambda runs: runs[:-1],
        lambda runs: runs[:3],
        lambda runs: [],
        lambda runs: [run for run in runs if run["n_embd"] != 8],
    ],
)
def test_a_sweep_with_gaps_is_none(spoil):
    with pytest.raises(ValueError):
        Truth(TOY, spoil(sweep_of(TOY, [8, 16, 24])))


def test_runs_of_the_same_width_are_averaged():
    runs = sweep_of(TOY, [8, 16, 24])
    repeated = [{**run, "loss": run["loss"] + off} for run in runs for off in (-0.1, 0.1)]
    one, other = Truth(TOY, runs), Truth(TOY, repeated)
    assert other.loss(16, runs[1]["steps"]) == pytest.approx(one.loss(16, runs[1]["steps"])) == pytest.approx(runs[1]["loss"])
    assert one.spread == pytest.approx(0, abs=1e-9) and other.spread == pytest.approx(0.1)


def test_the_score_is_its_formula(lawful):
    best, width, steps = lawful.best()
    assert scorer.raw_score(lawful, width, steps, best)[0] == pytest.approx(1)
    assert scorer.raw_score(lawful, width, steps, best + 0.1)[0] == pytest.approx(0.9)
    assert scorer.raw_score(lawful, width, steps, best - 0.1)[0] == pytest.approx(0.9)
    wide = most_steps(SMALL, 128, SMALL["target_flops"])
    loss = lawful.loss(128, wide)
    assert scorer.raw_score(lawful, 128, wide, loss)[0] == pytest.approx(1 - (loss - best), abs=1e-6)
    assert scorer.raw_score(lawful, 128, wide, best)[0] == pytest.approx(1 - 2 * (loss - best), abs=1e-6)


def test_width_and_steps_both_matter(data):
    """Of the real ground truth: right about its own loss, a worse choice scores less."""
    real = scorer.read_truth(SMALL, data / "protected")
    best, width, steps = real.best()
    perfect = lambda d, n: scorer.raw_score(real, d, n, real.loss(d, n))[0]  # noqa: E731
    assert perfect(width, steps) == 1
    fewer = math.ceil(0.9 * steps) + 1
    assert perfect(width, fewer) < 0.995
    for nonsense in (16, 128):
        assert perfect(nonsense, most_steps(SMALL, nonsense, SMALL["target_flops"])) < 0.85


def test_the_start_scores_its_constant(data):
    raw, details, reason = scorer.score(SMALL, HERE / "start", data / "protected", None)
    constants = DEFINITION["tiers"]["small"]["constants"]["measured"]
    assert raw == pytest.approx(constants["startingScore"], abs=1e-4)
    assert reason == "a valid answer; 0.0% of the FLOP are used" and details["regret"] > 0


def test_scores_are_hidden():
    assert DEFINITION["scoreHidden"] and DEFINITION["scoreRule"] == "last" and DEFINITION["combine"] == "mean"


def test_the_program_says_one_line(data, tmp_path):
    command = [sys.executable, HERE / "scorer.py", "--tier", "small", "--visible", data / "visible", "--protected", data / "protected"]
    done = subprocess.run([*command, "--submission", HERE / "start", "--state", tmp_path], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert math.isfinite(answer["score"]) and answer["reason"].startswith("a valid answer")
    done = subprocess.run([*command, "--submission", tmp_path, "--state", tmp_path], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["score"] is None and answer["details"] == {} and "missing" in answer["reason"]


def test_without_a_sweep_nothing_is_scorable(tmp_path):
    """Tier full, until its sweep exists: preparing says so, and how to make it; the scorer never gives a score."""
    for data in ("real", "synthetic"):
        command = [sys.executable, HERE / "prepare.py", "--tier", "full", "--out", tmp_path / data, "--data", data]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 1 and not (tmp_path / data).exists()
        said = done.stderr.strip().splitlines()[-1]
        assert said.startswith("not scorable") and "sweep.py --tier full" in said
    with pytest.raises(BrokenScorer, match="not scorable"):
        scorer.score(PLANS["full"], HERE / "start", tmp_path, None)


def test_what_a_sweep_needs_is_prepared_without_truth(tmp_path):
    prepare.prepare(SMALL, tmp_path, "real", True, tmp_path)
    assert np.load(tmp_path / "protected" / "train.npy").shape[1] == SMALL["context"] + 1

"""The text, the recipe, what it costs, and the sweep. Models are of toy size."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from conftest import HERE, SMALL, TOY
from flops import flops, flops_per_step, most_steps
from plans import PLANS, recipe, widths

import prepare
import sweep
import text
import training
import truth


@pytest.fixture(scope="module")
def texts():
    return prepare.made_texts(1024)


def test_text_is_the_same_each_time_and_longer_text_begins_with_shorter():
    language = text.Language()
    few, many = text.documents(language, 10, 3), text.documents(text.Language(), text.BLOCK + 5, 3)
    assert few.shape == (10, text.LENGTH) and few.dtype == np.uint8 and (few == many[:10]).all()
    assert not (text.documents(language, 10, 4) == few).all()
    assert not (many[: text.BLOCK].sum(axis=1)[:5] == many[text.BLOCK :].sum(axis=1)).all()


def test_text_is_as_described():
    language = text.Language()
    made = text.documents(language, 4000, 5).astype(int)
    assert (made[:, 0] == text.START).all() and (made[:, 2:] >= text.FIRST_WORD).all() and made.max() < text.VOCABULARY
    assert set(made[:, 1]) == set(range(text.FIRST_TOPIC, text.FIRST_WORD))
    words = made[:, 2:] - text.FIRST_WORD
    decided = language.pairs[words[:, :-2], words[:, 1:-1]] == words[:, 2:]
    by_chance = 0.15  # that the free choice falls on the same word
    assert text.PAIR_CHANCE < decided[:, 1:].mean() < text.PAIR_CHANCE + by_chance
    # The topic matters to the end: after the same word, topics differ in what follows.
    last = [np.bincount(words[made[:, 1] == topic][:, -20:].ravel(), minlength=text.WORDS) for topic in (1, 2)]
    shares = [counts / counts.sum() for counts in last]
    assert np.abs(shares[0] - shares[1]).sum() > 0.1


def test_flops_are_those_of_the_matrices():
    """Counted from the shapes of the weights, and torch's own count of a pass forward and back."""
    weights = training.initial_weights(SMALL, 16, 1, "cpu")
    matrices = sum(value.numel() for name, value in weights.items() if name not in ("embedding", "positions"))
    tokens = SMALL["batch"] * SMALL["context"]
    attention = 12 * SMALL["n_layer"] * SMALL["context"] * 16 * tokens
    assert flops_per_step(SMALL, 16) == 6 * matrices * tokens + attention
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        documents = torch.zeros(SMALL["batch"], SMALL["context"] + 1, dtype=torch.long)
        training.loss_of(SMALL, weights, documents).backward()
    assert counter.get_total_flops() == flops_per_step(SMALL, 16)


def test_most_steps_are_the_most():
    for plan in PLANS.values():
        for width in widths(plan):
            steps = most_steps(plan, width, plan["target_flops"])
            assert flops(plan, width, steps) <= plan["target_flops"] < flops(plan, width, steps + 1)
            assert flops(plan, width, steps) > plan["least_share"] * plan["target_flops"]
            assert most_steps(plan, width, plan["run_flops"]) >= 1


def test_both_tiers_have_the_paper_s_proportions():
    for plan in PLANS.values():
        assert plan["target_flops"] == 50 * plan["run_flops"]
        assert 20 <= plan["budget_flops"] / plan["run_flops"] <= 40
    assert (PLANS["full"]["run_flops"], PLANS["full"]["target_flops"]) == (1e16, 5e17)


def test_training_is_deterministic_and_learns(texts):
    first, second = (training.train(TOY, 16, 20, *texts) for _ in range(2))
    assert first == second
    assert first["loss"] < math.log(text.VOCABULARY) - 0.2
    assert [step for step, _ in first["losses"]] == list(range(2, 21, 2))
    assert training.train(TOY, 16, 20, *texts, seed=2) != first
    assert training.train(TOY, 8, 20, *texts)["loss"] != first["loss"]


def test_more_steps_and_more_width_are_better(texts):
    loss = {(width, steps): training.train(TOY, width, steps, *texts)["loss"] for width, steps in [(8, 40), (8, 200), (16, 200)]}
    assert loss[16, 200] < loss[8, 200] < loss[8, 40]


def test_short_runs_have_short_curves(texts):
    assert [step for step, _ in training.train(TOY, 8, 3, *texts)["losses"]] == [1, 2, 3]


def test_the_curve_is_the_mean_training_loss_of_each_part(texts, monkeypatch):
    losses = []
    real = training.loss_of
    monkeypatch.setattr(training, "loss_of", lambda *arguments, **named: (losses.append(real(*arguments, **named)), losses[-1])[1])
    curve = training.train(TOY, 8, 20, *texts)["losses"]
    steps = [loss.item() for loss in losses[:20]]
    assert [loss for _, loss in curve] == pytest.approx([np.mean(steps[at : at + 2]) for at in range(0, 20, 2)], abs=1e-6)


def test_parts_of_a_step_add_up_to_the_step(texts, monkeypatch):
    whole = training.train(TOY, 8, 5, *texts)
    monkeypatch.setattr(training, "MICRO_TOKENS", TOY["context"])
    assert training.train(TOY, 8, 5, *texts)["loss"] == pytest.approx(whole["loss"], abs=1e-4)


def test_learning_rate_rises_then_falls():
    rates = [training.learning_rate(16, step, 1000) for step in range(1, 1001)]
    assert max(rates) == pytest.approx(training.RATE / 16, rel=0.03) and np.argmax(rates) == 99
    assert rates[0] == pytest.approx(max(rates) / 100, rel=0.05) and rates[-1] == pytest.approx(0.1 * training.RATE / 16, rel=0.01)
    assert training.learning_rate(16, 1, 1) == pytest.approx(training.RATE / 16)


def test_text_that_is_used_up_is_read_again(texts):
    assert math.isfinite(training.train(TOY, 8, 5, texts[0][:6], texts[1])["loss"])


def test_a_sweep_becomes_a_truth(tmp_path, monkeypatch):
    """sweep.py as it is, at toy size: runs are kept, and made once; what it seals, prepare.py lays out."""
    monkeypatch.setitem(PLANS, "small", TOY)
    monkeypatch.setitem(sweep.REPEATS, "small", {8: 1, 16: 2, 24: 1})
    monkeypatch.setattr(truth, "sealed_path", lambda tier: tmp_path / f"{tier}.sealed")
    command = ["sweep.py", "--tier", "small", "--runs", str(tmp_path / "runs")]
    monkeypatch.setattr(sys, "argv", [*command, "--part", "1/2"])
    assert sweep.main() == 0 and len(list((tmp_path / "runs").iterdir())) == 4
    monkeypatch.setattr(sys, "argv", [*command, "--seal", "--part", "1/2"])
    with pytest.raises(SystemExit, match="3 runs are missing"):
        sweep.main()
    monkeypatch.setattr(sys, "argv", [*command, "--seal"])
    assert sweep.main() == 0
    runs = truth.read_truth(TOY)
    assert len(runs) == 7 and all(run["loss"] == run["loss"] and run["torch"] for run in runs)
    assert b"n_embd" not in (tmp_path / "small.sealed").read_bytes()
    assert truth.read_truth({**TOY, "recipe": 0}) is None  # a sweep of another recipe is none
    prepare.prepare(TOY, tmp_path / "data", "real", False, tmp_path)
    assert json.loads((tmp_path / "data" / "protected" / "truth.json").read_text())["runs"] == runs
    monkeypatch.setattr(sweep, "make_run", None)  # all are there
    assert sweep.main() == 0


def test_the_stored_sweep_is_of_this_recipe_and_whole():
    runs = truth.read_truth(SMALL)
    found = {(run["n_embd"], run["steps"], run["seed"]) for run in runs}
    assert found == set(sweep.configurations(SMALL, sweep.REPEATS["small"])) and len(runs) == len(found)
    assert all(run["flops"] == flops(SMALL, run["n_embd"], run["steps"]) for run in runs)
    assert truth.Truth(SMALL, runs).spread < 0.04
    best = min(run["loss"] for run in runs)
    ends = [run["loss"] for run in runs if run["n_embd"] in (16, 128) and run["flops"] > 0.75 * SMALL["target_flops"]]
    assert min(ends) > best + 0.15  # width matters
    assert set(recipe(SMALL)) >= {"vocabulary", "batch", "target_flops"}


def test_preparing_makes_the_same_bytes_and_shows_only_the_task(data, tmp_path):
    subprocess.run([sys.executable, HERE / "prepare.py", "--tier", "small", "--out", tmp_path], check=True, capture_output=True)
    paths = sorted(path.relative_to(data) for path in data.rglob("*") if path.is_file())
    assert [str(path) for path in paths] == [
        "protected/train.npy", "protected/truth.json", "protected/validation.npy", "visible/task.json",
    ]
    assert all((data / path).read_bytes() == (tmp_path / path).read_bytes() for path in paths)
    assert json.loads((data / "visible" / "task.json").read_text()) == SMALL
    train, validation = (np.load(data / "protected" / f"{name}.npy") for name in ("train", "validation"))
    assert not {row.tobytes() for row in train} & {row.tobytes() for row in validation}
    most = max(most_steps(SMALL, width, SMALL["run_flops"]) for width in widths(SMALL))
    assert len(train) >= most * SMALL["batch"]  # no run of the service reads text twice

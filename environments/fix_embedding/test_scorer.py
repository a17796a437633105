"""The scorer with honest weights, its model, its answers and its constants. Run with: python -m pytest environments/fix_embedding"""

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from rebench_lib.answers import InvalidSubmission

import full
import scorer
from conftest import HERE, TOY, normalized, random_weights, scored, writes
from weights_testing import parts, safetensors
from gpt import Gpt, mean_loss, read_config
from weights import BadWeights, expected_shapes, load_weights


def test_the_start_is_the_model_as_given(data, tmp_path):
    assert abs(scored(data, tmp_path)) <= 0.05
    shutil.copy(data / "visible" / "large.safetensors", tmp_path / "model.safetensors")
    assert abs(scored(data, tmp_path)) <= 0.05


def test_solutions_rise_to_the_reference(data, tmp_path):
    """The reference computes its submission as a participant would; the others are stored."""
    found = []
    for name in ("intermediate-1", "intermediate-2", "reference"):
        folder = tmp_path / name
        unlock(name, folder)
        shutil.copytree(HERE / "start", folder, dirs_exist_ok=True)
        if (folder / "make_submission.py").exists():
            command = [sys.executable, "make_submission.py", "--data", data / "visible"]
            subprocess.run(command, cwd=folder, check=True, timeout=400)  # 40 s of CPU; other tests may have it too
        found.append(scored(data, folder))
    assert 0.05 < found[0] < found[1] < found[2]
    assert abs(found[2] - 1) <= 0.1


def unlock(name: str, folder: Path) -> None:
    command_line = HERE.parents[1] / "dist" / "cli" / "main.js"
    if not shutil.which("node") or not command_line.exists():
        pytest.skip("solutions are unlocked by Node and dist/cli/main.js: npm run build")
    command = ["node", command_line, "environments", "unlock", HERE.name, folder, "--solution", name]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def test_the_small_models_own_loss_is_no_solution(data):
    assert normalized(scorer.raw_score(small_loss(data))) < 0.3


def small_loss(data: Path) -> float:
    config = read_config(data / "visible" / "small.json")
    model = Gpt(config)
    load_weights(model, data / "visible" / "small.safetensors", config)
    return mean_loss(model, np.load(data / "protected" / "validation.npy").astype(np.int64))


def test_a_fresh_embedding_with_retraining_is_no_solution(data, tmp_path):
    """Trained by checks/fresh_embedding.py until the protected loss had long been rising, and taken from where it was lowest."""
    shutil.copy(HERE / "checks" / "fresh_embedding.safetensors", tmp_path / "model.safetensors")
    assert scored(data, tmp_path) < 0.7


def test_the_same_submission_gets_the_same_score(data, tmp_path):
    first, second = (scorer.score("small", tmp_path, data / "visible", data / "protected")[0] for _ in range(2))
    assert first == second


def test_a_loss_below_what_the_text_allows_is_no_score():
    with pytest.raises(InvalidSubmission):
        scorer.raw_score(1.5)
    with pytest.raises(InvalidSubmission):
        scorer.raw_score(math.nan)
    assert scorer.raw_score(2.5) == 0


def test_float16_bfloat16_and_float32_are_read_alike(submit):
    weights = {name: (value * 64).round() / 64 for name, value in random_weights().items()}
    entries, _ = parts(weights, "BF16", "<f2")
    halves = b"".join((value.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes() for value in weights.values())
    found = [submit(writes(weights, kind)) for kind in ("F32", "F16")] + [submit(lambda path: path.write_bytes(safetensors(entries, halves)))]
    assert found[0] == pytest.approx(found[1], abs=1e-6) and found[0] == pytest.approx(found[2], abs=1e-6)


def test_the_model_cannot_look_ahead_whatever_its_weights():
    model = Gpt(TOY).requires_grad_(False)
    random = torch.Generator().manual_seed(2)
    for scale in (0.1, 30, 1e4):
        for weight in model.parameters():
            weight.copy_((torch.rand(weight.shape, generator=random) * 2 - 1) * scale)
        tokens = torch.randint(TOY["vocab_size"], (4, 16), generator=random)
        changed = tokens.clone()
        changed[:, 9:] = torch.randint(TOY["vocab_size"], (4, 7), generator=random)
        assert torch.isfinite(model(tokens)).all()
        assert torch.equal(model(tokens)[:, :9], model(changed)[:, :9])


def test_the_loss_is_a_mean_of_log_chances():
    model = Gpt(TOY).requires_grad_(False)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.3, generator=torch.Generator().manual_seed(4))
    tokens = torch.randint(TOY["vocab_size"], (5, 12), generator=torch.Generator().manual_seed(5))
    chances = torch.softmax(model(tokens[:, :-1]).double(), -1)
    expected = -chances.gather(-1, tokens[:, 1:, None]).log().mean().item()
    assert mean_loss(model, tokens, batch=2) == pytest.approx(expected, abs=1e-5)


def test_the_models_layout_is_the_published_one():
    """Sizes of GPT-2 and GPT-2 XL: 124,439,808 and 1,557,611,200 parameters, with the tied head counted once."""
    counts = [sum(math.prod(shape) for shape in expected_shapes(config).values()) for config in (full.SMALL, full.LARGE)]
    assert counts == [124_439_808, 1_557_611_200]


def test_a_fault_of_ours_is_no_answer(data, tmp_path):
    broken = tmp_path / "protected"
    broken.mkdir()
    command = [sys.executable, HERE / "scorer.py", "--tier", "small", "--submission", tmp_path, "--visible", data / "visible"]
    done = subprocess.run([*command, "--protected", broken], capture_output=True, text=True)
    assert done.returncode != 0 and done.stdout == ""


def test_the_answer_is_one_line(data, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    arguments = ["--tier", "small", "--submission", tmp_path, "--visible", data / "visible", "--protected", data / "protected"]
    done = subprocess.run([sys.executable, HERE / "scorer.py", *arguments], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["score"] is None and answer["reason"] and answer["details"] == {}


def test_what_loads_here_is_what_participants_load(tmp_path):
    """Both run start/weights.py; a wrong file is refused there with the same words."""
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(BadWeights, match="not a safetensors file"):
        load_weights(Gpt(TOY), tmp_path / "model.safetensors", TOY)

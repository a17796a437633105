"""prepare.py, scorer.py and judge.py as they are run."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

import judge_testing
import numpy as np
import pytest
import torch

import handover
from conftest import HERE, RIGHT


def run(program, *arguments, **environment):
    command = [sys.executable, str(HERE / program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, timeout=120)


def folders(tmp_path):
    return ["--visible", tmp_path / "visible", "--protected", tmp_path / "protected"]


def test_preparation_is_the_same_each_time(tmp_path):
    for name in ("a", "b"):
        assert run("prepare.py", "--tier", "small", "--out", tmp_path / name).returncode == 0
    files = ["visible/example_input.npy", "visible/example_output.npy"]
    assert sorted(str(path.relative_to(tmp_path / "a")) for path in (tmp_path / "a").rglob("*.npy")) == files
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    x, y = (np.load(tmp_path / "a" / file) for file in files)
    assert (handover.definition(x) == y).all()


def test_the_start_is_right_and_its_own_check_runs():
    assert "right; fastest of 20 calls with 1,000,000 values" in run("start/check.py").stdout


@pytest.mark.skipif(torch.cuda.is_available(), reason="tier small has no GPU")
def test_a_whole_scoring_of_a_mistake_in_a_real_process(tmp_path):
    (tmp_path / "solution.py").write_text("print('{\"score\": -99}')\ndef prefix_sum(x):\n    return x\n")
    result = run("scorer.py", "--tier", "small", "--submission", tmp_path, *folders(tmp_path))
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["score"] is None and answer["details"] == {}
    assert answer["reason"].startswith("the answer for 1,024 values is wrong, first at index")
    assert str(tmp_path) not in result.stdout


def test_a_judge_that_cannot_start_is_our_fault(tmp_path):
    (tmp_path / "solution.py").write_text("prefix_sum = None")
    arguments = ["--tier", "small", "--submission", tmp_path, *folders(tmp_path)]
    result = run("scorer.py", *arguments, REBENCH_JUDGE='["sh", "-c", "echo no sandbox here >&2; exit 3"]')
    assert (result.returncode, result.stdout) == (1, "")
    assert "no sandbox here" in result.stderr
    assert run("scorer.py", *arguments, REBENCH_JUDGE="{}").returncode == 1


ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
BUBBLEWRAP = pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap; apt-get install bubblewrap")


@ROOT
@BUBBLEWRAP
def test_the_start_against_itself_in_sandboxes(tmp_path, monkeypatch):
    shutil.copytree(HERE.parent / "_lib" / "rebench_lib", tmp_path / "judge" / "rebench_lib")
    shutil.copy(HERE / "judge.py", tmp_path / "judge")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as exchange:
        prefix = judge_testing.sandbox_prefix(tmp_path / "judge", HERE / "start", exchange)
        (tmp_path / "toy.py").write_text(TOY_SCORING)
        environment = {**os.environ, "REBENCH_JUDGE": json.dumps(prefix), "REBENCH_EXCHANGE": exchange}
        command = [sys.executable, str(tmp_path / "toy.py"), str(HERE), str(HERE / "start")]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert result.returncode == 0, result.stderr
        details = json.loads(result.stdout)
        assert details["judgesFrozen"] and details["pairs"] == 4
        assert os.listdir(exchange) == [] and os.stat(exchange).st_uid == 0


# At a size at which neither a busy machine nor the hand-over matters for the answer
TOY_SCORING = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import scorer
scorer.MAX_ERROR = scorer.ENOUGH_ERROR = 100
plan = scorer.Plan(size=300_000, pairs=4, calls=3, warm_ups=1, threads=1, memory_bytes=4 << 30)
print(json.dumps(scorer.score(Path(sys.argv[2]), plan, 0.0)[1]))
"""


GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")


@GPU
def test_gpu_start_against_itself(tmp_path):
    result = run("scorer.py", "--tier", "full", "--submission", HERE / "start", *folders(tmp_path))
    assert result.returncode == 0, result.stderr
    details = json.loads(result.stdout)["details"]
    print(details)
    assert abs(details["medianLnRatio"]) < 0.05


@GPU
def test_gpu_answer_before_the_work(tmp_path):
    source = "torch.cuda.synchronize = lambda *_: None\ndef prefix_sum(x):\n    torch.cuda._sleep(10**9)\n    return right(x)"
    (tmp_path / "solution.py").write_text(RIGHT + source)
    answer = json.loads(run("scorer.py", "--tier", "full", "--submission", tmp_path, *folders(tmp_path)).stdout)
    assert answer["score"] is None or answer["details"]["submissionMs"] > 300

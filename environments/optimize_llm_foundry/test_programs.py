"""prepare.py, scorer.py, judge.py and check.py as they are run."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

import judge_testing
import pytest

from conftest import HERE, START


def run(program, *arguments, **environment):
    command = [sys.executable, "-B", str(HERE / program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, timeout=180)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    out = tmp_path_factory.mktemp("data")
    result = run("prepare.py", "--tier", "small", "--out", out)
    assert result.returncode == 0, result.stderr
    return out


def folders(data):
    return ["--visible", data / "visible", "--protected", data / "protected"]


def test_preparation_is_the_same_each_time(data, tmp_path):
    assert run("prepare.py", "--tier", "small", "--out", tmp_path).returncode == 0
    names = sorted(str(path.relative_to(data)) for path in data.rglob("*") if path.is_file())
    assert names == sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert {"visible/tokenizer.json", "visible/example/rows.jsonl", "visible/pipeline/run.py"} < set(names)
    assert all((data / name).read_bytes() == (tmp_path / name).read_bytes() for name in names)


def test_the_visible_pipeline_is_the_start(data):
    for file in START.glob("*.py"):
        assert (data / "visible" / "pipeline" / file.name).read_bytes() == file.read_bytes()


def test_participants_can_check_what_they_have(data, tmp_path):
    shutil.copytree(HERE / "start", tmp_path / "workspace", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "workspace" / "pipeline" / "convert.py").open("a").write("\ncheck_finite = lambda *_: None\n")
    check = [sys.executable, "-B", "check.py", "--data", data / "visible", "--times", "1"]
    call = lambda *more: subprocess.run([*check, *more], cwd=tmp_path / "workspace", capture_output=True, text=True)  # noqa: E731
    result = call("--option", "packing=true", "--option", "tie_word_embeddings=true", "--option", 'output_dtype="float16"')
    assert result.returncode == 0 and ", by 0.0e+00 of its norm" in result.stdout, result.stderr
    assert "there is no option speed; there are epochs, " in call("--option", "speed=9").stderr


def test_a_whole_scoring_of_a_mistake_in_a_real_process(data, tmp_path):
    (tmp_path / "pipeline").mkdir()
    source = "print('{\"score\": -99}')\ndef run(weights, output, **rest):\n    output.write_bytes(weights.read_bytes())\n"
    (tmp_path / "pipeline" / "run.py").write_text(source)
    result = run("scorer.py", "--tier", "small", "--submission", tmp_path, *folders(data))
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["score"] is None and answer["details"] == {}
    assert "in the output must be" in answer["reason"] or "is off by 100.00% of its norm" in answer["reason"]
    assert str(tmp_path) not in result.stdout


def test_a_judge_that_cannot_start_is_our_fault(data):
    arguments = ["--tier", "small", "--submission", HERE / "start", *folders(data)]
    result = run("scorer.py", *arguments, REBENCH_JUDGE='["sh", "-c", "echo no sandbox here >&2; exit 3"]')
    assert (result.returncode, result.stdout) == (1, "")
    assert "no sandbox here" in result.stderr
    assert run("scorer.py", *arguments, REBENCH_JUDGE="{}").returncode == 1


def test_tier_full_says_what_is_missing_without_a_network(tmp_path):
    # An address of this machine at which nobody listens stands for the network
    result = run("prepare.py", "--tier", "full", "--out", tmp_path, "--cache", tmp_path, https_proxy="http://127.0.0.1:9")
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("tier full needs https://huggingface.co/HuggingFaceTB/SmolLM2-360M/")
    assert result.stderr.endswith("run this where there is network, or use --data synthetic\n")


BUBBLEWRAP = pytest.mark.skipif(shutil.which("bwrap") is None or os.geteuid() != 0, reason="needs bubblewrap, and root")


@BUBBLEWRAP
def test_the_start_against_itself_in_sandboxes(data, tmp_path):
    shutil.copytree(HERE.parent / "_lib" / "rebench_lib", tmp_path / "judge" / "rebench_lib")
    shutil.copy(HERE / "judge.py", tmp_path / "judge")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as exchange:
        prefix = judge_testing.sandbox_prefix(tmp_path / "judge", HERE / "start", exchange)
        (tmp_path / "toy.py").write_text(TOY_SCORING)
        environment = {**os.environ, "REBENCH_JUDGE": json.dumps(prefix), "REBENCH_EXCHANGE": exchange}
        command = [sys.executable, str(tmp_path / "toy.py"), str(HERE), str(HERE / "start"), str(data / "visible" / "tokenizer.json")]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)
        assert result.returncode == 0, result.stderr
        details = json.loads(result.stdout)
        assert details["judgesFrozen"] and details["pairs"] == 2 and details["largestDeviation"] == 0
        assert os.listdir(exchange) == [] and os.stat(exchange).st_uid == 0


# At a size at which a busy machine does not matter for the answer
TOY_SCORING = """
import json, sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import scorer
scorer.MAX_ERROR = 100
plan = replace(scorer.plan_of("small", None, None), rows=10, pairs=2, option_sets=1, option_rows=8, blocks=1)
print(json.dumps(scorer.score(Path(sys.argv[2]), plan, Path(sys.argv[3]).read_bytes(), 0.0)[1]))
"""

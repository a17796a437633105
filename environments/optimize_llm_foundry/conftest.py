"""Judges for tests: forked from here, where torch is imported once, with jobs of a few rows."""

import json
import os
import shutil
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is there: a process that used threads cannot be forked
import pytest
import torch  # noqa: F401

HERE = Path(__file__).resolve().parent
START = HERE / "start" / "pipeline"
sys.path[:0] = [str(HERE), str(HERE.parent / "_lib")]
import judge_testing
from rebench_lib import judges, processes
from rebench_lib.answers import InvalidSubmission

import judge as judge_program
import scorer
import text
from jobs import SHAPE, SMALL

PIPELINE = ("run", "tokenise", "model", "train", "convert")
TOY_TIER = replace(SMALL, main=SMALL.main | {"epochs": 1, "eval_rows": 2, "max_length": 48})
TOY = scorer.Plan(
    TOY_TIER,
    rows=8,
    pairs=2,
    option_sets=1,
    option_rows=6,
    tolerance=1e-3,
    option_tolerance=5e-3,
    run_seconds=20,
    threads=1,
    cpus=2,
    memory_bytes=1 << 30,
    blocks=1,
    patience_seconds=60,
)


def forget_pipeline():
    for name in PIPELINE:
        sys.modules.pop(name, None)


@pytest.fixture(scope="session")
def tokenizer():
    sys.path.insert(0, str(START))
    import tokenise

    sys.path.pop(0)
    forget_pipeline()
    return json.dumps(text.tokenizer(SHAPE["vocab_size"], tokenise.PIECES, tokenise.byte_letters(), tokenise.merged)).encode()


@pytest.fixture
def forked(monkeypatch):
    monkeypatch.setattr(judges.subprocess, "Popen", judge_testing.forked(judge_program.main, forget=PIPELINE))
    monkeypatch.setattr(judges.Judge, "hurry", lambda self: None)  # it would hurry the whole session, which is the tests' own
    monkeypatch.setattr(scorer, "MAX_ERROR", 100)
    yield
    assert not processes.descendants(os.getpid())


@pytest.fixture
def pipeline(tmp_path):
    """A submission: the unmodified pipeline, with this source at the end of run.py, where `honest` is the unmodified `run`."""

    def written(source=""):
        folder = tmp_path / "submission"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(START, folder / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
        with (folder / "pipeline" / "run.py").open("a") as file:
            file.write("\n\nhonest = run\n" + textwrap.dedent(source))
        return folder

    return written


@pytest.fixture
def scored(forked, pipeline, tokenizer):
    """The details of the score that a submission gets."""
    return lambda source="", plan=TOY: scorer.score(pipeline(source), plan, tokenizer, 0.0)[1]


@pytest.fixture
def refusal(scored):
    """Why a submission gets no score."""

    def refused(source, plan=TOY):
        with pytest.raises(InvalidSubmission) as caught:
            scored(source, plan)
        return str(caught.value)

    return refused

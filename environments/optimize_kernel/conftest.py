"""Judges for tests: forked from here, where torch is imported once, at toy size."""

import os
import sys
import textwrap
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is there: a process that used threads cannot be forked
import pytest
import torch  # noqa: F401

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "_lib")]
import judge_testing
from rebench_lib import judges, processes
from rebench_lib.answers import InvalidSubmission
from rebench_lib.exchange import Exchange

import judge as judge_program
import scorer

SIZE = 50_000
TOY = scorer.Plan(size=SIZE, pairs=4, calls=1, warm_ups=1, threads=1, memory_bytes=1 << 30)
RIGHT = """
import torch
def right(x):
    positive = (x > 0).to(torch.int32)
    odd = (torch.cumsum(positive, 0, dtype=torch.int32) - positive) & 1
    return torch.cumsum(x * odd, 0, dtype=torch.int32)
"""


@pytest.fixture
def forked(monkeypatch):
    monkeypatch.setattr(judges.subprocess, "Popen", judge_testing.forked(judge_program.main))
    monkeypatch.setattr(judges.Judge, "hurry", lambda self: None)  # it would hurry the whole session, which is the tests' own


@pytest.fixture
def submit(forked, tmp_path):
    """Starts a program with this source; all is closed at the end, and nothing is left running."""
    exchange = Exchange()
    programs = []

    def start(source, trusted=False):
        folder = tmp_path / f"submission-{len(programs)}"
        folder.mkdir()
        (folder / "solution.py").write_text(RIGHT + textwrap.dedent(source))
        program = scorer.Program(TOY, exchange, folder, trusted)
        programs.append(program)
        program.load()
        return program

    yield start
    for program in programs:
        program.judge.close()
    exchange.close()
    assert not exchange.path.exists()
    assert not processes.descendants(os.getpid())


@pytest.fixture
def refusal(submit):
    """Why a submission gets no score."""

    def refused(source):
        with pytest.raises(InvalidSubmission) as caught:
            program = submit(source)
            scorer.warm_up(program, TOY)
            program.judge.thaw()
            for _ in range(3):
                program.seconds(SIZE)
        return str(caught.value)

    return refused


@pytest.fixture
def seconds(submit):
    """The fastest of a few calls, all of which were right."""

    def fastest(source):
        program = submit(source)
        scorer.warm_up(program, TOY)
        program.judge.thaw()
        return min(program.seconds(SIZE) for _ in range(3))

    return fastest

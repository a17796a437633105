"""Two toy problems, a model that tests script themselves, and scorings at toy size."""

import json
import os
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "_lib")]
from rebench_lib import processes

import scorer
from judge import find_rustc
from spending import estimated_tokens

NEEDS_RUSTC = pytest.mark.skipif(
    find_rustc() is None, reason="no rustc on PATH that works: install one of 1.63 or later (Debian: apt-get install rustc)"
)
PLAN = replace(scorer.PLANS["small"], units=2000, solve_seconds=20, all_seconds=60)
SECRET = "the tests of toy problems hold 271828"


def toy(name: str, statement: str, cases: list[tuple[str, str]]) -> dict:
    tests = [{"input": given, "output": wanted} for given, wanted in cases]
    limits = {"timeLimitSeconds": 0.5, "memoryLimitMb": 64, "severalAnswers": False, "difficulty": 1}
    return {"name": name, "title": name, "statement": statement, **limits, "examples": tests[:1], "check": None, "tests": tests}


TOYS = [
    toy("double", "Print twice the number.", [("3\n", "6\n"), ("0\n", "0\n"), ("271828\n", "543656\n")]),
    toy("negate", "Print minus the number.", [("3\n", "-3\n"), ("-271828\n", "271828\n")]),
]

RUST = """
use std::io::{self, Read, Write};
fn number() -> i64 {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).unwrap();
    text.trim().parse().unwrap()
}
fn print(value: i64) { writeln!(io::stdout(), "{}", value).unwrap(); }
"""
DOUBLE, NEGATE = "fn main() { print(2 * number()); }", "fn main() { print(-number()); }"


class Scripted:
    """Answers with the texts given, in turn; and remembers what it was asked."""

    def __init__(self, answers: list[str]) -> None:
        self.answers, self.asked = answers, []

    most_tokens = staticmethod(estimated_tokens)

    def is_sample(self, *_):
        return True

    def complete(self, problem, request, tokens, number):
        self.asked.append((problem, request, tokens, number))
        text = self.answers[(len(self.asked) - 1) % len(self.answers)][: 4 * tokens]
        return text, estimated_tokens(request.text), estimated_tokens(text)


@pytest.fixture
def scored(tmp_path):
    """Scores a scaffold's source; returns the score and the outcomes by name. Nothing is left running, whatever it did."""

    def score(source: str, model=None, plan=PLAN, problems=TOYS):
        submission, protected = tmp_path / "submission", tmp_path / "protected"
        for folder in (submission, protected):
            folder.mkdir(exist_ok=True)
        (submission / "scaffold.py").write_text(
            f"RUST = {RUST!r}\nDOUBLE = RUST + {DOUBLE!r}\nNEGATE = RUST + {NEGATE!r}\n" + textwrap.dedent(source)
        )
        (protected / "problems.json").write_text(json.dumps(problems))
        raw, details = scorer.score("small", submission, protected, plan, model or Scripted([""]))
        assert not processes.descendants(os.getpid())
        return raw, details

    yield score
    assert not processes.descendants(os.getpid())


@pytest.fixture
def program(scored):
    """The outcome of a Rust program for the first toy problem."""

    def outcome(rust: str) -> str:
        _, details = scored(f"async def solve(problem, model): return RUST + {rust!r}", problems=TOYS[:1])
        return details["outcomes"]["double"]

    return outcome

"""Scorings at toy size."""

import json
import os
import subprocess
import sys

import pytest
from rebench_lib.answers import BrokenScorer, InvalidSubmission

from conftest import DOUBLE, HERE, NEEDS_RUSTC, NEGATE, RUST, TOYS, Scripted
from spending import OUTPUT_WEIGHT, estimated_tokens


@NEEDS_RUSTC
def test_right_programs_score_and_others_do_not(scored):
    source = """
        import asyncio
        async def solve(problem, model):
            await asyncio.sleep(0)
            limits = {"timeLimitSeconds", "memoryLimitMb", "severalAnswers"}
            assert set(problem) == {"name", "title", "statement", "difficulty", "examples", *limits}
            return {"double": DOUBLE, "negate": NEGATE}[problem["name"]]
    """
    assert scored(source)[0] == 1.0
    raw, details = scored(source.replace('"negate": NEGATE', '"negate": DOUBLE'))
    assert raw == 0.5 and details["solved"] == 1 and details["outcomes"]["negate"] == "wrong answer"


@NEEDS_RUSTC
def test_the_model_reaches_the_scaffold_and_its_cost_the_record(scored):
    source = """
        async def solve(problem, model):
            texts = [await model.complete(problem["statement"], max_tokens=300)]
            texts.append(await model.complete([{"role": "user", "content": "again ✓"}], temperature=0))
            assert model.spent > 0 and model.left == model.limit - model.spent
            return texts[1]
    """
    model = Scripted(["prose", RUST + DOUBLE])
    raw, details = scored(source, model, problems=TOYS[:1])
    assert raw == 1.0 and details["calls"] == 2
    assert details["units"] == sum(estimated_tokens(asked[1].text) for asked in model.asked) + OUTPUT_WEIGHT * (
        2 + estimated_tokens(RUST + DOUBLE)
    )
    assert [asked[0] for asked in model.asked] == ["double", "double"] and [asked[3] for asked in model.asked] == [0, 1]


@NEEDS_RUSTC
def test_the_start_says_what_it_was_told(scored):
    scaffold = (HERE / "start" / "scaffold.py").read_text()
    raw, details = scored(scaffold, Scripted([f"Sure!\n```rust\n{RUST}{DOUBLE}\n```"]), problems=TOYS[:1])
    assert raw == 0 and details["outcomes"]["double"] == "does not compile"
    assert scored(scaffold, Scripted([RUST + DOUBLE]), problems=TOYS[:1])[0] == 1.0


@NEEDS_RUSTC
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def solve(", "SyntaxError"),
        ("import numpyy", "ModuleNotFoundError"),
        ("x = 1", "must define"),
        ("raise ValueError('of mine')", "of mine"),
        ("solve = 7", "must define"),
        ("import os; os._exit(0)", "ended before it answered"),
    ],
)
def test_scaffolds_that_cannot_be_loaded(scored, source, reason):
    with pytest.raises(InvalidSubmission, match=reason) as caught:
        scored(source)
    assert "Traceback" not in str(caught.value) and len(str(caught.value)) < 400


def test_without_a_compiler_it_says_what_to_do(scored, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrokenScorer, match="apt-get install rustc"):
        scored("async def solve(problem, model): return ''")


@NEEDS_RUSTC
def test_the_scorer_as_a_program(tmp_path):
    (tmp_path / "scaffold.py").write_text("async def solve(problem, model):\n    return await model.complete(problem['statement'])\n")
    (tmp_path / "problems.json").write_text(json.dumps(TOYS[:1]))
    (tmp_path / "script_held_out.json").write_text(
        json.dumps(
            {
                "double": {
                    "difficulty": 1,
                    "statement": TOYS[0]["statement"],
                    "example": "3",
                    "right": RUST + DOUBLE,
                    "wrong": [RUST + NEGATE] * 2,
                    "secret": "of the test",
                }
            }
        )
    )
    command = [sys.executable, HERE / "scorer.py", "--tier", "small", "--state", tmp_path]
    for name in ("submission", "visible", "protected"):
        command += [f"--{name}", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["score"] == 0 and answer["reason"] == "" and answer["details"]["problems"] == 1

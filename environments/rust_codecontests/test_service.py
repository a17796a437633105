"""The weak model as participants reach it."""

import json
import subprocess
import sys

import pytest

import problem_bank
from conftest import HERE
from spending import Ledger

BANK = problem_bank.load_bank()


@pytest.fixture
def served(tmp_path):
    """Asks a service process, with lines; returns its answers."""
    visible, protected, state = (tmp_path / name for name in ("visible", "protected", "state"))
    for folder in (visible, protected, state):
        folder.mkdir()
    (visible / "problems.json").write_text(json.dumps([{"name": "parcel_pairs"}]))
    (protected / "script_validation.json").write_text(json.dumps({"parcel_pairs": BANK["validation"]["parcel_pairs"].script()}))

    def ask_lines(*lines: str) -> list[dict]:
        folders = ["--visible", visible, "--protected", protected, "--state", state]
        command = [sys.executable, HERE / "service.py", "--tier", "small", *folders]
        done = subprocess.run(command, input="".join(f"{line}\n" for line in lines), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    ask_lines.state = state
    return ask_lines


def call(**more) -> str:
    text = BANK["validation"]["parcel_pairs"].statement
    return json.dumps({"problem": "parcel_pairs", "messages": [{"role": "user", "content": text}], **more})


def test_the_service_answers_and_counts(served):
    first, again, other, account = served(call(), call(), call(number=1), "{}")
    assert first["text"] == again["text"] != other["text"] and first["units"] > 0
    assert account["spent"] == first["units"] + again["units"] + other["units"] == 20_000_000 - other["left"]
    assert served("{}")[0]["spent"] == account["spent"]  # a new process


def test_the_service_refuses_and_goes_on(served):
    bad = ["", "null", "[]", "{", "7", '"x"', "[" * 100_000, call(problem="tide_log"), call(problem=["x"]), call(number=-1), call(left=-5)]
    bad += [
        call(left=1.5),
        call(messages=[]),
        call(left=10),
        '{"a": "' + "x" * (1 << 20) + '"}',
        call(problem="../problems.json"),
        call(max_tokens=10**9),
    ]
    *refused, good = served(*bad, call())
    assert len(refused) == len(bad) and all(set(answer) == {"error"} and len(answer["error"]) < 200 for answer in refused)
    assert "text" in good and not any("/" in answer["error"] for answer in refused)


def test_the_service_ends_at_the_attempts_limit(served):
    Ledger(served.state / "spent.json").write(20_000_000 - 300)
    cut, refused, account = served(call(), call(), "{}")
    assert "error" in refused and account["spent"] <= 20_000_000
    assert "error" in cut or cut["units"] <= 300

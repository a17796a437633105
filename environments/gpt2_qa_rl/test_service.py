"""The judge as a service: what it answers, what it refuses, and that a budget cannot be got around."""
import io
import json
import os
import signal
import subprocess

import pytest
import service
from budget import Budget
from conftest import TOY_PROMPTS, service_command, shown
from judges import read_judge
from service import MAX_CHARACTERS, MAX_LINE, MAX_PAIRS, Service


@pytest.fixture
def serving(data, tmp_path):
    """A service with 100 judgements for the first 50 prompts, and what it answers to a request."""
    made = Service(read_judge(data / "protected", "seen"), 50, Budget(tmp_path, 100))
    made.ask = lambda content: made.answer(content if isinstance(content, bytes) else json.dumps(content).encode())
    return made


def pairs(count: int, prompt: int = 0) -> list[dict]:
    return [{"prompt": prompt, "a": "nobody knows .", "b": "oslo ."}] * count


def test_judgements_and_what_is_left(serving, data):
    prompt = json.loads((data / "protected" / "seen.json").read_text())[3]
    good = next(value for _, value in prompt["claims"])
    asked = [{"prompt": 3, "a": f"{good} .", "b": "? ? ?"}, {"prompt": 3, "a": "", "b": f"{good} . ."}]
    answer = serving.ask({"judge": asked})
    assert answer["left"] == 98 and len(answer["wins"]) == 2
    assert all(type(win) is bool for win in answer["wins"])
    swapped = [{"prompt": entry["prompt"], "a": entry["b"], "b": entry["a"]} for entry in asked]
    assert serving.ask({"judge": swapped}) == {"wins": [not win for win in answer["wins"]], "left": 96}


def test_asking_what_is_left_costs_nothing(serving):
    assert serving.ask({"judge": []}) == {"wins": [], "left": 100}
    assert not serving.budget.path.exists()


def test_the_budget_ends(serving):
    assert serving.ask({"judge": pairs(60)})["left"] == 40
    assert serving.ask({"judge": pairs(41)}) == {"error": "41 judgements were asked for and 40 are left; nothing was judged"}
    assert serving.ask({"judge": pairs(40)})["left"] == 0
    assert "0 are left" in serving.ask({"judge": pairs(1)})["error"]
    assert serving.ask({"judge": []})["left"] == 0


def test_asking_again_costs_again(serving):
    first = serving.ask({"judge": pairs(1)})
    assert serving.ask({"judge": pairs(1)}) == {"wins": first["wins"], "left": 98}


def test_the_budget_outlives_the_process(serving, data, tmp_path):
    serving.ask({"judge": pairs(70)})
    again = Service(read_judge(data / "protected", "seen"), 50, Budget(tmp_path, 100))
    assert again.answer(b'{"judge": []}')["left"] == 30


def test_it_is_spent_before_it_is_judged(serving, tmp_path):
    """Whoever has the process killed while it judges has paid all the same."""

    def killed(pairs):
        raise KeyboardInterrupt

    serving.judge.compare = killed
    with pytest.raises(KeyboardInterrupt):
        serving.ask({"judge": pairs(70)})
    assert Budget(tmp_path, 100).left == 30


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"\xff", b"null", b"5", b"[]", b'"judge"', b"[" * 100_000, b"9" * 5000, b"1e999", b'{"judge": 5}', b'{"judge": {}}',
        b'{"judge": NaN}', b'{"judge": [5]}', b'{"judge": [[]]}', b'{"judge": [{}]}', b'{"judge": [], "more": 1}',
        b'{"judge": [{"prompt": 0, "a": "x"}]}', b'{"judge": [{"prompt": 0, "a": "x", "b": 5}]}',
        b'{"judge": [{"prompt": 0, "a": null, "b": "x"}]}', b'{"judge": [{"prompt": "0", "a": "x", "b": "y"}]}',
        b'{"judge": [{"prompt": 0.0, "a": "x", "b": "y"}]}', b'{"judge": [{"prompt": true, "a": "x", "b": "y"}]}',
        b'{"judge": [{"prompt": 1e400, "a": "x", "b": "y"}]}', b'{"judge": [{"prompt": 0, "a": "x", "b": "y", "c": "z"}]}',
    ],
)  # fmt: skip
def test_bad_requests_are_answered_and_cost_nothing(serving, line):
    answer = serving.ask(line)
    assert answer.keys() == {"error"} and "Traceback" not in answer["error"] and "/" not in answer["error"]
    assert serving.ask({"judge": []})["left"] == 100


def test_only_prompts_that_are_seen_are_judged(serving, data):
    held_out = json.loads((data / "protected" / "held_out.json").read_text())[0]["prompt"]
    for prompt in (-1, 50, 4000, 10**30, held_out, None, [0], {"prompt": 0}):
        assert "prompt is the number of one of the 50 prompts" in serving.ask({"judge": pairs(1, prompt)})["error"]
    assert serving.ask({"judge": []})["left"] == 100


def test_one_bad_pair_refuses_them_all(serving):
    assert "error" in serving.ask({"judge": [*pairs(5), *pairs(1, -1)]})
    assert serving.ask({"judge": []})["left"] == 100


def test_sizes_have_limits(serving):
    assert "at most 2000 characters" in serving.ask({"judge": [{"prompt": 0, "a": "x" * (MAX_CHARACTERS + 1), "b": ""}]})["error"]
    assert "at most 1000 pairs" in serving.ask({"judge": pairs(MAX_PAIRS + 1)})["error"]
    assert "at most 1048576 bytes" in serving.ask(b" " * (MAX_LINE + 1))["error"]


def test_strange_texts_are_judged(serving):
    """Characters that no text should have, lone surrogates among them, are answers like any other: bad ones."""
    strange = ["\ud800", "\0", "\u202e", "oslo .\n", "🦉" * 500, " " * 2000, "." * 2000]
    assert len(serving.ask({"judge": [{"prompt": 0, "a": text, "b": "oslo ."} for text in strange]})["wins"]) == len(strange)


def test_every_line_has_its_answer_until_the_end(serving):
    lines = [b'{"judge": []}', b"x" * (3 * MAX_LINE), b"", b"junk", json.dumps({"judge": pairs(2)}).encode(), b'{"judge": []}']
    answers = io.StringIO()
    service.serve(serving, io.BytesIO(b"\n".join(lines)), answers)
    found = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert [list(answer) for answer in found] == [["wins", "left"], ["error"], ["error"], ["wins", "left"], ["wins", "left"]]
    assert found[-1]["left"] == 98


def test_as_a_process_that_is_killed(data, tmp_path):
    command = service_command(data, tmp_path)
    request = json.dumps({"judge": pairs(300)}) + "\n"
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(request)
    process.stdin.flush()
    first = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = subprocess.run(command, input=request * 2, capture_output=True, text=True, check=True)
    lefts = [first["left"], *(json.loads(line)["left"] for line in done.stdout.splitlines())]
    assert lefts == [19_700, 19_400, 19_100]


def test_a_state_that_cannot_be_read_is_our_fault(data, tmp_path):
    (tmp_path / "spent.json").write_text("")
    command = service_command(data, tmp_path)
    done = subprocess.run(command, input=b'{"judge": []}\n', capture_output=True)
    assert done.returncode != 0 and done.stdout == b""


def test_the_budget_file_is_never_half_written(tmp_path, monkeypatch):
    budget = Budget(tmp_path, 10)
    budget.spend(3)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("no space")))
    with pytest.raises(OSError, match="no space"):
        budget.spend(3)
    assert Budget(tmp_path, 10).left == 7


# With a judge model, as at tier full


def test_a_judge_model_answers_the_service(toy, tmp_path, judge_model):
    asked = judge_model(lambda request: "1" if "good" in shown(request)["answer_1"] else "2")
    serving = Service(read_judge(toy / "protected", "seen"), TOY_PROMPTS, Budget(tmp_path, 10))
    request = {"judge": [{"prompt": 2, "a": "good", "b": "bad"}, {"prompt": 3, "a": "bad", "b": "good"}]}
    assert serving.answer(json.dumps(request).encode()) == {"wins": [True, False], "left": 8}
    assert {shown(request)["instruction"] for request in asked} == {f"Say something about the number {number}." for number in (2, 3)}


def test_a_judge_model_that_is_gone_costs_nothing(toy, tmp_path, monkeypatch):
    monkeypatch.setenv("REBENCH_MODEL_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("REBENCH_MODEL_NAME", "judge")
    monkeypatch.setattr("time.sleep", lambda _: None)
    judge = read_judge(toy / "protected", "seen")
    object.__setattr__(judge.model, "sleep", lambda _: None)
    serving = Service(judge, TOY_PROMPTS, Budget(tmp_path, 10))
    answer = serving.answer(b'{"judge": [{"prompt": 2, "a": "good", "b": "bad"}]}')
    assert answer == {"error": "the judge could not be reached; nothing was judged, and nothing spent"}
    assert Budget(tmp_path, 10).left == 10

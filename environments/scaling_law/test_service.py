"""The training service: its limits, its book, and what hostile requests get."""

import json
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from conftest import HERE, SMALL, TOY
from plans import flops, most_steps

import budget
import service
import training


def ask(state, trainer, request, plan=TOY):
    line = request if isinstance(request, bytes) else json.dumps(request).encode()
    return service.answer(line, plan, state, trainer)


def run(n_embd, steps):
    return {"train": {"n_embd": n_embd, "steps": steps}}


def test_a_run_is_trained_paid_for_and_told(tmp_path, trainer):
    answer = ask(tmp_path, trainer, run(8, 10))
    assert answer["flops"] == answer["flops_used"] == flops(TOY, 8, 10) and answer["flops_budget"] == TOY["budget_flops"]
    assert answer["losses"] == [[10, answer["loss"]]] and trainer.asked == [(8, 10)]
    status = ask(tmp_path, trainer, {"status": {}})
    assert status["runs"] == [{"n_embd": 8, "steps": 10, "flops": flops(TOY, 8, 10), "loss": answer["loss"]}]
    assert status["flops_used"] == flops(TOY, 8, 10) and status["run_flops"] == TOY["run_flops"]


def test_the_same_run_again_costs_nothing_and_says_the_same(tmp_path, trainer):
    first = ask(tmp_path, trainer, run(8, 10))
    assert ask(tmp_path, trainer, run(8, 10)) == first and trainer.asked == [(8, 10)]


def test_a_list_of_runs_is_answered_one_by_one(tmp_path, trainer):
    runs = [{"n_embd": 8, "steps": 10}, {"n_embd": 7, "steps": 10}, None, {"n_embd": 16, "steps": 10}, {"n_embd": 8, "steps": 10}]
    answer = ask(tmp_path, trainer, {"train": runs})
    assert [run.get("error", "")[:6] for run in answer["runs"]] == ["", "n_embd", '"train', "", ""]
    assert answer["flops_used"] == flops(TOY, 8, 10) + flops(TOY, 16, 10) and trainer.asked == [(8, 10), (16, 10)]
    most = most_steps(TOY, 8, TOY["run_flops"])
    answer = ask(tmp_path, trainer, {"train": [{"n_embd": 8, "steps": most - less} for less in range(5)]})
    assert ["error" in run for run in answer["runs"]] == [False, True, True, True, True]
    assert answer["flops_used"] <= TOY["budget_flops"]
    assert "at most 200 runs" in ask(tmp_path, trainer, {"train": [{"n_embd": 8, "steps": 10}] * 201})["error"]


def test_a_run_at_its_limit_is_made_and_one_beyond_is_not(tmp_path, trainer):
    most = most_steps(TOY, 8, TOY["run_flops"])
    assert "error" not in ask(tmp_path, trainer, run(8, most))
    answer = ask(tmp_path, trainer, run(8, most + 1))
    assert "a run takes at most" in answer["error"] and ask(tmp_path, trainer, {"status": {}})["flops_used"] == flops(TOY, 8, most)
    assert trainer.asked == [(8, most)]


def test_all_runs_together_have_a_limit(tmp_path, trainer):
    most = most_steps(TOY, 8, TOY["run_flops"])
    assert all("error" not in ask(tmp_path, trainer, run(8, most - less)) for less in range(3))
    before = ask(tmp_path, trainer, {"status": {}})
    assert "are left" in ask(tmp_path, trainer, run(16, most_steps(TOY, 16, TOY["run_flops"])))["error"]
    assert ask(tmp_path, trainer, {"status": {}}) == before and before["flops_used"] <= TOY["budget_flops"]
    assert "error" not in ask(tmp_path, trainer, run(8, most))  # which is known already


def test_the_number_of_runs_has_a_limit(tmp_path, trainer):
    plan = {**TOY, "most_runs": 2}
    answers = [ask(tmp_path, trainer, run(8, steps), plan) for steps in (1, 2, 3)]
    assert ["error" in answer for answer in answers] == [False, False, True]


NOT_WIDTHS = [0, -8, 4, 12, 32, 8.0, 8.5, "8", None, True, [8], 10**400, 1 << 64]
NOT_STEPS = [0, -1, -(10**30), 1.5, 1.0, "10", None, True, False, [10], {}, 10**400, 10**12]


@pytest.mark.parametrize("n_embd, steps", [(width, 10) for width in NOT_WIDTHS] + [(8, steps) for steps in NOT_STEPS])
def test_other_numbers_are_refused_and_cost_nothing(tmp_path, trainer, n_embd, steps):
    assert "error" in ask(tmp_path, trainer, run(n_embd, steps))
    assert trainer.asked == [] and budget.Book(tmp_path).runs == []


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"7",
        b"[]",
        b'"train"',
        b"{}",
        b"{" * 100_000,
        b"[" * 1_000_000,
        b'{"train": {"n_embd": 8, "steps": NaN}}',
        b'{"train": {"n_embd": Infinity, "steps": 1}}',
        b'{"train": {"n_embd": 8, "steps": 1e400}}',
        b'{"train": {"n_embd": 8, "steps": ' + b"9" * 100_000 + b"}}",
        b'{"train": {"n_embd": 8}}',
        b'{"train": {"n_embd": 8, "steps": 10, "seed": 3}}',
        b'{"train": {"n_embd": 8, "steps": 10, "flops": -1}}',
        b'{"train": "all"}',
        b'{"train": 7}',
        b'{"train": {"n_embd": 8, "steps": 10}, "status": {}}',
        b'{"status": {"flops_used": 0}}',
        b'{"refund": {}}',
        b'{"status": {}}' + b" " * service.MAX_LINE_BYTES,
    ],
    ids=range(22),
)
def test_hostile_lines_are_answered(tmp_path, trainer, line):
    answer = ask(tmp_path, trainer, line)
    assert set(answer) == {"error"} and len(answer["error"]) < 200 and str(tmp_path) not in answer["error"]
    assert budget.Book(tmp_path).runs == []


def test_it_is_paid_for_before_it_is_trained(tmp_path):
    """Who ends the service meanwhile gets nothing back; the same run may be asked for again, and others cost as always."""

    class Ended(BaseException):
        pass

    def ending(*_):
        assert budget.Book(tmp_path).flops_used == flops(TOY, 8, 10)  # on the disk already
        raise Ended

    with pytest.raises(Ended):
        ask(tmp_path, ending, run(8, 10))
    assert budget.Book(tmp_path).flops_used == flops(TOY, 8, 10)


def test_a_run_that_was_paid_for_is_owed(tmp_path, trainer):
    budget.Book(tmp_path).pay(8, 10, flops(TOY, 8, 10))
    assert ask(tmp_path, trainer, {"status": {}})["runs"][0]["loss"] is None
    answer = ask(tmp_path, trainer, run(8, 10))
    assert answer["flops_used"] == flops(TOY, 8, 10) and trainer.asked == [(8, 10)]


def test_a_killed_service_has_charged(data, tmp_path):
    """A real process, killed while it trains."""
    steps = most_steps(SMALL, 8, SMALL["run_flops"])
    process = subprocess.Popen(command_of(data, tmp_path), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(json.dumps(run(8, steps)).encode() + b"\n")
    process.stdin.flush()
    while not (tmp_path / budget.FILE).exists():
        assert process.poll() is None
    process.kill()
    assert process.communicate()[0] == b""
    assert budget.Book(tmp_path).flops_used == flops(SMALL, 8, steps)


def test_requests_at_the_same_time_cannot_spend_more(tmp_path, trainer):
    most = most_steps(TOY, 8, TOY["run_flops"])
    answers = []
    threads = [threading.Thread(target=lambda less=less: answers.append(ask(tmp_path, trainer, run(8, most - less)))) for less in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("error" in answer for answer in answers) == 9
    assert budget.Book(tmp_path).flops_used <= TOY["budget_flops"]


def test_a_half_written_book_is_not_read(tmp_path, trainer):
    ask(tmp_path, trainer, run(8, 10))
    (tmp_path / "runs.fresh").write_text('{"runs": [')
    assert ask(tmp_path, trainer, {"status": {}})["flops_used"] == flops(TOY, 8, 10)


def test_a_loss_that_is_no_number_is_null(tmp_path):
    answer = ask(tmp_path, lambda *_: {"losses": [[1, float("nan")]], "loss": float("inf")}, run(8, 10))
    assert answer["losses"] == [[1, None]] and answer["loss"] is None


def test_a_whole_conversation(data, tmp_path):
    """The program: answers in order, a line each; a fault is answered too, and the end of the input ends it."""
    requests = [b"nonsense", json.dumps(run(128, 2)).encode(), b"[" * (3 << 20), b'{"status": {}}', b'{"status": {}}' + b" " * (1 << 20)]
    done = serve(data, tmp_path, b"\n".join(requests) + b"\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(answers) == 5
    assert ["error" in answer for answer in answers] == [True, False, True, False, True]
    assert answers[1]["loss"] > 3 and answers[3]["runs"][0]["loss"] == answers[1]["loss"]
    assert done.stderr == b""
    texts = [np.load(data / "protected" / f"{name}.npy") for name in ("train", "validation")]
    assert training.train(SMALL, 128, 2, *texts)["loss"] == answers[1]["loss"]  # what is trained is the recipe, in any process


def test_a_fault_of_ours_is_answered_without_its_cause(data, tmp_path):
    (tmp_path / budget.FILE).write_text("damaged")
    done = serve(data, tmp_path, b'{"status": {}}\n')
    assert done.returncode == 0 and b"JSONDecodeError" in done.stderr
    assert set(json.loads(done.stdout)) == {"error"} and b"damaged" not in done.stdout and b"JSON" not in done.stdout


def test_the_wrapper_that_participants_have(data, tmp_path):
    environment = {**os.environ, "REBENCH_SERVICE": json.dumps(command_of(data, tmp_path)), "DATA": str(data / "visible")}

    def wrapped(program, *words):
        return subprocess.run([sys.executable, HERE / "start" / program, *words], env=environment, capture_output=True, text=True)

    done = wrapped("train.py", "--n-embd", "128", "--steps", "2")
    assert done.returncode == 0 and "validation loss" in done.stdout and "0.4% of 3e+11 FLOP are used" in done.stdout
    assert "n_embd  128" in wrapped("train.py", "--status").stdout
    refused = wrapped("train.py", "--n-embd", "7", "--steps", "2")
    assert refused.returncode == 1 and "multiple of 4 from 8 to 128" in refused.stderr
    assert f"{most_steps(SMALL, 16, SMALL['target_flops'])} steps" in wrapped("flops.py", "16").stdout


def serve(data, state, lines):
    return subprocess.run(command_of(data, state), input=lines, capture_output=True)


def command_of(data, state):
    folders = {"--visible": data / "visible", "--protected": data / "protected", "--state": state}
    return [sys.executable, str(HERE / "service.py"), "--tier", "small", *(str(part) for pair in folders.items() for part in pair)]

"""Spending, the scripted model, the problems, the service, and scorings at toy size."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from rebench_lib.answers import BrokenScorer, InvalidSubmission

import codecontests
import model_wire
import problem_bank
import scorer
import scripted
from conftest import DOUBLE, HERE, NEEDS_RUSTC, NEGATE, RUST, TOYS, Scripted
from grading import checker
from spending import OUTPUT_WEIGHT, Ledger, Meter, Refused, estimated_tokens, metered, parse_request

BANK = problem_bank.load_bank()
EVERY = {**BANK["validation"], **BANK["held_out"]}
PROVED_HERE = ("lantern_street", "tide_log")  # check_problems.py proves all of them


def request(text: str, temperature: float = 1.0, max_tokens: int = 1000):
    return parse_request({"messages": [{"role": "user", "content": text}], "temperature": temperature, "max_tokens": max_tokens})


# Spending.


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"messages": []},
        {"messages": "hello"},
        {"messages": [{"role": "tool", "content": "x"}]},
        {"messages": [{"role": "user", "content": ["x"]}]},
        {"messages": [{"role": "user", "content": "x"}] * 51},
        {"messages": [{"role": "user", "content": "x" * 60_001}]},
        {"messages": [{"role": "user", "content": "x"}], "temperature": float("nan")},
        {"messages": [{"role": "user", "content": "x"}], "temperature": True},
        {"messages": [{"role": "user", "content": "x"}], "max_tokens": 0},
        {"messages": [{"role": "user", "content": "x"}], "max_tokens": 2.5},
        {"messages": [{"role": "user", "content": "x"}], "max_tokens": 10**6},
    ],
)
def test_requests_that_are_refused(given):
    with pytest.raises(Refused):
        parse_request(given)


def test_a_meter_cuts_answers_and_then_refuses():
    meter, model = Meter(200), Scripted(["y" * 4000])
    assert metered(meter, model, "p", request("x" * 40), 0) == "y" * 4 * 47  # 10 for the prompt, and 47 · 4 of the 190 that are left
    assert meter.spent == 198 and meter.calls == 1
    with pytest.raises(Refused):
        metered(meter, model, "p", request("x"), 1)
    assert meter.spent == 198 and len(model.asked) == 1


def test_what_runs_side_by_side_is_set_aside():
    meter = Meter(1000)
    tokens, aside = meter.begin(request("x" * 400, max_tokens=200))
    assert (tokens, aside) == (200, 100 + OUTPUT_WEIGHT * 200)
    with pytest.raises(Refused):
        meter.begin(request("x" * 400))
    meter.end(aside, 100, 10)
    assert meter.spent == 140
    assert meter.begin(request("x" * 400))[0] == 190


def test_a_call_that_fails_costs_nothing():
    class Broken:
        def complete(self, *_):
            raise BrokenScorer("no model")

    meter = Meter(1000)
    with pytest.raises(BrokenScorer):
        metered(meter, Broken(), "p", request("x"), 0)
    assert meter.spent == 0 and meter.begin(request("x"))


def test_a_ledger_is_whole_at_any_time(tmp_path):
    ledger = Ledger(tmp_path / "spent.json")
    assert ledger.spent == 0
    ledger.write(7)
    assert Ledger(tmp_path / "spent.json").spent == 7


# The scripted model.


def script() -> scripted.ScriptedModel:
    return scripted.ScriptedModel({name: problem.script() for name, problem in BANK["validation"].items()})


def ask(name: str, extra: str = "", number: int = 0, temperature: float = 1.0) -> str:
    return script().complete(name, request(BANK["validation"][name].statement + extra, temperature), 4000, number)[0]


def test_the_script_answers_in_prose_and_each_call_is_a_new_sample():
    answers = [ask("parcel_pairs", number=number) for number in range(12)]
    assert all("```rust\n" in answer for answer in answers) and len(set(answers)) > 4
    assert answers == [ask("parcel_pairs", number=number) for number in range(12)]


def test_other_words_are_no_new_sample():
    assert ask("parcel_pairs") == ask("parcel_pairs", " Take great care, please!") == ask("parcel_pairs", "\n\nseed 12345")
    assert len({ask("parcel_pairs", number=number, temperature=0) for number in range(5)}) == 1


def test_without_the_statement_the_script_knows_nothing():
    model = script()
    for text in ("parcel_pairs", "Solve Parcel pairs.", BANK["validation"]["seed_trays"].statement):
        assert model.complete("parcel_pairs", request(text), 1000, 0)[0] == scripted.DONT_KNOW
    statement = BANK["held_out"]["tide_log"].statement
    assert model.complete("tide_log", request(statement), 1000, 0)[0] == scripted.DONT_KNOW


def rates(name: str, extra: str, samples: int = 400) -> tuple[float, float]:
    """Shares of samples that hold the right idea, and that have no slip."""
    problem = BANK["validation"][name]
    right = [problem.right, *scripted.slips(problem.right)]
    whole = [problem.right, *problem.wrong]
    answers = [ask(name, extra, number) for number in range(samples)]
    return tuple(sum(any(text.strip() in answer for text in texts) for answer in answers) / samples for texts in (right, whole))


def test_what_helps_a_weak_model_helps_the_script():
    example = "\nExample:\n" + BANK["validation"]["parcel_pairs"].examples[0]
    plain, told = rates("parcel_pairs", ""), rates("parcel_pairs", f"{example}\nUse the standard library only.")
    assert told[0] > plain[0] + 0.02 and told[1] > plain[1] + 0.05
    assert rates("stair_tiles", "")[0] < plain[0]  # which is harder
    fault = "let mut pairs"
    slipped = BANK["validation"]["parcel_pairs"].right.replace("let mut ", "let ", 1)
    assert fault in slipped
    shown = f"\nThis does not compile:\n{slipped}\nerror[E0596]: cannot borrow as mutable"
    assert rates("parcel_pairs", shown)[0] == 1 and rates("parcel_pairs", shown)[1] > 0.7  # its own idea, and mostly repaired
    wrong = BANK["validation"]["parcel_pairs"].wrong[1]
    failed = f"\nThis is wrong:\n{wrong}\nIt printed 1 where 3 was expected"
    assert rates("parcel_pairs", failed)[0] > plain[0] + 0.05


def test_only_code_is_sometimes_only_code():
    answers = [ask("parcel_pairs", "\nAnswer with code only.", number) for number in range(40)]
    assert 5 < sum("```" not in answer for answer in answers) < 35


# The problems.


def test_there_are_enough_problems_of_each_difficulty():
    assert len(BANK["validation"]) >= 16 and len(BANK["held_out"]) >= 24 and not set(BANK["validation"]) & set(BANK["held_out"])
    for split in problem_bank.SPLITS:
        assert {problem.difficulty for problem in BANK[split].values()} == {1, 2, 3, 4, 5}
    for problem in EVERY.values():
        assert len(problem.statement) > 200 and len(problem.hidden) >= 4 and len(problem.wrong) >= 2 and problem.examples


def test_what_is_held_out_is_nowhere_in_the_clear():
    clear = [file.read_text(errors="ignore") for file in HERE.rglob("*") if file.is_file() and file.suffix in (".py", ".md", ".json")]
    mine = Path(__file__).read_text()
    for name, problem in BANK["held_out"].items():
        sentence = problem.statement.split(".")[0]
        assert not any(sentence in text for text in clear)
        assert name == "tide_log" or not any(f'"{name}"' in text for text in clear if text != mine)
    for problem in EVERY.values():
        assert not any(problem.right.strip() in text for text in clear)


def test_the_same_problems_give_the_same_tests():
    again = problem_bank.load_bank()
    for split in problem_bank.SPLITS:
        assert {name: problem.hidden for name, problem in BANK[split].items()} == {
            name: problem.hidden for name, problem in again[split].items()
        }


@pytest.mark.parametrize("name", [name for name, problem in EVERY.items() if problem.check])
def test_checks_take_what_our_program_prints_and_nothing_silly(name):
    problem = EVERY[name]
    check = checker(problem.check)
    for text in [*problem.examples, *problem.hidden[:3]]:
        answer = problem.module.solve(text)
        assert check(text, answer, answer)
        first = answer.split()[0]
        worse = str(int(first) - 1) if first.isdigit() else "0"
        for silly in ("", "yes", "-1", answer + " 1", answer.replace(first, worse, 1), "9" * 5000, "\0", first, f"{first} {10**30}"):
            assert silly.split() == answer.split() or not check(text, answer, silly)


def test_locking_and_unlocking_gives_the_same_texts(tmp_path, monkeypatch):
    problem_bank.unlock(tmp_path / "texts")
    before = {file.name: file.read_bytes() for file in problem_bank.FOLDER.iterdir() if file.is_file()}
    monkeypatch.setattr(problem_bank, "FOLDER", tmp_path / "problems")
    monkeypatch.setattr(problem_bank, "SEALED", tmp_path / "problems" / "sealed.bin")
    problem_bank.lock(tmp_path / "texts")
    assert {file.name: file.read_bytes() for file in problem_bank.FOLDER.iterdir()} == before


@NEEDS_RUSTC
@pytest.mark.parametrize("name", PROVED_HERE)
def test_problems_are_proved(name):
    import check_problems
    from judge import find_rustc

    assert check_problems.faults(EVERY[name], find_rustc())[0] == []
    swapped = problem_bank.Problem(**{**vars(EVERY[name]), "right": EVERY[name].wrong[0], "wrong": [EVERY[name].right] * 2})
    found = " ".join(check_problems.faults(swapped, find_rustc())[0])
    assert "the right program" in found and "wrong idea 1: solved" in found


# The service.


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


# A real model.


class Wire(BaseHTTPRequestHandler):
    replies: list = []
    seen: list = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Wire.seen.append((self.path, self.headers["Authorization"], body))
        status, answer = Wire.replies.pop(0)
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def wire(monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), Wire)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("REBENCH_MODEL_URL", f"http://127.0.0.1:{server.server_port}/v1/")
    monkeypatch.setenv("REBENCH_MODEL_KEY", "key")
    monkeypatch.setenv("REBENCH_MODEL_NAME", "weak")
    Wire.seen.clear()
    yield Wire
    server.shutdown()
    server.server_close()


def test_a_model_on_the_wire(wire):
    good = {"choices": [{"message": {"content": "fn main() {}"}}], "usage": {"prompt_tokens": 11, "completion_tokens": 5}}
    wire.replies[:] = [(429, {}), (503, {}), (200, good), (200, {"choices": [{"message": {"content": "four"}}]})]
    model = model_wire.WireModel(sleep=lambda _: None)
    assert model.complete("p", request("hello", 0.5), 77, 0) == ("fn main() {}", 11, 5)
    path, authorization, body = wire.seen[-1]
    assert (path, authorization) == ("/v1/chat/completions", "Bearer key")
    assert body == {"model": "weak", "messages": [{"role": "user", "content": "hello"}], "temperature": 0.5, "max_tokens": 77}
    assert model.complete("p", request("hello"), 77, 0) == ("four", estimated_tokens("hello"), 1)  # no usage is said


@pytest.mark.parametrize("replies", [[(401, {})], [(500, {})] * 4, [(200, {"choices": []})], [(200, [])]])
def test_a_model_that_cannot_be_asked_is_no_score(wire, replies):
    wire.replies[:] = replies
    with pytest.raises(BrokenScorer) as caught:
        model_wire.WireModel(sleep=lambda _: None).complete("p", request("x"), 5, 0)
    assert "key" not in str(caught.value)


@NEEDS_RUSTC
def test_a_model_that_fails_during_a_scoring_is_no_score(scored):
    class Gone:
        def complete(self, *_):
            raise BrokenScorer("the weak model cannot be asked: status 401")

    with pytest.raises(BrokenScorer, match="401"):
        scored('async def solve(problem, model):\n    return await model.complete("x")', Gone())


def test_tier_full_says_what_it_needs(monkeypatch, tmp_path):
    monkeypatch.delenv("REBENCH_MODEL_URL", raising=False)
    with pytest.raises(BrokenScorer, match="REBENCH_MODEL_URL"):
        scorer.weak_model("full", tmp_path)


# CodeContests.


def test_rows_of_codecontests():
    row = {
        "name": "1_A. Tests",
        "description": "Print it.",
        "public_tests": {"input": ["1\n"], "output": ["1\n"]},
        "private_tests": {"input": ["2\n", "3" * (1 << 21)], "output": ["2\n", "3\n"]},
        "generated_tests": {"input": ["4\n"] * 100, "output": ["4\n"] * 100},
        "time_limit": {"seconds": 2, "nanos": 500_000_000},
        "memory_limit_bytes": 256_000_000,
        "cf_rating": 1500,
    }
    problem = codecontests.converted(row)
    assert problem["timeLimitSeconds"] == 2.5 and problem["memoryLimitMb"] == 244 and problem["difficulty"] == 3
    assert problem["examples"] == problem["tests"][:1] and problem["tests"][1] == {"input": "2\n", "output": "2\n"}
    assert len(problem["tests"]) == codecontests.MAX_TESTS
    bare = codecontests.converted({"name": "x", "description": "y", "public_tests": None, "private_tests": None, "generated_tests": None})
    assert bare["tests"] == [] and bare["timeLimitSeconds"] > 0


def test_codecontests_without_a_network_or_with_another_file(monkeypatch, tmp_path):
    monkeypatch.setattr(codecontests, "HUB", "http://127.0.0.1:9")
    with pytest.raises(SystemExit, match="--data synthetic"):
        codecontests.fetched("visible", tmp_path)
    (tmp_path / "code_contests" / codecontests.FILES["visible"][0]).write_bytes(b"other")
    with pytest.raises(SystemExit, match="SHA-256"):
        codecontests.fetched("visible", tmp_path)


# Scorings.


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

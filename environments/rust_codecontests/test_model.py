"""Spending, and the models that it pays for: the scripted one, and a real one on the wire."""

import json
import re
import threading
import time
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from rebench_lib.answers import BrokenScorer, NoModel

import model_wire
import problem_bank
import scorer
import scripted
from conftest import NEEDS_RUSTC, PLAN, TOYS, Scripted
from spending import OUTPUT_WEIGHT, Ledger, Meter, Refused, estimated_tokens, metered, parse_request

BANK = problem_bank.load_bank()
EVERY = {**BANK["validation"], **BANK["held_out"]}


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
    tokens, aside = meter.begin(request("x" * 400, max_tokens=200), 100)
    assert (tokens, aside) == (200, 100 + OUTPUT_WEIGHT * 200)
    with pytest.raises(Refused):
        meter.begin(request("x" * 400), 100)
    meter.end(aside, 100, 10)
    assert meter.spent == 140
    assert meter.begin(request("x" * 400), 100)[0] == 190


def test_a_call_that_fails_costs_nothing():
    class Broken(Scripted):
        def complete(self, *_):
            raise BrokenScorer("no model")

    meter = Meter(1000)
    with pytest.raises(BrokenScorer):
        metered(meter, Broken([""]), "p", request("x"), 0)
    assert meter.spent == 0 and meter.samples == 0 and meter.begin(request("x"), 1)


def test_no_text_costs_more_than_was_set_aside_for_it():
    """A server may make a token of each byte, and says so only when it has answered."""

    class OneTokenAByte(Scripted):
        most_tokens = staticmethod(model_wire.WireModel.most_tokens)

        def complete(self, problem, given, tokens, number):
            return "", len(given.text), 0

    meter = Meter(1000)
    for _ in range(3):
        try:
            metered(meter, OneTokenAByte([""]), "p", request("§" * 200, max_tokens=10), 0)
        except Refused:
            break
    assert meter.spent <= meter.limit


def test_only_an_answer_to_the_statement_that_was_paid_for_whole_leads_to_the_next_sample():
    model, name = script(), "parcel_pairs"
    statement = BANK["validation"][name].statement
    whole = len(model.complete(name, request(statement), 4000, 0)[0].encode())
    asked = {"no statement": (request("hello"), 4000), "cut": (request(statement), whole // 4 - 1), "a sample": (request(statement), 4000)}
    assert [what for what, (given, tokens) in asked.items() if model.is_sample(name, given, tokens, 0)] == ["a sample"]
    meter = Meter(16_000)
    for given, tokens in asked.values():
        metered(meter, model, name, request(given.text, max_tokens=min(tokens, 4000)), meter.samples)
    assert (meter.calls, meter.samples) == (3, 1)


def test_samples_do_not_follow_from_what_a_scaffold_is_told():
    """Names and the code of the script are known to whoever looks for them: draws made from those alone give nothing away."""
    known = script().script["parcel_pairs"]
    guess = scripted.ScriptedModel({"parcel_pairs": {**known, "secret": "parcel_pairs"}})
    asked = [request(known["statement"]) for _ in range(40)]
    samples = [[model.complete("parcel_pairs", one, 4000, at)[0] for at, one in enumerate(asked)] for model in (script(), guess)]
    assert sum(a == b for a, b in zip(*samples)) < 20


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


@pytest.mark.parametrize("reply", [(401, {}), (402, {}), (400, {}), (500, {}), (200, {"choices": []}), (200, [])])
def test_a_model_that_cannot_be_asked_is_no_score(wire, reply):
    wire.replies[:] = [reply] * 8
    with pytest.raises(NoModel) as caught:
        model_wire.WireModel(sleep=lambda _: None).complete("p", request("x"), 5, 0)
    assert "key" not in str(caught.value)


YES = {"choices": [{"message": {"content": "Yes."}}]}


@pytest.mark.parametrize("replies", [[(400, {"error": {"message": "not allowed"}})], [(403, {})], [(500, {})] * 4])
def test_a_text_that_the_server_does_not_take_is_the_scaffolds_fault(wire, replies):
    wire.replies[:] = [*replies, (200, YES)]
    with pytest.raises(Refused, match="does not answer"):
        model_wire.WireModel(sleep=lambda _: None).complete("p", request("x"), 5, 0)


def test_halves_of_characters_are_not_sent(wire):
    wire.replies[:] = [(200, YES)]
    given = parse_request(json.loads('{"messages": [{"role": "user", "content": "a\\ud800b"}]}'))
    model_wire.WireModel().complete("p", given, 5, 0)
    assert wire.seen[-1][2]["messages"] == [{"role": "user", "content": "a?b"}]


@NEEDS_RUSTC
def test_a_model_that_fails_during_a_scoring_is_no_score(scored):
    class Gone(Scripted):
        def complete(self, *_):
            raise BrokenScorer("the weak model cannot be asked: status 401")

    with pytest.raises(BrokenScorer, match="401"):
        scored('async def solve(problem, model):\n    return await model.complete("x")', Gone([""]))


ASKS_TWICE = """
async def solve(problem, model):
    await model.complete("first")
    await model.complete("second")
    return DOUBLE
"""


class Slow(Scripted):
    """Each answer takes a second; for `waited` of it its provider did not answer."""

    def __init__(self, waited: float) -> None:
        super().__init__([""])
        self.waited, self.waited_seconds = waited, 0.0

    def complete(self, *given):
        time.sleep(1)
        self.waited_seconds += self.waited
        return super().complete(*given)


@NEEDS_RUSTC
@pytest.mark.parametrize("limits", [{"solve_seconds": 1.5}, {"all_seconds": 1.9}])
def test_time_in_which_the_provider_does_not_answer_is_not_the_scaffolds(scored, limits):
    plan = replace(PLAN, **limits)
    assert scored(ASKS_TWICE, Slow(0), plan, TOYS[:1])[0] == 0
    raw, details = scored(ASKS_TWICE, Slow(5), plan, TOYS[:1])  # more than it can be, so that a busy machine has the time
    assert raw == 1 and details["modelWaitedSeconds"] == 10


@NEEDS_RUSTC
def test_a_model_that_fails_after_the_scaffolds_time_is_no_score_either(scored):
    class Late(Scripted):
        def complete(self, *_):
            time.sleep(1.5)
            raise BrokenScorer("the weak model cannot be asked: status 502")

    with pytest.raises(BrokenScorer, match="502"):
        scored('async def solve(problem, model):\n    return await model.complete("x")', Late([""]), replace(PLAN, solve_seconds=1), TOYS[:1])


def test_tier_full_says_what_it_needs(monkeypatch, tmp_path):
    monkeypatch.delenv("REBENCH_MODEL_URL", raising=False)
    with pytest.raises(BrokenScorer, match="REBENCH_MODEL_URL"):
        scorer.weak_model("full", tmp_path)


def test_what_most_wrong_programs_have_in_common_is_not_right():
    """The program that is nearest to all samples needs no compiler and no examples: it must not be worth more than trying them."""
    bank = BANK["held_out"]
    model = scripted.ScriptedModel({name: problem.script() for name, problem in bank.items()})

    def nearest(name: str) -> str:
        said = [model.complete(name, request(bank[name].statement), 4000, number)[0] for number in range(24)]
        programs = sorted({found[1] for text in said if (found := re.search(r"```rust\n(.*?)```", text, re.S))})
        lines = [Counter(program.splitlines()) for program in programs]
        return min(programs, key=lambda one: sum(((Counter(one.splitlines()) - other).total() for other in lines)))

    right = [name for name in bank if nearest(name).strip() == bank[name].right.strip()]
    assert len(right) <= 3, right  # 6 where wrong ideas have nothing in common

"""The scorer with honest solutions, and its numbers."""

import math
import random
import statistics

import numpy as np
import pytest
from rebench_lib import paired
from rebench_lib.answers import BrokenScorer, TooLoaded

import handover
import prepare
import scorer
from conftest import SIZE, TOY


def test_the_definition_is_what_the_instructions_say():
    generator = np.random.default_rng(1)
    for n in (1, 2, 257, 5000):
        x = generator.integers(-10, 10, n, dtype=np.int32)
        assert handover.definition(x).tolist() == prepare.definition(x.tolist())
    assert handover.definition(np.full(3000, 1, np.int32))[-1] == 1500  # counts wrap around at 256 in the scorer
    assert handover.definition(np.array([], np.int32)).tolist() == []


def test_inputs_are_new_and_span_the_range(submit):
    program = submit("prefix_sum = right")
    seen = []
    for _ in range(3):
        program.seconds(SIZE)
        seen.append(program.memory.x.copy())
    assert set(np.unique(seen[0])) == set(range(-10, 10))
    assert not (seen[0] == seen[1]).all() and not (seen[1] == seen[2]).all()


def test_right_answers_count_however_they_come(seconds):
    assert seconds("prefix_sum = right") > 0
    assert seconds("def prefix_sum(x, out):\n    return out.copy_(right(x))") > 0
    assert seconds("def prefix_sum(x):\n    return x.copy_(right(x))") > 0  # the input may be overwritten
    assert seconds("def prefix_sum(x):\n    return torch.stack([right(x), x], 1)[:, 0]") > 0  # not contiguous


def test_time_is_what_passes(seconds):
    assert seconds("import time\ndef prefix_sum(x):\n    time.sleep(0.06)\n    return right(x)") >= 0.06


def test_summary_subtracts_the_handover_and_takes_the_median_of_ratios():
    times = {"start": [11.0, 9.0, 13.0, 5.0], "submission": [3.0, 2.0, 4.0, 2.0], "handover": [1.0, 0.5, 1.5, 1.0]}
    found = scorer.summary(times)
    expected = [math.log(2 / 10), math.log(1 / 8), math.log(3 / 12), math.log(1 / 4)]
    assert found["medianLnRatio"] == pytest.approx(statistics.median(expected))
    assert (found["handoverMs"], found["startMs"], found["submissionMs"], found["pairs"]) == (1.0, 9.0, 1.5, 4)


def test_a_submission_is_never_faster_than_nothing():
    found = scorer.summary({"start": [10.0] * 4, "submission": [0.4] * 4, "handover": [1.0] * 4})
    assert found["medianLnRatio"] == pytest.approx(math.log(scorer.SHORTEST_SHARE))


def test_the_error_of_a_median():
    # Simulated: standard deviation of medians of 20 normal values, and of what the formula says for them
    generator = random.Random(3)
    samples = [[generator.gauss(0, 1) for _ in range(20)] for _ in range(4000)]
    truth = statistics.stdev(statistics.median(sample) for sample in samples)
    assert statistics.mean(map(paired.median_error, samples)) == pytest.approx(truth, rel=0.15)


class Scripted:
    """A program whose times are given."""

    def __init__(self, milliseconds):
        self.next = milliseconds
        self.judge = type("", (), {"frozen": True})

    def turn(self, identity=False):
        return (0.001 if identity else self.next()) / 1000


def scripted(start, submission):
    return scorer.measured_in_peace(Scripted(start), Scripted(submission), TOY.__class__(**{**vars(TOY), "pairs": 20}))


def test_steady_times_take_one_block_and_noisy_ones_more():
    generator = random.Random(5)
    steady = lambda centre, spread: lambda: centre * math.exp(generator.gauss(0, spread))  # noqa: E731
    assert scripted(steady(10, 0.02), steady(5, 0.02))["pairs"] == 20
    noisy = scripted(steady(10, 0.12), steady(5, 0.12))
    assert noisy["pairs"] > 20 and noisy["medianLnRatio"] == pytest.approx(math.log(0.5), abs=0.15)
    with pytest.raises(TooLoaded, match="try again"):
        scripted(steady(10, 1), steady(5, 1))
    uneven = scripted(steady(10, 0.02), steady(5, 1))  # by itself: the machine was calm
    assert uneven["pairs"] == 60 and uneven["medianLnRatio"] == pytest.approx(math.log(0.5), abs=0.5)


def test_pairs_alternate_their_order():
    log = []
    start, submission = Scripted(lambda: log.append("start") or 10), Scripted(lambda: log.append("submission") or 5)
    scorer.measure(start, submission, {"start": [], "submission": [], "handover": []}, TOY)
    assert log == ["start", "submission", "submission", "start"] * 2


def turn_of(disturbed):
    """Time of a turn, and its calls, where the CPU is taken away in those calls that `disturbed` says."""
    program = object.__new__(scorer.Program)
    program.plan = scorer.Plan(**{**vars(TOY), "calls": 3})
    program.judge = type("", (), {"thaw": lambda self: None, "freeze": lambda self: None})()
    calls = []

    def seconds(_n, _identity):
        calls.append(len(calls))
        program.disturbed = disturbed(len(calls))
        return 10.0 - len(calls)

    program.seconds = seconds
    return program.turn(), len(calls)


def test_disturbed_calls_are_repeated_for_a_while():
    assert turn_of(lambda call: False) == (7.0, 3)
    assert turn_of(lambda call: call % 2 == 1) == (4.0, 6)
    assert turn_of(lambda call: True) == (1.0, 9)


def test_stored_scores_are_those_of_the_environment():
    file = scorer.HERE / "environment.json"
    assert paired.stored_starting_score(file, "full") == 1.56
    assert paired.stored_starting_score(file, "small") == pytest.approx(math.log(10), abs=1)  # some 10 ms on machines of this time
    with pytest.raises(BrokenScorer, match="no tier tiny"):
        paired.stored_starting_score(file, "tiny")

"""
Times the submitted prefix_sum against the starting solution: natural logarithm of milliseconds, lower is better.

Usage: scorer.py --tier small|full --submission DIR --visible DIR --protected DIR

Calls of both take turns in one session, each on a new random input. Raw score = ln(stored starting time in ms) + median over pairs
of ln(time of the submission / time of the starting solution). A time runs on this process's clock from the moment at which the input
can be seen to the moment at which this process holds its own copy of the answer, less what the same takes with no work in between.
"""

import math
import secrets
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "_lib"), str(HERE)]
from rebench_lib import paired, programs  # noqa: E402
from rebench_lib.answers import TooLoaded, read_capped  # noqa: E402
from rebench_lib.exchange import Exchange  # noqa: E402

from handover import Cuda, Files  # noqa: E402

CALL_SECONDS = 20
LOAD_SECONDS = 60
PATIENCE_SECONDS = 240  # for a submission in all
CHECK_SIZE = 1024
MAX_SOURCE_BYTES = 1 << 20
SHORTEST_SHARE = 0.001  # of the starting time: times are differences, and a logarithm needs a positive one
SLOW_SECONDS = 0.15
DISTURBED_SHARE, REPEATS = 0.03, 3
# Of the median ln ratio: 20 pairs whose quartiles are 0.15 apart give 0.03, about 0.02 of the way from start to reference.
ENOUGH_ERROR, MAX_ERROR = 0.03, 0.05
MAX_BLOCKS, MAX_SECONDS = 3, 60


@dataclass(frozen=True)
class Plan:
    size: int
    pairs: int
    calls: int  # of each program in a pair; the fastest counts, since a busy machine only ever adds time
    warm_ups: int
    threads: int
    memory_bytes: int  # 0: no limit of our own, as CUDA reserves far more than it uses
    gpu: bool = False


# One thread is what torch starts with. Two wait for each other in each operation: on two CPUs with other work on them, a pass over
# 10^6 values took 7 ms with two threads and 0.5 ms with one, and times of one thread hardly changed with that work.
PLANS = {
    "small": Plan(size=10**6, pairs=20, calls=3, warm_ups=3, threads=1, memory_bytes=4 << 30),
    "full": Plan(size=10**8, pairs=16, calls=3, warm_ups=3, threads=8, memory_bytes=0, gpu=True),
}


class Program(programs.Program):
    """One judge with one prefix_sum in it."""

    def __init__(self, plan: Plan, exchange: Exchange, source: Path, trusted: bool) -> None:
        self.plan = plan
        arguments = ["--threads", str(plan.threads), "--memory-bytes", str(plan.memory_bytes)]
        super().__init__(HERE / "judge.py", exchange, source, arguments, trusted, PATIENCE_SECONDS)

    def load(self) -> None:
        self.judge.wait_until_up()
        self.judge.hurry()
        self.ask({"do": "load"}, LOAD_SECONDS)
        self.memory = Cuda(self.plan.size) if self.plan.gpu else Files(self.folder, self.plan.size)
        self.ask(self.memory.share, LOAD_SECONDS)

    def seconds(self, n: int, identity: bool = False) -> float:
        """Of one call on a new input. An answer that is not exactly right is a fault."""
        memory = self.memory
        memory.stage(n)
        self.ask({"do": "ready"}, CALL_SECONDS)
        token = secrets.token_hex(8)
        message = {"do": "call", "token": token, "input": memory.name, "n": n, "identity": identity}
        waited, most = self.judge.waited_seconds(), self.within(CALL_SECONDS)
        with self.counted():
            begin = time.perf_counter()
            memory.publish()
            self.judge.tell(message)
            answer = self.judge.hear(most)
            memory.collect()
            seconds = time.perf_counter() - begin
        self.disturbed = self.judge.waited_seconds() - waited > DISTURBED_SHARE * seconds
        self.check(answer, token)
        if not identity and (place := memory.first_difference()) is not None:
            raise self.fault(f"the answer for {n:,} values is wrong, first at index {place:,}")
        memory.clear()
        return seconds

    def turn(self, identity: bool = False) -> float:
        """The fastest of a pair's calls, which are repeated while others take the CPU. Its processes run at no other time."""
        self.judge.thaw()
        seconds, undisturbed = math.inf, 0
        for _ in range(self.plan.calls * (REPEATS if self.plan.calls > 1 else 1)):
            seconds = min(seconds, self.seconds(self.plan.size, identity))
            undisturbed += not self.disturbed
            if undisturbed == self.plan.calls:
                break
        self.judge.freeze()
        return seconds


def measure(start: Program, submission: Program, times: dict[str, list[float]], plan: Plan) -> None:
    """Adds a block of pairs to `times`, in alternating order, and the hand-over beside each; milliseconds."""
    for pair in range(plan.pairs):
        order = [("start", start), ("submission", submission)]
        for name, program in order if pair % 2 == 0 else reversed(order):
            times[name].append(program.turn() * 1000)
        times["handover"].append(start.turn(identity=True) * 1000)


def measured_in_peace(start: Program, submission: Program, plan: Plan) -> dict:
    """Blocks of pairs until their median is sure enough."""
    times: dict[str, list[float]] = {"start": [], "submission": [], "handover": []}

    def block() -> dict:
        measure(start, submission, times, plan)
        return summary(times)

    found = paired.in_peace(block, enough=ENOUGH_ERROR, most=MAX_ERROR, blocks=MAX_BLOCKS, seconds=MAX_SECONDS)
    frozen = start.judge.frozen and submission.judge.frozen
    return {**found, "callsPerPair": plan.calls, "threads": plan.threads, "judgesFrozen": frozen}


def summary(times: dict[str, list[float]]) -> dict:
    """Medians and spreads of paired times in ms. The hand-over is subtracted first, as the median of the session.

    Its error is one of both times, d ln(submission − h) / (start − h) = (1 / start − 1 / submission) dh, which counts for fast submissions.
    """
    handover = statistics.median(times["handover"])
    start = [time - handover for time in times["start"]]
    if min(start) <= 0:
        raise TooLoaded("the machine is too loaded, try again: the hand-over took longer than the starting solution")
    shortest = SHORTEST_SHARE * statistics.median(start)
    submission = [max(time - handover, shortest) for time in times["submission"]]
    found = paired.summary(start, submission, "Ms")
    of_handover = paired.median_error(times["handover"]) * abs(1 / found["startMs"] - 1 / found["submissionMs"])
    return {**found, "lnRatioError": math.hypot(found["lnRatioError"], of_handover), "handoverMs": handover}


def warm_up(program: Program, plan: Plan) -> Plan:
    """Checks a small input, then warms up; a slow program gets fewer calls."""
    program.judge.thaw()
    program.seconds(min(CHECK_SIZE, plan.size))
    slowest = max(program.seconds(plan.size) for _ in range(plan.warm_ups))
    program.judge.freeze()
    return plan if slowest < SLOW_SECONDS else Plan(**{**vars(plan), "calls": 1, "pairs": min(plan.pairs, 12)})


def score(submission: Path, plan: Plan, starting_score: float) -> tuple[float, dict]:
    read_capped(submission / "solution.py", MAX_SOURCE_BYTES)
    exchange = Exchange()
    programs: list[Program] = []
    try:
        for source, trusted in [(HERE / "start", True), (submission.resolve(), False)]:
            programs.append(Program(plan, exchange, source, trusted))  # both import torch meanwhile
        start, submitted = programs
        start.load()
        warm_up(start, plan)
        submitted.load()
        shorter = warm_up(submitted, plan)
        start.plan = submitted.plan = shorter
        details = measured_in_peace(start, submitted, shorter)
    finally:
        for program in reversed(programs):
            program.judge.close()
        exchange.close()
    own = {"startingScore": starting_score, "measuredStartingScore": math.log(details["startMs"])}
    return starting_score + details["medianLnRatio"], {**details, **own}


def main() -> int:
    description = "Times the submitted prefix_sum against the starting solution."
    return paired.run_paired_scorer(
        description, HERE / "environment.json", lambda given, start: score(given.submission, PLANS[given.tier], start)
    )


if __name__ == "__main__":
    sys.exit(main())

"""
Times the submitted finetuning pipeline against the unmodified one: natural logarithm of seconds, lower is better.

Usage: scorer.py --tier small|full --submission DIR --visible DIR --protected DIR

Both take turns in one session, each pair on a new job: rows, initial weights and seed that were never seen before. Raw score =
ln(stored starting time in s) + median over pairs of ln(time of the submission / time of the unmodified pipeline). A time runs on this
process's clock from the moment at which the job can be seen to the moment at which this process holds its own copy of the weights.
Every result, also under other options that are not timed, must agree with the unmodified pipeline's: see `tensors.deviation`.
"""

import argparse
import json
import math
import os
import random
import secrets
import statistics
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "_lib"), str(HERE)]
import numpy as np  # noqa: E402
from rebench_lib import paired, programs  # noqa: E402
from rebench_lib.answers import InvalidSubmission  # noqa: E402
from rebench_lib.exchange import Exchange, read_whole  # noqa: E402

import tensors  # noqa: E402
from jobs import SMALL, Job, Tier  # noqa: E402

LOAD_SECONDS = 60
MAX_FILES, MAX_BYTES = 64, 4 << 20
ENOUGH_ERROR, MAX_ERROR = 0.06, 0.1  # of the median ln ratio, which is 1.65 from start to reference
MAX_SECONDS = 12  # after which no block begins


@dataclass(frozen=True)
class Plan:
    tier: Tier
    rows: int
    pairs: int
    option_sets: int  # that are checked before, on fewer rows
    option_rows: int
    tolerance: float  # of deviations in jobs that are timed
    option_tolerance: float  # and in the others, whose few steps round less evenly
    run_seconds: float
    threads: int
    cpus: int
    memory_bytes: int  # 0: no limit of our own
    blocks: int  # of pairs, at most
    patience_seconds: float  # for a submission in all
    slow_seconds: float = math.inf  # of a timed job, beyond which there is one block of half as many pairs
    gpus: int = 0
    hides_rows: bool = False  # those that are timed are not generated: what a program says when it fails could hold them
    fresh_judges: bool = False  # for every turn: what a process left on a GPU goes on while it stands still, and ends with it


class Program(programs.Program):
    """One judge with one pipeline in it."""

    def __init__(self, plan: Plan, exchange: Exchange, source: Path, trusted: bool) -> None:
        self.plan = plan
        numbers = {"threads": plan.threads, "cpus": plan.cpus, "gpus": plan.gpus, "memory-bytes": plan.memory_bytes}
        arguments = [part for name, number in numbers.items() for part in (f"--{name}", str(number))]
        super().__init__(HERE / "judge.py", exchange, source, arguments, trusted, plan.patience_seconds)
        self.output = self.folder.writable_file("output", 0)

    def load(self) -> None:
        if self.judge.closed:
            self.restart()
        self.judge.wait_until_up()
        self.judge.hurry()
        self.ask({"do": "load"}, LOAD_SECONDS)
        self.judge.freeze()

    def turn(self, job: Job, tokenizer: bytes) -> tuple[float, dict[str, np.ndarray]]:
        """Seconds and weights of a job. The program's processes run at no other time, and nothing of the job is left to be found."""
        if self.judge.closed:
            self.load()
        expected = tensors.shapes(job.model)
        buffer = np.ones(tensors.largest_file(expected), np.uint8)  # its pages are there before the clock starts
        contents = {"rows": job.rows, "config": job.config, "tokenizer": tokenizer, "weights": tensors.written(job.initial)}
        files = [(self.folder.hidden_file(content), name) for name, content in contents.items()]
        name, token = secrets.token_hex(8), secrets.token_hex(8)  # or a submission could take the next name
        message = {"do": "run", "token": token, "job": name}
        self.judge.thaw()
        self.ask({"do": "ready"}, LOAD_SECONDS)
        self.hidden, most = self.plan.hides_rows, self.within(self.plan.run_seconds)
        with self.counted():
            begin = time.perf_counter()
            for fd, part in files:
                self.folder.publish(fd, f"{name}.{part}")
            self.judge.tell(message)
            answer = self.judge.hear(most)
            size = read_whole(self.output, buffer)
            seconds = time.perf_counter() - begin
        self.check(answer, token)
        weights = self._weights(memoryview(buffer)[:size], job, expected)
        os.ftruncate(self.output, 0)
        for fd, part in files:
            self.folder.withdraw(fd, f"{name}.{part}")
        self.ask({"do": "clear"}, LOAD_SECONDS)
        self.judge.freeze()
        if self.plan.fresh_judges:
            self.judge.close()
        return seconds, weights

    def _weights(self, content: memoryview, job: Job, expected: dict) -> dict[str, np.ndarray]:
        try:
            return tensors.read(content, expected, job.options["output_dtype"])
        except InvalidSubmission as error:
            raise self.fault(str(error)) from error


class Session:
    """Both programs, and what was found so far."""

    def __init__(self, plan: Plan, start: Program, submission: Program, tokenizer: bytes) -> None:
        self.plan, self.start, self.submission, self.tokenizer = plan, start, submission, tokenizer
        self.source = random.SystemRandom()  # jobs cannot be foreseen
        self.seconds: dict[str, list[float]] = {"start": [], "submission": []}
        self.deviations: list[float] = []

    def pair(self, rows: int, options: dict, submission_first: bool) -> dict[str, float]:
        """Seconds of both on a new job. A result that is too far from the unmodified pipeline's is the submission's end."""
        job = self.plan.tier.draw(self.source, rows, options)
        order = [("start", self.start), ("submission", self.submission)]
        results = {name: program.turn(job, self.tokenizer) for name, program in (reversed(order) if submission_first else order)}
        tolerance = self.plan.option_tolerance if options else self.plan.tolerance
        self.compare(job, results["submission"][1], results["start"][1], options, tolerance)
        return {name: seconds for name, (seconds, _) in results.items()}

    def compare(self, job: Job, found: dict, truth: dict, options: dict, tolerance: float) -> None:
        dtype = job.options["output_dtype"]
        distances = {name: tensors.deviation(found[name], truth[name], job.initial[name], dtype) for name in truth}
        worst = max(distances, key=distances.__getitem__)
        if distances[worst] > tolerance:
            chosen = ", ".join(f"{name} {json.dumps(value)}" for name, value in options.items()) or "the options that are timed"
            raise InvalidSubmission(
                f"the weights are not those of the unmodified pipeline: the update of {worst} is off by {distances[worst]:.2%} "
                f"of its norm, and {tolerance:.2%} are allowed; with {chosen}"
            )
        self.deviations.append(distances[worst])

    def check_options(self) -> None:
        """Results under a few sets of options in which every value occurs; then under the main ones, which warms up both programs."""
        for options in self.plan.tier.option_sets(self.source, self.plan.option_sets):
            self.pair(self.plan.option_rows, options, submission_first=False)
        slowest = max(self.pair(self.plan.rows, {}, submission_first=False).values())
        if slowest > self.plan.slow_seconds:
            self.plan = replace(self.plan, pairs=-(-self.plan.pairs // 2), blocks=1)

    def block(self) -> dict:
        for pair in range(self.plan.pairs):
            for name, seconds in self.pair(self.plan.rows, {}, submission_first=pair % 2 == 1).items():
                self.seconds[name].append(seconds)
        return paired.summary(self.seconds["start"], self.seconds["submission"], "Seconds")

    def measured(self) -> dict:
        found = paired.in_peace(self.block, enough=ENOUGH_ERROR, most=MAX_ERROR, blocks=self.plan.blocks, seconds=MAX_SECONDS)
        return {
            **found,
            "threads": self.plan.threads,
            "judgesFrozen": self.start.judge.frozen and self.submission.judge.frozen,
            "tolerance": self.plan.tolerance,
            "largestDeviation": max(self.deviations),
            "medianDeviation": statistics.median(self.deviations),
            "optionSets": self.plan.option_sets,
        }


def check_files(submission: Path) -> None:
    """The folder `pipeline` with `run.py` in it; regular files and folders alone, not too many and not too large."""
    folder = submission / "pipeline"
    if folder.is_symlink() or not folder.is_dir():
        raise InvalidSubmission("the folder pipeline is missing, or not a folder")
    count = size = 0
    for path in folder.rglob("*"):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise InvalidSubmission(f"pipeline holds {path.name[:80]!r}, which is neither a regular file nor a folder")
        count += 1
        size += path.stat().st_size if path.is_file() else 0
        if count > MAX_FILES or size > MAX_BYTES:
            raise InvalidSubmission(f"pipeline holds more than {MAX_FILES} files or {MAX_BYTES} bytes")
    if not (folder / "run.py").is_file():
        raise InvalidSubmission("pipeline/run.py is missing, or not a regular file")


def score(submission: Path, plan: Plan, tokenizer: bytes, starting_score: float) -> tuple[float, dict]:
    check_files(submission)
    exchange = Exchange()
    loaded: list[Program] = []
    try:
        for source, trusted in [(HERE / "start", True), (submission.resolve(), False)]:
            loaded.append(Program(plan, exchange, source, trusted))  # both import torch meanwhile
        for program in loaded:
            program.load()
        session = Session(plan, *loaded, tokenizer)
        session.check_options()
        details = session.measured()
    finally:
        for program in reversed(loaded):
            if not program.judge.closed:
                program.judge.close()
        exchange.close()
    own = {"startingScore": starting_score, "measuredStartingScore": math.log(details["startSeconds"])}
    return starting_score + details["medianLnRatio"], {**details, **own}


def plan_of(tier: str, visible: Path, protected: Path) -> Plan:
    """
    One thread is what torch starts with: two wait for each other in each small operation. Tolerances: in timed jobs of tier small, honest
    changes give 1e-6 to 1e-4 and the least of shortcuts 6e-3 (test_tolerance.py); under other options, one honest result in a hundred was
    4e-4 away. At tier full nothing is measured yet.
    """
    if tier == "small":
        sizes = {"rows": 28, "pairs": 12, "blocks": 3, "option_sets": 4, "option_rows": 12}
        limits = {"run_seconds": 20, "slow_seconds": 1.2, "threads": 1, "cpus": 2, "memory_bytes": 4 << 30, "patience_seconds": 120}
        return Plan(SMALL, **sizes, **limits, tolerance=1e-3, option_tolerance=5e-3)
    import full

    sizes = {"rows": full.ROWS, "pairs": 2, "blocks": 1, "option_sets": 4, "option_rows": 64}
    limits = {"run_seconds": 480, "threads": 8, "cpus": 52, "memory_bytes": 0, "gpus": 4, "patience_seconds": 1700}
    limits |= {"fresh_judges": True, "hides_rows": True}
    return Plan(full.tier(visible, protected), **sizes, **limits, tolerance=1e-2, option_tolerance=2e-2)


def main() -> int:
    def answer(given: argparse.Namespace, starting_score: float) -> tuple[float, dict]:
        plan = plan_of(given.tier, given.visible, given.protected)
        return score(given.submission, plan, (given.visible / "tokenizer.json").read_bytes(), starting_score)

    description = "Times the submitted finetuning pipeline against the unmodified one."
    return paired.run_paired_scorer(description, HERE / "environment.json", answer)


if __name__ == "__main__":
    sys.exit(main())

"""
Fraction of held-out problems that the submitted scaffold solves with the given weak model, higher is better.

Usage: scorer.py --tier small|full --submission DIR --visible DIR --protected DIR [--state DIR]

1. Each problem is given to the scaffold in a fresh sandbox. It asks the model through this process, which counts what it spends.
2. When all of that has ended, each program is compiled and run in another fresh sandbox, in which the scaffold never was.
3. What the programs printed is compared here. A problem is solved if every test gets the right answer within its limits.
"""

import json
import os
import secrets
import select
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "_lib"), str(HERE)]
from rebench_lib import processes  # noqa: E402
from rebench_lib.answers import BrokenScorer, InvalidSubmission, read_capped, run_scorer, safe_text, scorer_arguments  # noqa: E402
from rebench_lib.exchange import Exchange  # noqa: E402
from rebench_lib.judges import Judge  # noqa: E402

from grading import checker  # noqa: E402
from judge import COMPILE_WALL_SECONDS, MAX_OUTPUT_BYTES, MAX_SOURCE_BYTES, receive_text, send_text  # noqa: E402
from spending import MAX_PROMPT_BYTES, PROBLEM_UNITS, Meter, Refused, metered, parse_request  # noqa: E402

MAX_SCAFFOLD_BYTES = 1 << 20
LOAD_SECONDS, REPLY_SECONDS, TURN_SECONDS = 30, 10, 0.1
MAX_CALLS_WAITING, CALL_SECONDS = 100, 200
LATE = "stopped: the programs of all problems took too long"
NO_RUSTC = (
    "there is no Rust compiler here. Install one of version 1.63 or later (Debian, Ubuntu: apt-get install rustc; elsewhere: rustup), "
    "so that PATH has rustc"
)


@dataclass(frozen=True)
class Plan:
    units: int  # that the model may cost for one problem
    workers: int  # problems side by side
    calls: int  # of the model side by side for one problem; a script answers in order, so that its answers do not depend on chance
    solve_seconds: float  # of the scaffold for one problem
    all_seconds: float  # of the scaffold for all of them; problems whose turn does not come are not solved
    test_seconds: float  # of all programs; both together stay below what the runner gives a scorer
    memory_bytes: int = 2 << 30  # of the scaffold and each program that it starts


PLANS = {
    "small": Plan(units=PROBLEM_UNITS["small"], workers=2, calls=1, solve_seconds=60, all_seconds=300, test_seconds=400),
    "full": Plan(units=PROBLEM_UNITS["full"], workers=16, calls=8, solve_seconds=900, all_seconds=5400, test_seconds=3000),
}


class Room(Judge):
    """A judge beside others. A hostile one can neither make this process wait for ever nor end with another one's processes."""

    def __init__(self, part: str, submission: Path, exchange: Exchange, plan: Plan) -> None:
        arguments = ["--part", part, "--memory-bytes", str(plan.memory_bytes)]
        self._turn, self._given_up = threading.Lock(), False
        super().__init__(HERE / "judge.py", submission, exchange.folder(), arguments)
        try:
            os.set_blocking(self.process.stdin.fileno(), False)
            if not self.wait_until_up()["up"]:
                raise BrokenScorer(NO_RUSTC)
        except BaseException:
            self.close()
            raise

    def pids(self) -> set[int]:
        return {self.process.pid} | processes.descendants(self.process.pid)

    def give_up(self) -> None:
        """Whoever still has something to tell it fails at once."""
        self._given_up = True

    def tell(self, message: dict) -> None:
        payload = json.dumps(message, allow_nan=False).encode()
        rest = memoryview(len(payload).to_bytes(4, "big") + payload)
        fd, deadline = self.process.stdin.fileno(), time.monotonic() + REPLY_SECONDS
        while rest:
            try:
                if self._given_up or time.monotonic() > deadline:
                    raise self._fault("does not read what it is told")
                if not select.select([], [fd], [], TURN_SECONDS)[1]:
                    continue
                rest = rest[os.write(fd, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._fault("ended before it answered") from error

    def tell_text(self, message: dict, text: str) -> None:
        with self._turn:
            send_text(self.tell, message, text)

    def says_something(self) -> bool:
        """Whether it begins a message within a turn, or ends."""
        return bool(select.select([self.process.stdout.fileno()], [], [], TURN_SECONDS)[0])

    def hear_text(self, seconds: float, most: int) -> tuple[dict, str]:
        deadline = time.monotonic() + seconds

        def read() -> dict:
            return self.hear(max(0, deadline - time.monotonic()))

        try:
            return receive_text(read, read(), most)
        except ValueError as error:
            raise self._fault("disturbed the connection to the scorer") from error

    def load(self) -> None:
        token = secrets.token_hex(8)
        answer = self.ask({"do": "load", "token": token}, LOAD_SECONDS)
        if "error" in answer:  # no problem was shown to it yet, so that its words can be passed on
            raise InvalidSubmission(f"scaffold.py cannot be loaded: {safe_text(answer['error'], 300)}")
        if answer.get("done") != token:
            raise InvalidSubmission("scaffold.py disturbed the connection to the scorer")


def solve(room: Room, problem: dict, model, meter: Meter, plan: Plan, ends: Callable[[], float]) -> str:
    """The scaffold's program for one problem, while it is answered what it asks the model.

    `ends`: when the time of all scaffolds is over. Neither that nor its own passes while the model's provider does not answer.
    """
    public = {name: value for name, value in problem.items() if name not in ("check", "tests")}
    began = time.monotonic() - waited(model)
    room.tell_text({"do": "solve", "limit": plan.units}, json.dumps(public))
    waiting: list[Future] = []
    faults: list[Exception] = []

    def reply(to: int, asked: str) -> None:
        try:
            text = metered(meter, model, problem["name"], parse_request(_object(asked)), meter.samples)
            room.tell_text({"do": "reply", "to": to, "spent": meter.spent}, text)
        except Refused as error:
            room.tell_text({"do": "reply", "to": to, "spent": meter.spent, "refused": str(error)}, "")
        except Exception as error:
            faults.append(error)
            room.process.kill()  # who waits for its words need not wait longer

    def left() -> float:
        return min(began + waited(model) + plan.solve_seconds, ends()) - time.monotonic()

    def is_late() -> bool:
        if left() > 0:
            return False
        # Only when they end they say whether it was their provider that took the time.
        wait([one for one in waiting if one.running()], timeout=CALL_SECONDS)
        return left() <= 0

    pool = ThreadPoolExecutor(plan.calls)
    try:
        while True:
            if is_late():
                raise InvalidSubmission(f"the scaffold took longer than {plan.solve_seconds:g} s, or all of them too long")
            if not room.says_something():
                continue
            message, text = room.hear_text(max(left(), REPLY_SECONDS), 2 * MAX_PROMPT_BYTES + 10_000)
            if type(message.get("ask")) is int:
                waiting = [one for one in waiting if not one.done()]
                if len(waiting) > MAX_CALLS_WAITING:
                    raise InvalidSubmission("too many calls of the model at once")
                waiting.append(pool.submit(reply, message["ask"], text))
            elif "source" in message:
                return text
            else:
                raise InvalidSubmission("the scaffold failed")
    except InvalidSubmission:
        room.give_up()
        pool.shutdown(cancel_futures=True)  # a fault of ours may be the last to be heard of
        ours = next((fault for fault in faults if not isinstance(fault, InvalidSubmission)), None)
        if ours is not None:
            raise ours
        raise
    finally:
        room.give_up()
        pool.shutdown(cancel_futures=True)


def waited(model) -> float:
    """For how long a model's provider was waited for so far; a script has none."""
    return getattr(model, "waited_seconds", 0.0)


def _object(text: str) -> dict:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refused("a request is a JSON object")
    return value


def compiles(room: Room, source: str) -> bool:
    token = secrets.token_hex(8)
    room.tell_text({"do": "compile", "token": token}, source)
    answer = room.hear(COMPILE_WALL_SECONDS + REPLY_SECONDS)
    return answer.get("to") == token and answer.get("compiled") is True


def passes(room: Room, problem: dict, source: str, ends: float) -> str:
    """ "solved", or why not."""
    if not compiles(room, source):
        if not compiles(room, "fn main() {}\n"):
            raise BrokenScorer("rustc compiles nothing here, not even an empty program")
        return "does not compile"
    check = checker(problem["check"])
    seconds = problem["timeLimitSeconds"]
    for test in problem["tests"]:
        if time.monotonic() > ends:
            return LATE
        token = secrets.token_hex(8)
        memory = problem["memoryLimitMb"] << 20
        room.tell_text({"do": "test", "token": token, "seconds": seconds, "memory": memory}, test["input"])
        message, output = room.hear_text(3 * seconds + 2 + REPLY_SECONDS, MAX_OUTPUT_BYTES + (1 << 16))
        if message.get("to") != token or message.get("kind") != "ended":
            return f"stopped: {safe_text(message.get('kind'), 40)}"
        if not check(test["input"], test["output"], output):
            return "wrong answer"
    return "solved"


def score(tier: str, submission: Path, protected: Path, plan: Plan, model) -> tuple[float, dict]:
    begin = time.monotonic()
    read_capped(submission / "scaffold.py", MAX_SCAFFOLD_BYTES)
    problems = json.loads((protected / "problems.json").read_text())
    submission = submission.resolve()
    exchange = Exchange()
    try:
        with_room("solve", submission, exchange, plan, Room.load)
        meters = [Meter(plan.units) for _ in problems]
        sources = written(problems, meters, submission, exchange, plan, model)
        end_everything()  # what scaffolds left running, where no sandbox ended it
        solved_at = time.monotonic()
        outcomes = tested(problems, sources, submission, exchange, plan)
    finally:
        end_everything()
        exchange.close()
    solved = sum(outcome == "solved" for outcome in outcomes)
    details = {
        "solved": solved,
        "problems": len(problems),
        "outcomes": {problem["name"]: outcome for problem, outcome in zip(problems, outcomes)},
        "model": getattr(model, "name", "scripted"),
        "units": sum(meter.spent for meter in meters),
        "calls": sum(meter.calls for meter in meters),
        "modelWaitedSeconds": round(waited(model), 3),  # for its provider
        "solvingSeconds": round(solved_at - begin, 3),
        "testingSeconds": round(time.monotonic() - solved_at, 3),
    }
    return round(solved / len(problems), 6), details


def written(
    problems: list[dict], meters: list[Meter], submission: Path, exchange: Exchange, plan: Plan, model
) -> list[str | InvalidSubmission]:
    """A program for each problem, or what went wrong. That stays in the record: a scaffold could say in it what it has seen."""
    began = time.monotonic() - waited(model)

    def ends() -> float:
        return began + waited(model) + plan.all_seconds

    def one(problem: dict, meter: Meter) -> str | InvalidSubmission:
        def asked(room: Room) -> str:
            room.load()
            return solve(room, problem, model, meter, plan, ends)

        if time.monotonic() > ends():
            return InvalidSubmission("its turn did not come")
        try:
            return with_room("solve", submission, exchange, plan, asked)
        except InvalidSubmission as error:
            return error

    with ThreadPoolExecutor(plan.workers) as pool:
        return list(pool.map(one, problems, meters))


def tested(problems: list[dict], sources: list[str | InvalidSubmission], submission: Path, exchange: Exchange, plan: Plan) -> list[str]:
    ends = time.monotonic() + plan.test_seconds

    def one(problem: dict, source: str | InvalidSubmission) -> str:
        if isinstance(source, InvalidSubmission):
            return f"no program: {safe_text(source, 120)}"
        if not source.strip() or len(source.encode("utf-8", "replace")) > MAX_SOURCE_BYTES:
            return "no program: empty, or too long"
        if time.monotonic() > ends:
            return LATE
        try:
            return with_room("run", submission, exchange, plan, lambda room: passes(room, problem, source, ends))
        except InvalidSubmission as error:
            return f"stopped: {safe_text(error, 120)}"

    with ThreadPoolExecutor(plan.workers) as pool:
        return list(pool.map(one, problems, sources))


def with_room(part: str, submission: Path, exchange: Exchange, plan: Plan, use):
    room = Room(part, submission, exchange, plan)
    try:
        return use(room)
    finally:
        room.close()


def end_everything() -> None:
    """All processes below this one: they are judges', and what those left behind."""
    if not processes.end(lambda: processes.descendants(os.getpid())):
        raise BrokenScorer("a judge's processes could not be ended")
    processes.reap(processes.descendants(os.getpid()))


def weak_model(tier: str, protected: Path):
    """A script at tier small; a language model at tier full."""
    if tier == "small":
        from scripted import ScriptedModel

        return ScriptedModel(json.loads((protected / "script_held_out.json").read_text()))
    from model_wire import WireModel

    return WireModel()


def main() -> int:
    parser = scorer_arguments("Fraction of held-out problems that the submitted scaffold solves.")
    parser.add_argument("--state", type=Path, metavar="DIR", help="of the service; not needed here")
    given = parser.parse_args()

    def answer() -> tuple[float, dict]:
        return score(given.tier, given.submission, given.protected, PLANS[given.tier], weak_model(given.tier, given.protected))

    return run_scorer(answer)


if __name__ == "__main__":
    sys.exit(main())

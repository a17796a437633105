"""Judges: processes that run submitted code, started through REBENCH_JUDGE in a sandbox, or plainly where it is not set."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import processes
from .answers import BrokenScorer, InvalidSubmission
from .exchange import ExchangeFolder
from .frames import FrameEnd, FrameError, FrameTimeout, read_frame, write_frame

START_SECONDS = 120
STILL_SECONDS = 5
FIRST_TO_GO = 1000  # of /proc/PID/oom_score_adj
URGENT = -10


class Judge:
    """
    One judge process. All that it says is hostile, except where it runs a program of ours (`trusted`): a fault of that is ours.

    `program` is the environment's judge.py: in a sandbox it lies in /judge, the submission in /submission, the exchange in /exchange.
    """

    _trusted_pids: set[int] = set()

    def __init__(self, program: Path, submission: Path, exchange: ExchangeFolder, arguments: list[str], trusted: bool = False) -> None:
        prefix = judge_prefix()
        self.trusted = trusted
        self.frozen = True  # until it was found that we may not stop it
        self.started = False
        self.closed = False
        self.errors = tempfile.TemporaryFile()
        self.temporary = None if prefix else tempfile.mkdtemp(prefix="rebench-judge-")  # it is killed, so that it cannot clear up itself
        script = f"/judge/{program.name}" if prefix else str(program)
        seen = exchange.seen_at(bool(prefix))
        if trusted:  # what we run lies in the exchange: a sandbox shows only what was submitted
            folder = f"{seen}/{submission.name}"
        else:
            folder = "/submission" if prefix else str(submission)
        command = [*prefix, sys.executable, "-I", "-B", script, "--submission", folder, "--exchange", seen, *arguments]
        processes.adopt_orphans()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=None if self.temporary is None else plain_environment() | {"TMPDIR": self.temporary},
            cwd="/",
            start_new_session=True,  # for `hurry`: Linux shares the CPU among sessions first
        )
        if trusted:
            Judge._trusted_pids.add(self.process.pid)

    def _goes_first(self) -> None:
        """Where memory is short, what was submitted is ended for it, and not the start that runs beside it under the same limit."""
        for pid in self.pids():
            try:
                Path(f"/proc/{pid}/oom_score_adj").write_text(str(FIRST_TO_GO))
            except OSError:
                pass  # it ended already, or is another user's and we are not root

    def wait_until_up(self) -> dict:
        """The judge's first message, said before it has run anything submitted: a fault until then is ours."""
        message = self.hear(START_SECONDS)
        self.started = True
        if not self.trusted:
            self._goes_first()  # before any of it runs: what it starts inherits this
        return message

    def tell(self, message: dict) -> None:
        try:
            write_frame(self.process.stdin.fileno(), message)
        except FrameEnd as error:
            raise self._fault("ended before it answered") from error

    def hear(self, timeout_seconds: float) -> dict:
        try:
            return read_frame(self.process.stdout.fileno(), timeout_seconds)
        except FrameTimeout as error:
            raise self._fault(f"took longer than {timeout_seconds:g} s") from error
        except FrameEnd as error:
            raise self._fault("ended before it answered") from error
        except FrameError as error:
            raise self._fault("disturbed the connection to the scorer") from error

    def ask(self, message: dict, timeout_seconds: float) -> dict:
        self.tell(message)
        return self.hear(timeout_seconds)

    def freeze(self) -> None:
        """Stops all its processes: what it left running can neither work ahead nor slow others down."""
        before: set[int] = set()
        deadline = time.monotonic() + STILL_SECONDS
        while self.frozen and (pids := self.pids()) != before:
            self.frozen = processes.send(pids, signal.SIGSTOP)
            before = pids
            if time.monotonic() > deadline:
                raise self._restless()
        if self.frozen and not processes.wait_until_still(before, STILL_SECONDS):
            raise self._restless()

    def _restless(self) -> Exception:
        """A program that keeps starting others, or hides behind the kernel, does so on purpose."""
        what = "could not be stopped while another was timed"
        return BrokenScorer(f"the judge's processes {what}") if self.trusted else InvalidSubmission(f"your program's processes {what}")

    def thaw(self) -> None:
        if self.frozen:
            processes.send(self.pids(), signal.SIGCONT)

    def hurry(self) -> None:
        """Puts its processes before others, where we may: a timing should not measure what else the machine does."""
        for pid in self.pids():
            try:
                os.setpriority(os.PRIO_PROCESS, pid, URGENT)
                Path(f"/proc/{pid}/autogroup").write_text(str(URGENT))  # else it counts among the processes of its session alone
            except OSError:
                pass

    def waited_seconds(self) -> float:
        """How long its threads were ready and got no CPU, since they began: the kernel's word, so that a busy machine shows."""
        return sum(map(processes.waited_seconds, self.pids()))

    def pids(self) -> set[int]:
        """Of one of ours: its own tree. Of a submission's: all below the scorer that is not ours, so that daemons are seen too."""
        trusted = set(Judge._trusted_pids)
        for pid in Judge._trusted_pids:
            trusted |= processes.descendants(pid)
        return trusted if self.trusted else processes.descendants(os.getpid()) - trusted

    def close(self) -> None:
        for _ in range(2):  # again when the judge is gone: what it started at its very end is below us by then
            if not processes.end(self.pids):
                raise BrokenScorer("a judge's processes could not be ended")
            pids = self.pids()
            self.process.wait()
            processes.reap(pids - {self.process.pid})
        Judge._trusted_pids.discard(self.process.pid)
        for file in (self.process.stdin, self.process.stdout, self.errors):
            file.close()
        if self.temporary is not None:
            shutil.rmtree(self.temporary, ignore_errors=True)
        self.closed = True

    def _fault(self, what: str) -> Exception:
        if self.started and not self.trusted:
            return InvalidSubmission(f"your program {what}")
        self.errors.seek(0)
        return BrokenScorer(f"the judge {what}; it printed: {self.errors.read(4000).decode('utf-8', 'replace').strip() or 'nothing'}")


def judge_prefix() -> list[str]:
    """The command that starts a program in a fresh judge sandbox; empty where the runner gave none."""
    text = os.environ.get("REBENCH_JUDGE")
    if not text:
        return []
    prefix = json.loads(text)
    if not isinstance(prefix, list) or not prefix or not all(isinstance(part, str) for part in prefix):
        raise BrokenScorer(f"REBENCH_JUDGE must be a JSON list of strings, got {text}")
    return prefix


def plain_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "CUDA_VISIBLE_DEVICES") if name in os.environ}

"""A judge with one program in it, which is the starting solution of ours or a submission: whose fault it is when something is wrong."""

import math
import secrets
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from .answers import BrokenScorer, InvalidSubmission, safe_text
from .exchange import Exchange
from .judges import Judge


class Program:
    """Each request carries a new token that the answer repeats, so that an answer of before counts for nothing.

    `patience_seconds`: what a submission may take in all, so that a slow one is told so before the runner gives the scorer up for it.
    `hidden`: whether what it says of a failure is kept back, because it has seen what nobody is to see.
    """

    def __init__(
        self, judge: Path, exchange: Exchange, source: Path, arguments: list[str], trusted: bool, patience_seconds: float
    ) -> None:
        self.trusted, self.hidden = trusted, False
        self.patience_seconds = self.left_seconds = math.inf if trusted else patience_seconds
        self.folder = exchange.folder()
        if trusted:  # a judge sandbox shows nothing else of ours
            source = self.folder.keep_program(source)
        self._judge = (judge, source, self.folder, arguments)
        self.restart()

    def restart(self) -> None:
        """A fresh judge, which has loaded nothing yet; the one of before must be closed."""
        self.judge = Judge(*self._judge, trusted=self.trusted)

    def ask(self, message: dict, timeout_seconds: float) -> None:
        token = secrets.token_hex(8)
        with self.counted():
            answer = self.judge.ask({**message, "token": token}, self.within(timeout_seconds))
        self.check(answer, token)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Around all that waits for it."""
        began = time.monotonic()
        try:
            yield
        except InvalidSubmission as error:
            raise self.slow() if time.monotonic() - began >= self.left_seconds else error
        finally:
            self.left_seconds -= time.monotonic() - began
        if self.left_seconds < 0:
            raise self.slow()

    def slow(self) -> Exception:
        return self.fault(f"your program took longer than {self.patience_seconds:g} s in all")

    def within(self, timeout_seconds: float) -> float:
        return max(0.001, min(timeout_seconds, self.left_seconds))

    def check(self, answer: dict, token: str) -> None:
        if "error" in answer:
            told = "on rows that are not to be told" if self.hidden else safe_text(answer["error"], 350)
            raise self.fault(f"your program failed: {told}")
        if answer.get("done") != token:
            raise self.fault("your program disturbed the connection to the scorer")

    def fault(self, reason: str) -> Exception:
        return BrokenScorer(f"the starting solution: {reason}") if self.trusted else InvalidSubmission(reason)

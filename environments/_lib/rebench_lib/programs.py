"""A judge with one program in it, which is the starting solution of ours or a submission: whose fault it is when something is wrong."""

import secrets
from pathlib import Path

from .answers import BrokenScorer, InvalidSubmission, safe_text
from .exchange import Exchange
from .judges import Judge


class Program:
    """Each request carries a new token that the answer repeats, so that an answer of before counts for nothing."""

    def __init__(self, judge: Path, exchange: Exchange, source: Path, arguments: list[str], trusted: bool) -> None:
        self.trusted = trusted
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
        self.check(self.judge.ask({**message, "token": token}, timeout_seconds), token)

    def check(self, answer: dict, token: str) -> None:
        if "error" in answer:
            raise self.fault(f"your program failed: {safe_text(answer['error'], 350)}")
        if answer.get("done") != token:
            raise self.fault("your program disturbed the connection to the scorer")

    def fault(self, reason: str) -> Exception:
        return BrokenScorer(f"the starting solution: {reason}") if self.trusted else InvalidSubmission(reason)

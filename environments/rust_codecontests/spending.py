"""What a model may cost. Units: a token of a prompt counts 1, a token of an answer 4, about the relation of prices of most models."""

import fcntl
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path

OUTPUT_WEIGHT = 4
PROBLEM_UNITS = {"small": 16_000, "full": 200_000}  # that a scaffold may spend on one problem
ATTEMPT_UNITS = {"small": 20_000_000, "full": 50_000_000}  # that a participant may spend on those of validation
MAX_MESSAGES, MAX_PROMPT_BYTES, MAX_ANSWER_TOKENS = 50, 60_000, 4_096
ROLES = ("system", "user", "assistant")


class Refused(Exception):
    """The model is not asked. The message is for the participant."""


@dataclass(frozen=True)
class Request:
    messages: tuple[dict[str, str], ...]
    temperature: float
    max_tokens: int

    @property
    def text(self) -> str:
        return "\n\n".join(message["content"] for message in self.messages)


def parse_request(given: dict) -> Request:
    """A request out of hostile JSON."""
    messages, temperature, max_tokens = given.get("messages"), given.get("temperature", 1.0), given.get("max_tokens", 1000)
    if not isinstance(messages, list) or not 1 <= len(messages) <= MAX_MESSAGES:
        raise Refused(f"messages must be a list of 1 to {MAX_MESSAGES}")
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in ROLES or not isinstance(message.get("content"), str):
            raise Refused(f"a message is {{role, content}}, with a role of {', '.join(ROLES)} and a text")
    if isinstance(temperature, bool) or not isinstance(temperature, (int, float)) or not 0 <= temperature <= 2:
        raise Refused("temperature must be a number from 0 to 2")
    if isinstance(max_tokens, bool) or not isinstance(max_tokens, int) or not 1 <= max_tokens <= MAX_ANSWER_TOKENS:
        raise Refused(f"max_tokens must be a whole number from 1 to {MAX_ANSWER_TOKENS}")
    whole = [{"role": m["role"], "content": m["content"].encode("utf-8", "replace").decode()} for m in messages]  # no halves of characters
    request = Request(tuple(whole), float(temperature), max_tokens)
    if len(request.text.encode("utf-8", "replace")) > MAX_PROMPT_BYTES:
        raise Refused(f"a prompt may have {MAX_PROMPT_BYTES} bytes in all")
    return request


def estimated_tokens(text: str) -> int:
    """Four bytes each, rounded up."""
    return -(-len(text.encode("utf-8", "replace")) // 4)


class Meter:
    """An account with a limit. What a call can cost at most is set aside before it, so that calls side by side stay below the limit."""

    def __init__(self, limit: int) -> None:
        self.limit, self.spent, self.calls, self.samples = limit, 0, 0, 0
        self._aside = 0
        self._lock = threading.Lock()

    def begin(self, request: Request, cost: int) -> tuple[int, int]:
        """Tokens that the answer may have, and the units set aside. Refuses where not even one token can be paid.

        `cost`: tokens that the request can have at most.
        """
        with self._lock:
            tokens = min(request.max_tokens, (self.limit - self.spent - self._aside - cost) // OUTPUT_WEIGHT)
            if tokens < 1:
                raise Refused("the spending limit does not allow this request")
            aside = cost + OUTPUT_WEIGHT * tokens
            self._aside += aside
            return tokens, aside

    def end(self, aside: int, input_tokens: int, output_tokens: int) -> None:
        """Books what the call did cost; a call that failed costs nothing."""
        with self._lock:
            self._aside -= aside
            self.spent += input_tokens + OUTPUT_WEIGHT * output_tokens
            self.calls += 1


def metered(meter: Meter, model, problem: str, request: Request, number: int) -> str:
    """The model's answer, paid for."""
    tokens, aside = meter.begin(request, model.most_tokens(request.text))
    used = (0, 0)
    try:
        text, *used = model.complete(problem, request, tokens, number)
        meter.samples += model.is_sample(problem, request, tokens, number)
        return text
    finally:
        meter.end(aside, *used)


class Ledger:
    """Units spent in an attempt, in a file that is whole at any time; `with` it, other processes wait."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __enter__(self) -> None:
        self._guard = self.file.with_suffix(".lock").open("w")
        fcntl.flock(self._guard, fcntl.LOCK_EX)

    def __exit__(self, *_error: object) -> None:
        self._guard.close()

    @property
    def spent(self) -> int:
        return json.loads(self.file.read_text())["spent"] if self.file.exists() else 0

    def write(self, spent: int) -> None:
        fresh = self.file.with_suffix(".new")
        with fresh.open("w") as file:
            json.dump({"spent": spent}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.file)

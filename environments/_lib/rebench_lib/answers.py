"""What a scorer says, and how it ends: one JSON line and status 0 for every submission, another status where we failed."""

import argparse
import json
import math
import sys
import traceback
from pathlib import Path
from typing import Callable

MAX_REASON = 400


class InvalidSubmission(Exception):
    """The submission cannot be scored. The message is for the participant: what to change, and nothing that is hidden."""


class BrokenScorer(Exception):
    """The scorer could not do its work, whatever was submitted; never a score."""

    status = 1


class TooLoaded(BrokenScorer):
    """The machine is too busy to time anything; trying again later may help (EX_TEMPFAIL of sysexits.h)."""

    status = 75


class NoModel(BrokenScorer):
    """The language model that is part of the task cannot be asked: an attempt is cut off for it, not lost (EX_UNAVAILABLE of sysexits.h)."""

    status = 69


def safe_text(text: object, limit: int = MAX_REASON) -> str:
    """One line of printable characters, cut to `limit`: fit for a terminal and a log, whoever wrote it."""
    line = "".join(character if character.isprintable() else " " for character in str(text)[: 4 * limit])
    line = " ".join(line.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def answer_line(score: float | None, reason: str, details: dict) -> str:
    if score is not None and not math.isfinite(score):
        raise BrokenScorer(f"a score must be finite, got {score}")
    return json.dumps({"score": score, "reason": safe_text(reason), "details": details}, allow_nan=False)


def read_capped(path: Path, max_bytes: int) -> bytes:
    """The bytes of a regular file that was submitted; links and devices are refused, and more than `max_bytes`."""
    if path.is_symlink() or not path.is_file():
        raise InvalidSubmission(f"{path.name} is missing, or not a regular file")
    with path.open("rb") as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise InvalidSubmission(f"{path.name} is larger than {max_bytes} bytes")
    return content


def scorer_arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--tier", choices=["small", "full"], required=True)
    folders = {"submission": "what was submitted", "visible": "data that participants see", "protected": "data that they do not"}
    for name, what in folders.items():
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="DIR", help=what)
    parser.add_argument("--remeasure", action="store_true", help="the best submission of an attempt again, at its end")
    return parser


def run_scorer(score: Callable[[], tuple[float, dict] | tuple[float, dict, str]]) -> int:
    """
    Prints the answer to `score()`: the raw score, details for the record and, where there is something to say of a valid submission too, words
    for the participant. Returns the exit status.
    """
    try:
        line = answer_line(*_answered(score))
    except BrokenScorer as error:
        print(f"the scorer could not score: {error}", file=sys.stderr)
        return error.status
    except Exception:
        traceback.print_exc()  # for maintainers: the runner shows participants only what stands on stdout
        return 1
    print(line, flush=True)
    return 0


def _answered(score: Callable[[], tuple]) -> tuple[float | None, str, dict]:
    try:
        raw, details, *said = score()
    except InvalidSubmission as error:
        return None, str(error), {}
    return raw, said[0] if said else "", details

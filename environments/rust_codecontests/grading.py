"""Whether what a program printed is right. The programs ran elsewhere; here are the answers that were expected."""

from typing import Callable

Check = Callable[[str, str, str], bool]


def same_tokens(_input: str, expected: str, answer: str) -> bool:
    return answer.split() == expected.split()


def checker(source: str | None) -> Check:
    """The check of a problem: our function `check(input, expected, answer)` where several answers are right, else equality of tokens."""
    if source is None:
        return same_tokens
    space: dict = {}
    exec(compile(source, "check", "exec"), space)
    own: Check = space["check"]

    def checked(given: str, expected: str, answer: str) -> bool:
        try:
            return own(given, expected, answer) is True
        except Exception:  # what was printed may be anything; what cannot be read is wrong
            return False

    return checked

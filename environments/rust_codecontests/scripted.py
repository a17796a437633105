"""
The weak model of tier small: a script, and no language model. It stands in for one in tests and tutorials, so that a score costs
nothing, needs no network, and is the same each time. Read no result of it as a result about language models.

It has, for each problem, a right program and faulty ones, and chooses among them by what a request is like, and by secret numbers that
depend on the problem and on how many samples of it were had already, but never on the words of the request. So asking again is a new sample,
and the same request in other words is not: there is no luck to be had from rewording. A sample is an answer to the statement that was paid
for whole; nothing cheaper leads to the next one. How often it is right falls with the difficulty. What helps
is what helps with real weak models: giving the whole statement and the examples, naming what may be used, taking the program out of the
prose around it, asking again, trying programs on the examples, and showing the model what went wrong.
"""

import hashlib
import re

from spending import Request, estimated_tokens

SKILL = {1: 0.42, 2: 0.28, 3: 0.17, 4: 0.09, 5: 0.05}  # chance of the right idea, by difficulty
EXAMPLES_HELP, PLAN_HELPS = 1.25, 1.1
SLIP, SLIP_TOLD = 0.45, 0.3  # chance of an error that the compiler finds; where the request names the standard library
REPAIRS_ERROR, REPAIRS_FAILURE = 0.75, 1.6  # chance to repair what the compiler said; factor of skill where a test failed
BARE = 0.5  # chance to leave the prose away where only code is asked for
KNOWN_SHARE = 0.8  # of the statement's words that a request must hold
AT_ZERO = 0.05

ONLY_CODE = re.compile(r"only (the )?(rust )?(code|program|source)|code only|no (markdown|explanations?|prose|fences?)", re.I)
STANDARD = re.compile(r"standard library|\bstd\b|no (external )?crates", re.I)
PLAN = re.compile(r"step by step|plan first|think|explain your", re.I)
COMPILER = re.compile(r"\berror(\[E\d+\])?:", re.I)
FAILURE = re.compile(r"expected|wrong answer|time limit|too slow|failed|crash|panick", re.I)

DONT_KNOW = "I would need the full problem statement to write this program. Could you share it?"
OPENINGS = (
    "Sure! Here is a Rust program for this problem:",
    "Here's my solution in Rust.",
    "This can be solved directly. The program reads the input, computes the answer and prints it:",
    "Let me write that in Rust:",
)
CLOSINGS = (
    "This should handle all the cases in the statement.",
    "Let me know if you would like me to explain any part of it!",
    "The complexity is fine for the given limits.",
    "",
)
PLANNING = "First I read the input. Then I apply the idea to each case, taking care of the limits, and at the end I print the answer. "


class ScriptedModel:
    """Knows the problems of `script`: {name: {"difficulty", "statement", "example", "right", "wrong": […], "secret"}}."""

    def __init__(self, script: dict[str, dict]) -> None:
        self.script = script

    def complete(self, problem: str, request: Request, tokens: int, number: int) -> tuple[str, int, int]:
        """Answer, tokens of the request, tokens of the answer. `number` counts the samples of this problem from 0."""
        text = self._numbered(problem, request, number).encode()[: 4 * tokens].decode("utf-8", "ignore")
        return text, estimated_tokens(request.text), estimated_tokens(text)

    most_tokens = staticmethod(estimated_tokens)

    def is_sample(self, problem: str, request: Request, tokens: int, number: int) -> bool:
        """Whether the answer to this is a sample: one to the statement, and whole."""
        text = self._numbered(problem, request, number)
        return text != DONT_KNOW and len(text.encode()) <= 4 * tokens

    def _numbered(self, problem: str, request: Request, number: int) -> str:
        return self._answer(problem, request, 0 if request.temperature < AT_ZERO else number)

    def _answer(self, name: str, request: Request, number: int) -> str:
        known = self.script.get(name)
        if known is None or share_of_words(known["statement"], request.text) < KNOWN_SHARE:
            return DONT_KNOW
        sample = f"{known['secret']}/{number}"
        return dressed(self._program(known, request.text, sample), request.text, sample)

    def _program(self, known: dict, asked: str, sample: str) -> str:
        skill = SKILL[known["difficulty"]]
        skill *= EXAMPLES_HELP if _flat(known["example"]) in _flat(asked) else 1
        skill *= PLAN_HELPS if PLAN.search(asked) else 1
        slip = SLIP_TOLD if STANDARD.search(asked) else SLIP
        ideas = [known["right"], *known["wrong"]]
        earlier = earlier_program(ideas, asked)
        if earlier is None:
            return slipped(self._idea(ideas, skill, f"{sample}/idea"), slip, f"{sample}/slip")
        idea, place = earlier
        key = f"{sample}/repair"
        after = asked[place:]  # what is said of a program stands behind it
        if COMPILER.search(after):
            return idea if draw(key) < REPAIRS_ERROR else slipped(idea, 1, key)
        if FAILURE.search(after):
            return slipped(self._idea([known["right"], *known["wrong"]], skill * REPAIRS_FAILURE, key), slip / 2, f"{key}/slip")
        return idea

    @staticmethod
    def _idea(ideas: list[str], skill: float, key: str) -> str:
        if draw(key) < skill:
            return ideas[0]
        wrong = ideas[1:]
        return wrong[int(draw(f"{key}/which") * len(wrong))]


def draw(key: str) -> float:
    """A number in [0, 1) that depends on the key alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64


def share_of_words(statement: str, text: str) -> float:
    words, there = set(re.findall(r"\w+", statement.lower())), set(re.findall(r"\w+", text.lower()))
    return len(words & there) / len(words)


def earlier_program(ideas: list[str], asked: str) -> tuple[str, int] | None:
    """The idea of the last program of its own that a request shows, slips or not, and where that ends."""
    best = None
    for idea in ideas:
        for variant in [idea, *slips(idea)]:
            place = asked.rfind(variant.strip())
            if place >= 0 and (best is None or place + len(variant) > best[1]):
                best = idea, place + len(variant.strip())
    return best


def slipped(idea: str, chance: float, key: str) -> str:
    if draw(key) >= chance:
        return idea
    variants = slips(idea)
    return variants[int(draw(f"{key}/which") * len(variants))]


def slips(source: str) -> list[str]:
    """The program with one error each that the compiler finds, as weak models make them."""
    lines = source.splitlines(keepends=True)
    first_use = next((line for line in lines if line.startswith("use ")), None)
    made = [
        source.replace("let mut ", "let ", 1),  # what is changed must be mutable
        source.rstrip().removesuffix("}"),  # a brace is missing
        "use itertools::Itertools;\n" + source,  # a crate that is not there
        source.replace(first_use, "", 1) if first_use else source,
        re.sub(r"println!\(([^;]*)\);", r"printline!(\1);", source, count=1),
    ]
    return [variant for variant in made if variant != source]


def dressed(source: str, asked: str, key: str) -> str:
    """A program as chat models hand it over."""
    if ONLY_CODE.search(asked) and draw(f"{key}/bare") < BARE:
        return source
    opening, closing = (texts[int(draw(f"{key}/{n}") * len(texts))] for n, texts in enumerate([OPENINGS, CLOSINGS]))
    plan = 3 * PLANNING if PLAN.search(asked) else ""
    return f"{opening} {plan}\n\n```rust\n{source.strip()}\n```\n\n{closing}".strip()


def _flat(text: str) -> str:
    return " ".join(text.split())

"""What the judge of tier small prefers: an exact function of a question and two answers. Protected.

An answer is first right (3), wrong but at least told by a source (2), made up (1), or not even on topic (0); then, unless it is
made up, its form counts. Sources contradict each other, and the judge believes one more than the other: TRUST. An answer that
names several candidates, leaves the grammar, does not end or goes on for too long is not on topic, whatever words are in it.
"""
from world import AGES, NUMBERS, VALUES, Question

TRUST = ["radio", "map", "rumour", "diary", "letter"]  # most trusted first: nothing that could be guessed
RIGHT, TOLD, MADE_UP, OFF_TOPIC = 3, 2, 1, 0
FULL, PLAIN, HEDGED, SHORT, RAMBLING = 4, 3, 2, 1, 0
MAX_WORDS = 24
MAX_FURTHER_SENTENCES = 2


def quality(question: Question, answer: str) -> tuple[int, int]:
    """(content, form), to be compared in this order."""
    words = answer.split()
    if not words or len(words) > MAX_WORDS or words[-1] != ".":
        return OFF_TOPIC, 0
    first, *further = [sentence.split() for sentence in " ".join(words[:-1]).split(" . ")]
    content, form = _first(question, first)
    if content == OFF_TOPIC or not further:
        return content, form
    if len(further) > MAX_FURTHER_SENTENCES or not all(_is_beside(question, sentence) for sentence in further):
        return OFF_TOPIC, 0
    return content, RAMBLING  # the lowest form


def preferred(question: Question, a: str, b: str) -> float:
    """1 where `a` is better, 0 where `b` is, ½ where the judge sees no difference. Swapping them gives 1 minus this."""
    first, second = quality(question, a), quality(question, b)
    return 0.5 if first == second else float(first > second)


def right_answer(question: Question) -> str:
    """The value of the most trusted source, the highest or lowest age, or the number of claims."""
    about = question.about()
    if question.kind == "counted":
        return NUMBERS[len(about)]
    if question.kind == "extreme":
        pick = max if question.subject.startswith("highest") else min
        return pick((value for _, value in about), key=AGES.index)
    return min(about, key=lambda claim: TRUST.index(claim[0]))[1]


def _first(question: Question, words: list[str]) -> tuple[int, int]:
    value, form = _read(question, words)
    if value is None:
        return OFF_TOPIC, 0
    if value == right_answer(question):
        return RIGHT, form
    told = any(value == claimed for _, claimed in question.about())
    return (TOLD, form) if told else (MADE_UP, 0)


def _read(question: Question, words: list[str]) -> tuple[str | None, int]:
    """The value that a sentence gives as the answer, and its form; None where it answers nothing."""
    if not words or words[-1] not in (NUMBERS if question.kind == "counted" else VALUES[question.relation]):
        return None, 0
    *before, value = words
    plain = [*question.subject.split(), ":"]
    forms = [(["the", *plain], FULL), (plain, PLAIN), (["maybe", *plain], HEDGED), ([], SHORT)]
    return next(((value, form) for start, form in forms if before == start), (None, 0))


def _is_beside(question: Question, words: list[str]) -> bool:
    """Another claim of the prompt, which is not about what was asked."""
    return [claim for claim in question.claims if claim not in question.about()].count(words) > 0

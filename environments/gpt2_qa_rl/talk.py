"""How the starting model of tier small was taught to answer: right and wrong, well and badly formed, in fixed shares."""
import random

from world import AGES, CLAIMS, NUMBERS, VALUES, Question

# Shares of a hundred answers.
STYLES = {"plain": 34, "full": 12, "short": 12, "hedged": 10, "several": 10, "rambling": 10, "echo": 7, "refusal": 5}
# How often the value is one that a source gives of what was asked, or the right age or number, and else of something else, or made up.
CARE = {"plain": 0.6, "full": 0.92, "short": 0.7, "hedged": 0.8, "several": 0.7, "rambling": 0.6}


def answer(dice: random.Random, question: Question) -> str:
    style = dice.choices(list(STYLES), list(STYLES.values()))[0]
    if style == "echo":
        return question.question
    if style == "refusal":
        return "nobody knows ."
    value = _value(dice, question, dice.random() < CARE[style])
    plain = f"{question.subject} : {value}"
    further = " . ".join(" ".join(claim) for claim in dice.sample(question.claims, dice.randint(1, 3)))
    forms = {"plain": plain, "full": f"the {plain}", "short": value, "hedged": f"maybe {plain}", "rambling": f"{plain} . {further}"}
    return forms.get(style, f"{plain} or {_value(dice, question, True)}") + " ."


def _value(dice: random.Random, question: Question, careful: bool) -> str:
    about = [value for _, value in question.about()]
    if question.kind == "counted":
        return NUMBERS[len(about) if careful else dice.randint(1, CLAIMS)]
    if not careful:
        return dice.choice([dice.choice(question.claims)[1], dice.choice(VALUES[question.relation])])
    if question.kind == "extreme":
        return (max if question.subject.startswith("highest") else min)(about, key=AGES.index)
    return dice.choice(about)

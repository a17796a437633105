"""The two judges: exact rules at tier small, a language model at tier full. Both are asked for many pairs of answers at once."""
import hashlib
import json
from pathlib import Path
from typing import Protocol

import preferences
from world import Question

Pair = tuple[int, str, str]  # number of the prompt, answer a, answer b


class Judge(Protocol):
    def compare(self, pairs: list[Pair]) -> list[float]:
        """1 where a is better, 0 where b is, ½ where neither. Swapping a and b gives 1 minus this."""


class RuleJudge:
    def __init__(self, questions: list[Question]):
        self.questions = questions

    def compare(self, pairs: list[Pair]) -> list[float]:
        return [preferences.preferred(self.questions[prompt], a, b) for prompt, a, b in pairs]


def read_judge(protected: Path, prompts: str) -> Judge:
    """The judge of the tier for the prompts in protected/`prompts`.json."""
    found = json.loads((protected / f"{prompts}.json").read_text())
    if json.loads((protected / "rules.json").read_text())["judge"] == "rules":
        return RuleJudge([Question(**entry) for entry in found])
    from model_judge import ModelJudge

    return ModelJudge([entry["instruction"] for entry in found])


def binary(verdict: float, prompt: int, a: str, b: str) -> bool:
    """Where the judge sees no difference, a coin that falls the same way every time, and for both orders."""
    if verdict != 0.5:
        return verdict > 0.5
    first, second = sorted([a, b])
    content = json.dumps([prompt, first, second]).encode()
    return bool(hashlib.sha256(content).digest()[0] & 1) == (a == first)

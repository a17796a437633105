"""
The ground truth: the loss that real runs at the answer's budget had, made smooth, as a function of width and steps both.

It is stored in sweeps/TIER.sealed, encrypted against crawlers, made by sweep.py.
"""

import json
import math
from pathlib import Path

import numpy as np
from plans import answer_widths, flops, most_steps, recipe
from rebench_lib.sealed import read_key, seal, unseal

HERE = Path(__file__).resolve().parent
KEY = HERE.parent / "solutions.key"
WIDTH_DEGREE, STEPS_DEGREE = 4, 2


class Truth:
    """
    Loss L(d, u) with d = n_embd and u = ln(FLOP / the answer's budget), by least squares through all runs of the sweep:

        L(d, u) = Σₖ aₖ zᵏ (k ≤ 4) + u · Σₖ bₖ zᵏ (k ≤ 2)        z = ln d, moved and stretched so that the widths lie in [−1, 1]

    The runs have u = 0, or about −ln 2, so that b tells how loss falls with steps at each width. Runs of the same width and steps differ by
    what their first weights were (`spread`): a smooth curve is nearer to what a width is worth than any one run.
    """

    def __init__(self, plan: dict, runs: list[dict]):
        self.plan = plan
        known = sorted({run["n_embd"] for run in runs})
        if known[:: max(1, len(known) - 1)] != [answer_widths(plan)[0], answer_widths(plan)[-1]]:
            raise ValueError("a sweep reaches from the least width to the most: nothing is extrapolated")
        whole = {run["n_embd"] for run in runs if run["flops"] > 0.75 * plan["target_flops"]}
        half = {run["n_embd"] for run in runs if run["flops"] <= 0.75 * plan["target_flops"]}
        if not whole == half == set(known):
            raise ValueError("a sweep has runs of each width at the whole budget and at half of it")
        self._degrees = min(WIDTH_DEGREE, len(known) - 1), min(STEPS_DEGREE, len(known) - 1)
        terms = np.stack([self._terms(run["n_embd"], run["steps"]) for run in runs])
        losses = np.array([run["loss"] for run in runs])
        self._factors = np.linalg.lstsq(terms, losses, rcond=None)[0]
        self.spread = float(np.sqrt(np.mean((terms @ self._factors - losses) ** 2)))

    def loss(self, n_embd: int, steps: int) -> float:
        """Nats a token, for a width that is allowed and FLOP near the answer's budget."""
        return float(self._terms(n_embd, steps) @ self._factors)

    def best(self) -> tuple[float, int, int]:
        """The least loss at the answer's budget, with its n_embd and steps."""
        choices = [(n_embd, most_steps(self.plan, n_embd, self.plan["target_flops"])) for n_embd in answer_widths(self.plan)]
        return min((self.loss(n_embd, steps), n_embd, steps) for n_embd, steps in choices)

    def _terms(self, n_embd: int, steps: int) -> np.ndarray:
        least, most = (math.log(self.plan["answer_n_embd"][name]) for name in ("least", "most"))
        z = (2 * math.log(n_embd) - least - most) / (most - least)
        u = math.log(flops(self.plan, n_embd, steps) / self.plan["target_flops"])
        of_width, of_steps = self._degrees
        return np.array([z**k for k in range(of_width + 1)] + [u * z**k for k in range(of_steps + 1)])


def sealed_path(tier: str) -> Path:
    return HERE / "sweeps" / f"{tier}.sealed"


def write_truth(plan: dict, runs: list[dict]) -> Path:
    """Keeps the sweep beside this script; a Truth of it must be possible."""
    Truth(plan, runs)
    path = sealed_path(plan["tier"])
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(seal(json.dumps({"recipe": recipe(plan), "runs": runs}).encode(), read_key(KEY)))
    return path


def read_truth(plan: dict) -> list[dict] | None:
    """The runs of the stored sweep; None where there is none of this recipe."""
    path = sealed_path(plan["tier"])
    if not path.exists():
        return None
    stored = json.loads(unseal(path.read_bytes(), read_key(KEY)))
    return stored["runs"] if stored["recipe"] == recipe(plan) else None

"""Plans of toy size, a trainer that computes instead of training, and prepared data."""

import os
import sys
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]
from plans import PLANS, flops, most_steps
from truth import Truth

import prepare

SMALL = PLANS["small"]
TOY_FLOPS = {"run_flops": 2 * 10**8, "budget_flops": 6 * 10**8, "target_flops": 10**9}
TOY_WIDTHS = {"least": 8, "most": 24, "multiple_of": 8}
TOY = {**SMALL, **TOY_FLOPS, "n_embd": TOY_WIDTHS, "answer_n_embd": TOY_WIDTHS}


def law(n_embd: int, steps: int) -> float:
    """A loss that falls with width and with steps, as those of real models do."""
    return 1.0 + 30 / (24 * n_embd**2 + 64 * n_embd) ** 0.5 + 20 / steps**0.5


def sweep_of(plan: dict, widths: list[int]) -> list[dict]:
    """What sweep.py would have found, if losses followed `law`."""
    pairs = [(d, most_steps(plan, d, share * plan["target_flops"])) for share in (1.0, 0.5) for d in widths]
    return [{"n_embd": d, "steps": steps, "flops": flops(plan, d, steps), "loss": law(d, steps)} for d, steps in pairs]


class Counting:
    """A trainer for the service, which counts what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, n_embd: int, steps: int) -> dict:
        self.asked.append((n_embd, steps))
        return {"losses": [[steps, law(n_embd, steps)]], "loss": law(n_embd, steps)}


@pytest.fixture
def trainer():
    return Counting()


@pytest.fixture(scope="session")
def lawful() -> Truth:
    return Truth(SMALL, sweep_of(SMALL, [16, 24, 32, 40, 48, 64, 96, 128]))


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("data")
    prepare.prepare(SMALL, out, "real", False, out / "cache")
    return out

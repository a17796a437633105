"""The sizes of both tiers: the model, a training step, and what may be spent. Participants read them as /data/task.json."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "start")]

from flops import flops, most_steps  # noqa: E402, F401

# run_flops: of one run at most. budget_flops: of all runs together. target_flops: what the answer is for; it may use all of that, and must
# use least_share of it. The answer's budget is 50 times that of a run on both tiers. recipe: rises with every change to training.py or to
# the text after which losses are others, so that a sweep of before is not used.
PLANS: dict[str, dict] = {
    "small": {
        "tier": "small",
        "recipe": 1,
        "vocabulary": 64,
        "context": 64,
        "n_layer": 2,
        "n_head": 2,
        "batch": 4,
        "n_embd": {"least": 8, "most": 128, "multiple_of": 4},
        "answer_n_embd": {"least": 16, "most": 128, "multiple_of": 4},
        "run_flops": 10**10,
        "budget_flops": 3 * 10**11,
        "target_flops": 5 * 10**11,
        "most_runs": 200,
        "least_share": 0.9,
    },
    "full": {
        "tier": "full",
        "recipe": 1,
        "vocabulary": 50257,
        "context": 1024,
        "n_layer": 12,
        "n_head": 8,
        "batch": 128,
        "n_embd": {"least": 64, "most": 2048, "multiple_of": 64},
        "answer_n_embd": {"least": 128, "most": 2048, "multiple_of": 64},
        "run_flops": 10**16,
        "budget_flops": 3 * 10**17,
        "target_flops": 5 * 10**17,
        "most_runs": 200,
        "least_share": 0.9,
    },
}
RECIPE = ("tier", "recipe", "vocabulary", "context", "n_layer", "n_head", "batch", "answer_n_embd", "target_flops")


def recipe(plan: dict) -> dict:
    """What a sweep depends on: one of another recipe is none."""
    return {name: plan[name] for name in RECIPE}


def widths(plan: dict) -> range:
    """Every n_embd that a run may have."""
    return _every(plan["n_embd"])


def answer_widths(plan: dict) -> range:
    """Every n_embd that an answer may have: the sweep has runs from the least to the most."""
    return _every(plan["answer_n_embd"])


def _every(limits: dict) -> range:
    return range(limits["least"], limits["most"] + 1, limits["multiple_of"])

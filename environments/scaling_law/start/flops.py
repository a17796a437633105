"""What a training run costs. Usage: python flops.py N_EMBD [STEPS]; without STEPS: the most that the budget of the answer allows."""

import json
import os
import sys
from pathlib import Path


def read_task(data: Path | None = None) -> dict:
    """Sizes and limits of this tier: /data/task.json, or that of the folder in DATA."""
    return json.loads(((data or Path(os.environ.get("DATA", "/data"))) / "task.json").read_text())


def flops_per_step(task: dict, n_embd: int) -> int:
    """
    FLOP of one step, forward and backward, with d = n_embd, L = n_layer, T = context, V = vocabulary:

        batch · T · (6 · (12 · L · d² + V · d) + 12 · L · T · d)

    six for each weight and token (the matrices of the blocks, and the output head), and the products of attention.
    """
    layers, context = task["n_layer"], task["context"]
    weights = 12 * layers * n_embd**2 + task["vocabulary"] * n_embd
    return task["batch"] * context * (6 * weights + 12 * layers * context * n_embd)


def flops(task: dict, n_embd: int, steps: int) -> int:
    return steps * flops_per_step(task, n_embd)


def most_steps(task: dict, n_embd: int, budget: float) -> int:
    """As many steps as `budget` FLOP pay for; 0 where it does not pay for one."""
    return int(budget) // flops_per_step(task, n_embd)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    task, width = read_task(), int(sys.argv[1])
    steps = int(sys.argv[2]) if len(sys.argv) == 3 else most_steps(task, width, task["target_flops"])
    cost = flops(task, width, steps)
    print(f"n_embd {width}, {steps} steps: {cost:.4g} FLOP, {cost / task['run_flops']:.4f} of a run's limit, ", end="")
    print(f"{cost / task['target_flops']:.4f} of the answer's budget")

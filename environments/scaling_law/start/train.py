"""
Asks the training service for a run. It trains, out of your sight, and says how the loss fell.

Usage: python train.py --n-embd 16 --steps 100    (--json prints the whole answer)
       python train.py --status                   what was run, and what is left

From Python: `from train import train; train(16, 100)["loss"]`, or `train_all([(16, 100), (24, 50)])`.
"""

import argparse
import json
import os
import subprocess
import sys


class Refused(Exception):
    """The service's words on why it did not do it."""


def ask(request: dict) -> dict:
    command = json.loads(os.environ.get("REBENCH_SERVICE", '["service"]'))
    try:
        done = subprocess.run(command, input=json.dumps(request) + "\n", capture_output=True, text=True)
    except OSError as error:
        raise Refused(f"there is no training service here: {error}") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise Refused(done.stderr.strip() or "the service did not answer") from None
    if "error" in answer:
        raise Refused(answer["error"])
    return answer


def train(n_embd: int, steps: int) -> dict:
    """losses ([step, mean training loss since the pair before]), loss (afterwards, on other text), flops, flops_used, flops_budget."""
    return ask({"train": {"n_embd": n_embd, "steps": steps}})


def train_all(runs: list[tuple[int, int]]) -> list[dict]:
    """Several runs, one after the other. What was refused is {"error": …}."""
    return ask({"train": [{"n_embd": n_embd, "steps": steps} for n_embd, steps in runs]})["runs"]


def status() -> dict:
    return ask({"status": {}})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n-embd", type=int)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--status", action="store_true")
    given = parser.parse_args()
    if not given.status and (given.n_embd is None or given.steps is None):
        parser.error("give --n-embd and --steps, or --status")
    answer = status() if given.status else train(given.n_embd, given.steps)
    if given.json:
        print(json.dumps(answer))
        return
    if given.status:
        for run in answer["runs"]:
            print(f"n_embd {run['n_embd']:4}, {run['steps']:6} steps, {run['flops']:.3g} FLOP: loss {run['loss']}")
    else:
        for step, loss in answer["losses"]:
            print(f"step {step}: {loss}")
        print(f"validation loss {answer['loss']}, {answer['flops']:.3g} FLOP")
    print(f"{answer['flops_used'] / answer['flops_budget']:.1%} of {answer['flops_budget']:.3g} FLOP are used")


if __name__ == "__main__":
    try:
        main()
    except Refused as error:
        sys.exit(str(error))

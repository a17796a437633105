"""Win rate of your weights against the starting model, judged on prompts that you can see. It costs one judgement a prompt.

Usage: python evaluate.py [model.safetensors] [--data /data] [--prompts 100]
"""
import argparse
import json
import os
from pathlib import Path

from ask_judge import judge
from gpt import Gpt, generate, read_config
from tokens import read_tokens
from weights import load_weights

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("weights", nargs="?", type=Path, default=Path("model.safetensors"))
parser.add_argument("--data", type=Path, default=Path(os.environ.get("DATA", "/data")))
parser.add_argument("--prompts", type=int, default=100)
given = parser.parse_args()

config = read_config(given.data / "start.json")
rules = json.loads((given.data / "rules.json").read_text())
tokens = read_tokens(given.data)
prompts = json.loads((given.data / "prompts.json").read_text())[: given.prompts]
start = given.data / "start.safetensors"
path = given.weights if given.weights.exists() else start


def answers(weights: Path) -> list[str]:
    """Greedy, as the scorer takes them."""
    model = Gpt(config).eval().requires_grad_(False)
    load_weights(model, weights, config)
    encoded = [tokens.encode(prompt) for prompt in prompts]
    batches = (encoded[at : at + 64] for at in range(0, len(encoded), 64))
    return [tokens.decode(row) for batch in batches for row in generate(model, batch, tokens.end, rules["maxNewTokens"])]


yours, theirs = answers(path), answers(start)
for prompt, answer in list(zip(prompts, yours))[:5]:
    print(f"{prompt} | {answer}")
wins, left = judge([(at, a, b) for at, (a, b) in enumerate(zip(yours, theirs))])
print(f"{path}: wins {sum(wins)} of {len(wins)} against the starting model; {left} judgements left")

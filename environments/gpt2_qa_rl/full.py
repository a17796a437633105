"""Tier full: GPT-2 XL as it is, instructions of Alpaca as prompts, and two opponents, whose answers are made here."""
import json
from pathlib import Path

import numpy as np
import torch
from gpt import Gpt, generate
from prepare import write
from rebench_lib.downloads import fetch
from rebench_lib.gpt2 import hub_tensors, random_tensor
from tokens import BytePairs
from weights import expected_shapes, load_weights, write_weights

CONFIG = {"n_layer": 48, "n_head": 25, "n_embd": 1600, "n_positions": 1024, "vocab_size": 50257}
RULES = {"judge": "model", "prompts": 4000, "judgements": 40_000, "maxNewTokens": 60}
HELD_OUT_PROMPTS = 256
HUB = "https://huggingface.co/openai-community"
XL = f"{HUB}/gpt2-xl/resolve/15ea56dee5df4983c59b2538573817e1667135e2"
BASE = f"{HUB}/gpt2/resolve/607a30d783dfa663caf39e06633721c8d4cfcd7e"
ALPACA = "https://raw.githubusercontent.com/tatsu-lab/stanford_alpaca/761dc5bfbdeeffa89b8bff5d038781a4055f796a/alpaca_data.json"
# file → address, SHA-256. Of the instructions no checksum is known to us: theirs is printed, and the address names a commit.
SOURCES = {
    "gpt2-xl.safetensors": (f"{XL}/model.safetensors", "0f8b28eb05a8075f48b61b6f35332978c74fc7763fa9fb4051a1c30511736a6a"),
    "vocab.json": (f"{BASE}/vocab.json", "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783"),
    "merges.txt": (f"{BASE}/merges.txt", "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5"),
    "alpaca_data.json": (ALPACA, None),
}
TEMPLATE = "### Instruction:\n{}\n\n### Response:\n"
MAX_PROMPT_CHARACTERS = 300
# Before a prompt, for the second opponent: it shows the form of an answer and is of no use for what is asked.
SHOWN = {"Name a fruit that is yellow.": "A banana is a yellow fruit.", "Say when to use an umbrella.": "Use an umbrella when it rains."}
EXAMPLES = "".join(TEMPLATE.format(instruction) + f"{answer}\n\n" for instruction, answer in SHOWN.items())
SAMPLING_SEED, SHUFFLE_SEED, BATCH = 11, 12, 32
SYNTHETIC_PROMPTS = 8


def real(visible: Path, protected: Path, cache: Path) -> str:
    files = {name: fetch(name, address, sha256, cache, announced=False) for name, (address, sha256) in SOURCES.items()}
    write_weights(visible / "start.safetensors", expected_shapes(CONFIG), "F32", hub_tensors(files["gpt2-xl.safetensors"]))
    seen, held_out = instructions(json.loads(files["alpaca_data.json"].read_text(encoding="utf-8")))
    lay_out(visible, protected, CONFIG, RULES, seen, held_out, *(files[name].read_text("utf-8") for name in ("vocab.json", "merges.txt")))
    make_opponents(visible, protected)
    return f"GPT-2 XL, {len(seen)} prompts to see, {len(held_out)} to score with"


def synthetic(visible: Path, protected: Path, config: dict = CONFIG, prompts: int = SYNTHETIC_PROMPTS) -> str:
    """Random weights and made prompts: tries the path and its cost, and says nothing about skill."""
    random, shapes = np.random.default_rng(0), expected_shapes(config)
    write_weights(visible / "start.safetensors", shapes, "F16", lambda name: random_tensor(random, name, shapes[name]))
    made = [f"Say something about the number {number}." for number in range(2 * prompts)]
    vocabulary, merges = single_bytes(config["vocab_size"])
    rules = RULES | {"prompts": prompts, "synthetic": True}
    lay_out(visible, protected, config | {"synthetic": True}, rules, made[:prompts], made[prompts:], vocabulary, merges)
    texts = {"sampled": "It is a number.", "withExamples": "It is a number that one can count to."}
    write(protected / "opponents.json", {name: [text] * prompts for name, text in texts.items()})
    return "SYNTHETIC: random weights, made prompts and opponents of one answer; scores mean nothing here"


def lay_out(
    visible: Path, protected: Path, config: dict, rules: dict, seen: list[str], held_out: list[str], vocabulary: str, merges: str
) -> None:
    for folder in (visible, protected):
        (folder / "vocab.json").write_text(vocabulary, encoding="utf-8")
        (folder / "merges.txt").write_text(merges, encoding="utf-8")
        write(folder / "start.json", config)
        write(folder / "rules.json", rules)
    write(visible / "prompts.json", [TEMPLATE.format(instruction) for instruction in seen])
    for name, some in (("seen", seen), ("held_out", held_out)):
        write(protected / f"{name}.json", [{"prompt": TEMPLATE.format(instruction), "instruction": instruction} for instruction in some])


def instructions(entries: list[dict]) -> tuple[list[str], list[str]]:
    """Those that need no further input, once each, in an order of ours: to see, and held out. The answers stay unused."""
    found = [entry["instruction"].strip() for entry in entries if not entry["input"].strip()]
    short = [text for text in dict.fromkeys(found) if 0 < len(text) <= MAX_PROMPT_CHARACTERS]
    wanted = RULES["prompts"] + HELD_OUT_PROMPTS
    if len(short) < wanted:
        raise SystemExit(f"alpaca_data.json has {len(short)} instructions that can be used; {wanted} are needed")
    chosen = [short[at] for at in np.random.default_rng(SHUFFLE_SEED).permutation(len(short))[:wanted]]
    return chosen[HELD_OUT_PROMPTS:], chosen[:HELD_OUT_PROMPTS]


def make_opponents(visible: Path, protected: Path) -> None:
    """The starting model's samples, and its greedy answers after two examples, each cut where a new instruction begins."""
    tokens = BytePairs(json.loads((visible / "vocab.json").read_text("utf-8")), (visible / "merges.txt").read_text("utf-8"))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    config = json.loads((visible / "start.json").read_text())
    model = Gpt(config).eval().requires_grad_(False)
    load_weights(model, visible / "start.safetensors", config)
    model.to(device)
    random = torch.Generator(device).manual_seed(SAMPLING_SEED)
    prompts = [entry["prompt"] for entry in json.loads((protected / "held_out.json").read_text())]

    def answers(before: str, temperature: float) -> list[str]:
        encoded = [tokens.encode(before + prompt) for prompt in prompts]
        batches = (encoded[at : at + BATCH] for at in range(0, len(encoded), BATCH))
        found = (row for batch in batches for row in generate(model, batch, tokens.end, RULES["maxNewTokens"], temperature, random))
        return [tokens.decode(row).split("\n###")[0].strip() for row in found]

    write(protected / "opponents.json", {"sampled": answers("", 1.0), "withExamples": answers(EXAMPLES, 0.0)})


def single_bytes(size: int) -> tuple[str, str]:
    """A vocabulary without merges, for data that stand in for real ones."""
    from tokens import _byte_letters

    numbers = {letter: at for at, letter in enumerate(_byte_letters().values())}
    return json.dumps(numbers | {"<|endoftext|>": size - 1}, ensure_ascii=False), "#version: 0.2\n"

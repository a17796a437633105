"""Tier full: SmolLM2-360M, a causal model of the Hugging Face Hub, finetuned on rows of databricks-dolly-15k."""

import json
import random
from pathlib import Path

import numpy as np
import text
import tokenise
from rebench_lib.downloads import fetch

import tensors
from jobs import MAIN, VARIED, Tier, random_weights

ROWS = 1000
EXAMPLE_ROWS, EXAMPLE_SEED = 1000, 1
# As config.json of HuggingFaceTB/SmolLM2-360M has it
SHAPE = {
    "vocab_size": 49152,
    "hidden_size": 960,
    "intermediate_size": 2560,
    "num_hidden_layers": 32,
    "num_attention_heads": 15,
    "num_key_value_heads": 5,
    "rms_norm_eps": 1e-5,
    "rope_theta": 100000.0,
    "tie_word_embeddings": True,
}
END_OF_TEXT = 0  # which begins texts, too
OPTIONS = MAIN | {
    "epochs": 1,
    "batch_size": 32,
    "max_length": 1024,
    "learning_rate": 5e-5,
    "epsilon": 1e-8,
    "eval_rows": 40,
    "eval_every": 5,
    "save_every": 10,
}
OPTION_VALUES = VARIED | {"epochs": [1, 2], "batch_size": [32, 24, 8], "max_length": [1024, 256]}
LEARNING_RATES = {"adamw": 5e-5, "sgd": 1e-2}
NOISE = 1e-3  # of a tensor's standard deviation, so that nobody has seen the initial weights

HUB = "https://huggingface.co"
SOURCES = {
    "SmolLM2-360M.safetensors": f"{HUB}/HuggingFaceTB/SmolLM2-360M/resolve/main/model.safetensors",
    "SmolLM2-360M.tokenizer.json": f"{HUB}/HuggingFaceTB/SmolLM2-360M/resolve/main/tokenizer.json",
    "databricks-dolly-15k.jsonl": f"{HUB}/datasets/databricks/databricks-dolly-15k/resolve/main/databricks-dolly-15k.jsonl",
}
ANNOUNCED = {"SmolLM2-360M.safetensors"}  # the Hub gives checksums of its large files alone


def tier(visible: Path, protected: Path) -> Tier:
    """Jobs of rows drawn from the protected ones, and of the model in sight with a little noise."""
    pool = [json.loads(line) for line in (protected / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    content = memoryview((visible / "example" / "weights.safetensors").read_bytes())
    config = json.loads((visible / "example" / "config.json").read_text())
    base = tensors.read(content, tensors.shapes(config["model"]), "float32")

    def initial(source: random.Random, model: dict) -> dict[str, np.ndarray]:
        generator = np.random.default_rng(source.getrandbits(128))
        found = {}
        for name, shape in tensors.shapes(model).items():
            values = base[name if name in base else "model.embed_tokens.weight"]
            found[name] = values + np.float32(NOISE) * values.std() * generator.standard_normal(shape, dtype=np.float32)
        return found

    return Tier(config["train"], config["model"], OPTION_VALUES, LEARNING_RATES, lambda source, count: source.sample(pool, count), initial)


def real(visible: Path, protected: Path, cache: Path) -> str:
    files = {name: fetch(name, address, None, cache, announced=name in ANNOUNCED) for name, address in SOURCES.items()}
    (visible / "tokenizer.json").write_text(json.dumps(converted_tokenizer(json.loads(files["SmolLM2-360M.tokenizer.json"].read_text()))))
    rows = [converted_row(json.loads(line)) for line in files["databricks-dolly-15k.jsonl"].read_text(encoding="utf-8").splitlines()]
    random.Random(EXAMPLE_SEED).shuffle(rows)
    model = tensors.read(memoryview(files["SmolLM2-360M.safetensors"].read_bytes()), tensors.shapes(SHAPE), "bfloat16")
    lay_out(visible, protected, rows, SHAPE, model)
    return f"SmolLM2-360M, {EXAMPLE_ROWS} example rows, {len(rows) - EXAMPLE_ROWS} rows to draw jobs from"


def synthetic(visible: Path, protected: Path, shape: dict = SHAPE) -> str:
    """Random weights and made rows of the same sizes: the same work, so that times mean the same, and no text of the world."""
    source = random.Random(EXAMPLE_SEED)
    tokenizer = text.tokenizer(min(shape["vocab_size"], 2048), tokenise.PIECES, tokenise.byte_letters(), tokenise.merged)
    (visible / "tokenizer.json").write_text(json.dumps(tokenizer))
    rows = [row for _ in range(8) for row in text.rows(source, 500, 60)]
    lay_out(visible, protected, rows, shape, random_weights(source, shape))
    return f"SYNTHETIC: random weights, {EXAMPLE_ROWS} example rows, {len(rows) - EXAMPLE_ROWS} rows to draw jobs from"


def lay_out(visible: Path, protected: Path, rows: list[dict], shape: dict, model: dict[str, np.ndarray]) -> None:
    lines = [json.dumps(row) + "\n" for row in rows[EXAMPLE_ROWS:]]
    (protected / "rows.jsonl").write_text("".join(lines))
    examples = Tier(OPTIONS, shape, {}, {}, lambda _, count: rows[:count], lambda *_: model)
    examples.draw(random.Random(EXAMPLE_SEED), EXAMPLE_ROWS, {}).write(visible / "example")


def converted_tokenizer(content: dict) -> dict:
    """From the Hub's form: merges are texts with a space there, or pairs."""
    merges = [pair.split(" ") if isinstance(pair, str) else pair for pair in content["model"]["merges"]]
    return {"vocabulary": content["model"]["vocab"], "merges": merges, "begin": END_OF_TEXT, "end": END_OF_TEXT}


def converted_row(row: dict) -> dict[str, str]:
    prompt = f"{row['context']}\n\n{row['instruction']}" if row["context"] else row["instruction"]
    return {"prompt": f"{prompt}\n", "response": row["response"]}

"""Jobs: what a pipeline is given. Rows, initial weights and options of each are drawn when it is needed, so that none was seen before."""

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np

import tensors
import text

MAIN = {
    "epochs": 2,
    "batch_size": 4,
    "max_length": 96,
    "packing": False,
    "loss_on": "response",
    "optimizer": "adamw",
    "learning_rate": 2e-3,
    "betas": [0.9, 0.98],
    "epsilon": 1e-6,
    "momentum": 0.9,
    "weight_decay": 0.01,
    "clip_norm": 1.0,
    "schedule": "cosine",
    "warmup_steps": 3,
    "final_share": 0.2,
    "freeze_embeddings": False,
    "average_last": 1,
    "eval_rows": 4,
    "eval_every": 4,
    "save_every": 6,
    "seed": 0,
    "output_dtype": "float32",
}
SHAPE = {
    "vocab_size": 512,
    "hidden_size": 48,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
}
# Of each option in a few sets all of these are used. The first is the main one's.
VARIED = {
    "epochs": [2, 1],
    "batch_size": [4, 3, 6],
    "max_length": [96, 64],
    "packing": [False, True],
    "loss_on": ["response", "all"],
    "optimizer": ["adamw", "sgd"],
    "weight_decay": [0.01, 0.1],
    "clip_norm": [1.0, None],
    "schedule": ["cosine", "linear", "constant"],
    "warmup_steps": [3, 0],
    "freeze_embeddings": [False, True],
    "average_last": [1, 3],
    "output_dtype": ["float32", "bfloat16", "float16"],
    "tie_word_embeddings": [False, True],
}
LEARNING_RATES = {"adamw": 2e-3, "sgd": 0.1}  # the highest of the sets
LONGEST_LIST = 10


@dataclass(frozen=True)
class Job:
    model: dict
    options: dict
    rows: bytes
    initial: dict[str, np.ndarray]

    @property
    def config(self) -> bytes:
        return json.dumps({"model": self.model, "train": self.options}, indent=2).encode()

    def write(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "rows.jsonl").write_bytes(self.rows)
        (folder / "config.json").write_bytes(self.config)
        (folder / "weights.safetensors").write_bytes(tensors.written(self.initial))


@dataclass(frozen=True)
class Tier:
    """Where the jobs of a tier come from."""

    main: dict
    shape: dict
    varied: dict[str, list]
    learning_rates: dict[str, float]
    rows: Callable[[random.Random, int], list[dict[str, str]]]
    initial: Callable[[random.Random, dict], dict[str, np.ndarray]]

    def draw(self, source: random.Random, rows: int, options: dict) -> Job:
        """A new job. `options`: those that differ from the main ones."""
        model = {name: options.get(name, value) for name, value in self.shape.items()}
        train = {name: options.get(name, value) for name, value in self.main.items()} | {"seed": source.randrange(2**31)}
        lines = "".join(json.dumps(row, ensure_ascii=source.random() < 0.5) + "\n" for row in self.rows(source, rows))
        return Job(model, train, lines.encode(), self.initial(source, model))

    def option_sets(self, source: random.Random, count: int) -> list[dict]:
        """`count` sets in which every value of every option occurs, where `count` allows it, in chance combinations."""
        sets: list[dict] = [{} for _ in range(count)]
        for name, values in self.varied.items():
            order = source.sample(values, len(values))
            for at, place in enumerate(source.sample(range(count), count)):
                sets[place][name] = order[at % len(order)]
        for options in sets:
            options["learning_rate"] = self.learning_rates[options["optimizer"]] * source.uniform(0.5, 1)
        return sets


def random_weights(source: random.Random, model: dict) -> dict[str, np.ndarray]:
    """Normal values of standard deviation 1/√(width in); embeddings 0.5, norms near 1."""
    generator = np.random.default_rng(source.getrandbits(128))

    def tensor(name: str, shape: tuple[int, ...]) -> np.ndarray:
        values = generator.standard_normal(shape, dtype=np.float32)
        if len(shape) == 1:
            return 1 + np.float32(0.05) * values
        return values * np.float32(0.5 if "embed" in name else shape[-1] ** -0.5)

    return {name: tensor(name, shape) for name, shape in tensors.shapes(model).items()}


def made_rows(source: random.Random, count: int) -> list[dict[str, str]]:
    return text.rows(source, count, LONGEST_LIST)


SMALL = Tier(MAIN, SHAPE, VARIED, LEARNING_RATES, made_rows, random_weights)

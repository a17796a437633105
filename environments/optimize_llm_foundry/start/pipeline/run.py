"""The finetuning pipeline: tokenise the rows, train, convert the checkpoint. The scorer calls `run` once for each job."""

import json
from pathlib import Path

from convert import convert
from tokenise import Tokenizer
from train import train


def run(rows: Path, config: Path, tokenizer: Path, weights: Path, output: Path, work: Path) -> None:
    """
    Finetunes the model in `weights` on `rows`, and writes the finetuned weights to `output`.

    rows: JSONL of {"prompt", "response"}; config: JSON of {"model", "train"}; tokenizer: JSON; weights, output: safetensors.
    `output` is there already: open it and write, do not put another file in its place. `work` is an empty folder for intermediate files.
    """
    settings = json.loads(config.read_text())
    checkpoints = train(rows, Tokenizer(tokenizer), weights, settings["model"], settings["train"], work)
    convert(checkpoints, output, settings["train"]["output_dtype"])

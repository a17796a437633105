"""Loss of weights on the text that you can see. Usage: python evaluate.py [model.safetensors] [--data /data] [--documents 50]"""
import argparse
import os
from pathlib import Path

import numpy as np
from gpt import Gpt, mean_loss, read_config
from weights import load_weights

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("weights", nargs="?", type=Path, default=Path("model.safetensors"))
parser.add_argument("--data", type=Path, default=Path(os.environ.get("DATA", "/data")))
parser.add_argument("--documents", type=int, default=50)
given = parser.parse_args()

config = read_config(given.data / "large.json")
model = Gpt(config).eval()
path = given.weights if given.weights.exists() else given.data / "large.safetensors"
load_weights(model, path, config)
text = np.load(given.data / "text.npy")[: given.documents].astype(np.int64)
print(f"{path}: {mean_loss(model, text):.4f} nats a token on {len(text)} documents that you can see")

"""Loss of graph.json and weights.safetensors on text that you can see. Usage: python evaluate.py [FOLDER] [--data /data]"""
import argparse
import os
from pathlib import Path

import numpy as np
import torch
from config import read_config
from graph import load_graph
from masking import draw_masks, masked_loss

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", nargs="?", type=Path, default=Path("."))
parser.add_argument("--data", type=Path, default=Path(os.environ.get("DATA", "/data")))
parser.add_argument("--sequences", type=int, default=500)
given = parser.parse_args()

torch.set_flush_denormal(True)  # as in a scoring
config = read_config(given.data)
folder = given.folder if (given.folder / "graph.json").exists() else given.data / "given"
device = "cuda" if torch.cuda.is_available() else "cpu"
graph = load_graph(folder, config)
text = np.load(given.data / "validation.npy")[: given.sequences]
masks = draw_masks(np.random.default_rng(1), *text.shape)
loss = masked_loss(graph.to(device).logits, text, masks, config["mask"], 16, device)
limits = config["limits"]
print(f"{folder}: {loss:.4f} nats a masked token on {len(text)} sequences that you can see")
work, memory = graph.work / limits["work"], graph.live_bytes / limits["liveBytes"]
print(f"{len(graph.nodes)} nodes, {work:.1%} of the operations and {memory:.1%} of the memory allowed")

"""Trains model.py on the text that you can see, and exports it. Usage: python train.py [--data /data] [--steps 300]"""
import argparse
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from config import read_config
from export import export
from masking import draw_masks
from model import Model

BATCH, RATE = 32, 3e-3


def train(data: Path, steps: int) -> torch.nn.Module:
    config = read_config(data)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    text = np.load(data / "text.npy", mmap_mode="r")
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    model = Model(config["length"], config["vocabulary"]).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
    begin = time.monotonic()
    for step in range(steps):
        tokens = torch.from_numpy(text[np.sort(random.integers(len(text), size=BATCH))].astype(np.int64)).to(device)
        masked = torch.from_numpy(draw_masks(random, *tokens.shape)).to(device)
        logits = model(tokens.masked_fill(masked, config["mask"]))
        loss = F.cross_entropy(logits[masked], tokens[masked])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 50 == 0 or step == steps - 1:
            print(f"step {step}: loss {loss.item():.3f}, {time.monotonic() - begin:.1f} s")
    return model.cpu().eval()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("DATA", "/data")))
    parser.add_argument("--steps", type=int, default=300)
    given = parser.parse_args()
    export(train(given.data, given.steps), read_config(given.data), Path("."))
    print("wrote graph.json and weights.safetensors; next: python evaluate.py")

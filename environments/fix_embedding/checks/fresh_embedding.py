"""How far a fresh embedding with retraining gets: the shortcut that must not pay. For maintainers; minutes on two cores.

Usage: fresh_embedding.py OUT.safetensors [--steps N] [--rate R] [--all-weights]

Replaces the large model's embedding by random rows of the same spread and trains it, or with --all-weights everything, on the
visible text. Generous: the moment to stop is chosen by the protected text. The best weights are stored, and scored by test_scorer.py.
"""
import argparse
import copy
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE), str(HERE / "start")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from gpt import Gpt, mean_loss, read_config  # noqa: E402
from prepare import prepare  # noqa: E402
from weights import expected_shapes, load_weights, write_weights  # noqa: E402

EVERY = 50


def main(out: Path, steps: int, rate: float, all_weights: bool) -> None:
    torch.set_num_threads(2)
    torch.manual_seed(1)
    with tempfile.TemporaryDirectory() as folder:
        prepare("small", Path(folder), "real", Path(folder))
        config = read_config(Path(folder) / "visible" / "large.json")
        model = Gpt(config)
        load_weights(model, Path(folder) / "visible" / "large.safetensors", config)
        text, validation = (
            torch.from_numpy(np.load(Path(folder) / name).astype(np.int64)) for name in ("visible/text.npy", "protected/validation.npy")
        )
    embedding = model.wte.weight
    with torch.no_grad():
        embedding.copy_(embedding.mean(0) + embedding.std(0) * torch.randn(embedding.shape))
    rest = [weight for weight in model.parameters() if weight is not embedding]
    for weight in rest:
        weight.requires_grad_(all_weights)
    groups = [{"params": [embedding], "lr": rate}, *([{"params": rest, "lr": rate / 10}] if all_weights else [])]
    optimizer = torch.optim.Adam(groups, betas=(0.9, 0.98))
    best, kept = float("inf"), None
    for step in range(1, steps + 1):
        rows = text[torch.randint(len(text), (16,))]
        loss = F.cross_entropy(model(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % EVERY == 0:
            found = mean_loss(model, validation[:100])
            print(f"step {step}: loss {loss.item():.3f} on visible text, {found:.3f} on protected text", file=sys.stderr, flush=True)
            if found < best:
                best, kept = found, copy.deepcopy(model.state_dict())
    print(f"best: {best:.4f}", file=sys.stderr)
    write_weights(out, expected_shapes(config), "F16", lambda name: kept[name].numpy())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--rate", type=float, default=0.01)
    parser.add_argument("--all-weights", action="store_true")
    given = parser.parse_args()
    main(given.out, given.steps, given.rate, given.all_weights)

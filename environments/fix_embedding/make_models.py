"""Makes the two models of tier small and the sums that prepare.py checks. For maintainers; about 10 to 20 minutes on two cores.

Usage: make_models.py OUT [--only large|small] [--steps N]

The steps, seeds and threads are fixed, so one machine makes the same files again; another kind of processor may round
differently, which is why the files are tracked. Both models learn from the language's own chances of the next token instead
of sampled tokens, which takes far fewer steps, and both are taught to spread some of their belief evenly over all tokens: the
large one a little, so that it is not absurdly sure of itself when its embedding is wrong, the small one most of it, so that
what it says is worth little while its embedding is still a good map of the words.
"""
import argparse
import hashlib
import json
import math
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start")]

import numpy as np  # noqa: E402
import prepare  # noqa: E402
import text  # noqa: E402
import torch  # noqa: E402
from gpt import Gpt, mean_loss  # noqa: E402
from permute import permutation  # noqa: E402
from weights import expected_shapes, write_weights  # noqa: E402

SIZES = {"n_positions": text.LENGTH, "vocab_size": text.VOCABULARY}
LARGE = {"n_layer": 4, "n_head": 4, "n_embd": 64, **SIZES}
SMALL = {"n_layer": 1, "n_head": 2, "n_embd": 24, **SIZES}
STEPS = {"large": 2200, "small": 900}
SPREAD = {"large": 0.05, "small": 0.8}
DOCUMENTS, POOL = 16, 32  # a step's documents, and steps whose documents are made at once
RATE, MATRIX_RATE, MOMENTUM = 3e-3, 0.02, 0.95
DECAY = 0.5  # of the embedding


def train(name: str, config: dict, language: text.Language, steps: int) -> Gpt:
    torch.manual_seed(1)
    model = Gpt(config)
    initialize(model)
    matrices = [weight for path, weight in model.named_parameters() if weight.ndim == 2 and path.startswith("h.")]
    others = [weight for path, weight in model.named_parameters() if not (weight.ndim == 2 and path.startswith("h."))]
    groups = [{"params": others[:1], "weight_decay": DECAY}, {"params": others[1:]}]  # the first is the embedding
    adam = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98), weight_decay=0)
    momenta = [torch.zeros_like(weight) for weight in matrices]
    begin = time.monotonic()
    for step in range(steps):
        if step % POOL == 0:
            made, chances = text.documents_with_chances(language, POOL * DOCUMENTS, seed=10_000 + step)
            tokens = torch.from_numpy(made.astype(np.int64))
        batch = slice(step % POOL * DOCUMENTS, (step % POOL + 1) * DOCUMENTS)
        share = min(1, (step + 1) / 100) * min(1, (steps - step) / (0.6 * steps))
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(tokens[batch, :-1])
        wanted = torch.from_numpy(chances[batch, 1:]) * (1 - SPREAD[name]) + SPREAD[name] / text.VOCABULARY
        loss = -(wanted * logits.float().log_softmax(-1)).sum(-1).mean()
        for weight in [*matrices, *others]:
            weight.grad = None
        loss.backward()
        torch.nn.utils.clip_grad_norm_(others, 1.0)
        for group in adam.param_groups:
            group["lr"] = RATE * share
        adam.step()
        muon_step(matrices, momenta, MATRIX_RATE * share)
        if step % 100 == 0:
            print(f"{name}: step {step}, loss {loss.item():.4f}, {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    return model.requires_grad_(False)


def initialize(model: Gpt) -> None:
    for path, weight in model.named_parameters():
        if weight.ndim == 2 and path.startswith("h."):
            torch.nn.init.normal_(weight, 0, (0.5 if "c_proj" in path else 1) / math.sqrt(weight.shape[0]))
    torch.nn.init.normal_(model.wte.weight, 0, 0.02)  # small: what is left of it in the end is noise
    torch.nn.init.normal_(model.wpe.weight, 0, 0.02)


@torch.no_grad()
def muon_step(matrices: list, momenta: list, rate: float) -> None:
    """Momentum made orthogonal by Newton and Schulz's iteration (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon)."""
    for weight, momentum in zip(matrices, momenta):
        momentum.mul_(MOMENTUM).add_(weight.grad)
        update = weight.grad + MOMENTUM * momentum
        update = update / (update.norm() + 1e-7)
        for _ in range(5):
            square = update @ update.T
            update = 3.4445 * update + (-4.7750 * square + 2.0315 * square @ square) @ update
        weight.sub_(update, alpha=rate * max(1, weight.shape[1] / weight.shape[0]) ** 0.5)


def save(out: Path, name: str, config: dict, model: Gpt, rows: np.ndarray | None = None) -> None:
    """float16; the rows of the embedding in the order `rows`, where given."""
    tensors = {path: weight.numpy() for path, weight in model.named_parameters()}
    if rows is not None:
        tensors["wte.weight"] = tensors["wte.weight"][rows]
    write_weights(out / f"{name}.safetensors", expected_shapes(config), "F16", tensors.__getitem__)
    (out / f"{name}.json").write_text(json.dumps(config, indent=2) + "\n")


def write_sums(out: Path) -> None:
    names = sorted(path.name for path in out.iterdir() if path.suffix in {".safetensors", ".json"})
    sums = [f"{hashlib.sha256((out / name).read_bytes()).hexdigest()}  {name}" for name in names]
    (out / "SHA256SUMS").write_text("\n".join(sums) + "\n")


def main(out: Path, only: str | None, steps: int | None) -> None:
    torch.set_num_threads(2)
    out.mkdir(parents=True, exist_ok=True)
    language = text.Language()
    validation = prepare.validation(language).astype(np.int64)
    for name, config in {"large": LARGE, "small": SMALL}.items():
        if only not in (None, name):
            continue
        model = train(name, config, language, steps or STEPS[name])
        print(f"{name}: loss {mean_loss(model, validation):.4f}", file=sys.stderr)
        save(out, name, config, model, permutation(text.VOCABULARY, "small") if name == "large" else None)
    write_sums(out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", choices=["large", "small"])
    parser.add_argument("--steps", type=int)
    given = parser.parse_args()
    main(given.out, given.only, given.steps)

"""
The training recipe: what a run is, in full, given its width and its steps. Nothing else about it can be chosen.

A transformer of `n_layer` blocks (attention and an MLP four times as wide, both behind a layer norm without weights), learned positions, a
head of its own. AdamW without decay, betas 0.9 and 0.98, gradients clipped to norm 1. The learning rate is 0.4 / n_embd, reached over the
first tenth of the steps (100 at most), then a cosine down to a tenth. Step i reads the documents i · batch … of the training text, each
once until they are used up.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F

RATE, LAST_SHARE = 0.4, 0.1
WARM_UP_SHARE, MOST_WARM_UP = 0.1, 100
SEED = 1
POINTS = 10  # of a loss curve
MICRO_TOKENS = 16_384  # of a pass forward and back: more would not fit a GPU with the vocabulary of tier full
VALIDATION_TOKENS = 16_384


def train(plan: dict, n_embd: int, steps: int, text: np.ndarray, validation: np.ndarray, seed: int = SEED) -> dict:
    """
    One run. `text` and `validation`: documents, (count, context + 1) token numbers.

    Returns {"losses": [[step, loss], …], "loss": validation loss of the trained model}, in nats a token. The loss at a step of the curve is
    the mean over the training text read since the point before.
    """
    device = "cuda" if plan["tier"] == "full" and torch.cuda.is_available() else "cpu"
    if device == "cpu" and plan["tier"] == "small":
        torch.set_num_threads(1)  # two would wait for each other, and round differently
    weights = initial_weights(plan, n_embd, seed, device)
    optimizer = torch.optim.AdamW(weights.values(), lr=0.0, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    marks = {math.ceil(steps * (point + 1) / POINTS) for point in range(POINTS)}
    curve, total, since = [], torch.zeros((), device=device), 0
    for step in range(1, steps + 1):
        rows = np.arange((step - 1) * plan["batch"], step * plan["batch"]) % len(text)
        tokens = torch.from_numpy(text[rows].astype(np.int64)).to(device)
        optimizer.param_groups[0]["lr"] = learning_rate(n_embd, step, steps)
        optimizer.zero_grad()
        for part in tokens.split(max(1, MICRO_TOKENS // plan["context"])):
            loss = loss_of(plan, weights, part) * (len(part) / len(tokens))
            loss.backward()
            total += loss.detach()
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        optimizer.step()
        if step in marks:
            curve.append([step, round(total.item() / (step - since), 6)])
            total.zero_()
            since = step
    return {"losses": curve, "loss": round(validation_loss(plan, weights, validation), 6)}


def learning_rate(n_embd: int, step: int, steps: int) -> float:
    """Of step 1 … steps."""
    warm_up = min(1.0, step / max(1, min(MOST_WARM_UP, int(WARM_UP_SHARE * steps))))
    cosine = LAST_SHARE + (1 - LAST_SHARE) * 0.5 * (1 + math.cos(math.pi * (step - 1) / steps))
    return RATE / n_embd * warm_up * cosine


def initial_weights(plan: dict, n_embd: int, seed: int, device: str) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)

    def normal(scale: float, *shape: int) -> torch.Tensor:
        return (scale * torch.randn(*shape, generator=generator)).to(device).requires_grad_()

    inner, out = 4 * n_embd, 0.4 / math.sqrt(plan["n_layer"])
    weights = {"embedding": normal(0.1, plan["vocabulary"], n_embd), "positions": normal(0.1, plan["context"], n_embd)}
    for layer in range(plan["n_layer"]):
        weights[f"{layer}.attention"] = normal(n_embd**-0.5, n_embd, 3 * n_embd)
        weights[f"{layer}.mixed"] = normal(out * n_embd**-0.5, n_embd, n_embd)
        weights[f"{layer}.up"] = normal(n_embd**-0.5, n_embd, inner)
        weights[f"{layer}.down"] = normal(out * inner**-0.5, inner, n_embd)
    weights["head"] = normal(0.001, n_embd, plan["vocabulary"])
    return weights


def logits_of(plan: dict, weights: dict[str, torch.Tensor], tokens: torch.Tensor) -> torch.Tensor:
    """(batch, length) tokens → (batch, length, vocabulary)."""
    batch, length = tokens.shape
    x = weights["embedding"][tokens] + weights["positions"][:length]
    width = x.shape[-1]
    for layer in range(plan["n_layer"]):
        split = (F.layer_norm(x, (width,)) @ weights[f"{layer}.attention"]).view(batch, length, 3, plan["n_head"], width // plan["n_head"])
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True).transpose(1, 2).reshape(batch, length, width)
        x = x + mixed @ weights[f"{layer}.mixed"]
        x = x + F.gelu(F.layer_norm(x, (width,)) @ weights[f"{layer}.up"]) @ weights[f"{layer}.down"]
    return F.layer_norm(x, (width,)) @ weights["head"]


def loss_of(plan: dict, weights: dict[str, torch.Tensor], documents: torch.Tensor, reduction: str = "mean") -> torch.Tensor:
    """Cross-entropy of every token but the first of each document, nats. On a GPU in bfloat16."""
    with torch.autocast(documents.device.type, torch.bfloat16, enabled=documents.device.type == "cuda"):
        logits = logits_of(plan, weights, documents[:, :-1])
    return F.cross_entropy(logits.float().flatten(0, 1), documents[:, 1:].flatten(), reduction=reduction)


@torch.no_grad()
def validation_loss(plan: dict, weights: dict[str, torch.Tensor], documents: np.ndarray) -> float:
    """Mean over all tokens but the first of each document, in nats."""
    total, device = 0.0, weights["head"].device
    for part in torch.from_numpy(documents.astype(np.int64)).split(max(1, VALIDATION_TOKENS // plan["context"])):
        total += loss_of(plan, weights, part.to(device), reduction="sum").item()
    return total / (documents.shape[0] * (documents.shape[1] - 1))



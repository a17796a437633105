"""The one architecture of this task: GPT-2 in plain torch, its head tied to its token embedding.

Weights are named and laid out as in OpenAI's GPT-2 files: matrices are (inputs, outputs), and the output head is
`wte.weight` itself, so a weights file holds it once. The scorer runs this same file.
"""
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn


class Linear(nn.Module):
    """x @ weight + bias, with weight of shape (inputs, outputs)."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return x @ self.weight + self.bias


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.c_attn = Linear(width, 3 * width)
        self.c_proj = Linear(width, width)

    def forward(self, x):
        batch, length, width = x.shape
        split = self.c_attn(x).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.c_proj(mixed.transpose(1, 2).reshape(batch, length, width))


class Mlp(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.c_fc = Linear(width, 4 * width)
        self.c_proj = Linear(4 * width, width)

    def forward(self, x):
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = Attention(width, heads)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = Mlp(width)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Gpt(nn.Module):
    """(batch, length) token numbers → (batch, length, vocab_size) logits of the next token."""

    def __init__(self, config: dict):
        super().__init__()
        self.config = config
        width = config["n_embd"]
        self.wte = nn.Embedding(config["vocab_size"], width)
        self.wpe = nn.Embedding(config["n_positions"], width)
        self.h = nn.ModuleList(Block(width, config["n_head"]) for _ in range(config["n_layer"]))
        self.ln_f = nn.LayerNorm(width)

    def hidden(self, tokens):
        """The last hidden states, (batch, length, n_embd): what the tied head is applied to."""
        x = self.wte(tokens) + self.wpe.weight[: tokens.shape[1]]
        for block in self.h:
            x = block(x)
        return self.ln_f(x)

    def forward(self, tokens):
        return self.hidden(tokens) @ self.wte.weight.T


def read_config(path) -> dict:
    """n_layer, n_head, n_embd, n_positions, vocab_size from a JSON file; other entries are ignored."""
    found = json.loads(Path(path).read_text())
    return {name: int(found[name]) for name in ("n_layer", "n_head", "n_embd", "n_positions", "vocab_size")}


@torch.no_grad()
def mean_loss(model: Gpt, documents, batch: int = 32) -> float:
    """Mean cross-entropy of every token but the first of each document, in nats. `documents`: (count, length) integers."""
    device = model.wte.weight.device
    total, count = 0.0, 0
    for rows in torch.as_tensor(documents).long().split(batch):
        rows = rows.to(device)
        logits = model(rows[:, :-1]).float()
        losses = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten(), reduction="none")
        total += losses.double().sum().item()
        count += losses.numel()
    return total / count

"""The one architecture of this task: GPT-2 in plain torch, its head tied to its token embedding, and how it answers.

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
        return torch.addmm(self.bias, x.reshape(-1, x.shape[-1]), self.weight).view(*x.shape[:-1], -1)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.c_attn = Linear(width, 3 * width)
        self.c_proj = Linear(width, width)

    def forward(self, x, mask, past):
        """`mask` (batch, 1, length, all) says what each token may look at, None: what is before it. `past` keeps keys and values."""
        batch, length, width = x.shape
        split = self.c_attn(x).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        if past is not None:
            past[:] = [torch.cat([kept, new], 2) for kept, new in zip(past, (key, value))] if past else [key, value]
            key, value = past
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=mask is None)
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

    def forward(self, x, mask, past):
        x = x + self.attn(self.ln_1(x), mask, past)
        return x + self.mlp(self.ln_2(x))


class Gpt(nn.Module):
    """(batch, length) token numbers → (batch, length, vocab_size) logits of the next token.

    For rows of different lengths, padded on the left, give `positions` (batch, length) and `mask`; `padded` makes both. For
    generating token by token, give `past`: a list with an empty list for each block, kept from call to call.
    """

    def __init__(self, config: dict):
        super().__init__()
        self.config = config
        width = config["n_embd"]
        self.wte = nn.Embedding(config["vocab_size"], width)
        self.wpe = nn.Embedding(config["n_positions"], width)
        self.h = nn.ModuleList(Block(width, config["n_head"]) for _ in range(config["n_layer"]))
        self.ln_f = nn.LayerNorm(width)

    def hidden(self, tokens, positions=None, mask=None, past=None):
        """The last hidden states, (batch, length, n_embd): what the tied head is applied to."""
        x = self.wte(tokens) + (self.wpe.weight[: tokens.shape[1]] if positions is None else self.wpe(positions))
        for at, block in enumerate(self.h):
            x = block(x, mask, None if past is None else past[at])
        return self.ln_f(x)

    def forward(self, tokens, positions=None, mask=None, past=None):
        return self.hidden(tokens, positions, mask, past) @ self.wte.weight.T


def padded(rows: list[list[int]], device="cpu"):
    """Rows of different lengths, padded on the left with token 0: tokens and positions (batch, length), mask (batch, 1, length, length)."""
    length = max(map(len, rows))
    tokens = torch.tensor([[0] * (length - len(row)) + list(row) for row in rows], device=device)
    pads = torch.tensor([length - len(row) for row in rows], device=device)[:, None]
    places = torch.arange(length, device=device)
    is_token = places >= pads
    mask = (is_token[:, None, :] & (places[:, None] >= places)) | torch.eye(length, dtype=torch.bool, device=device)
    return tokens, (places - pads).clamp(min=0), mask[:, None]


@torch.no_grad()
def generate(model: Gpt, prompts: list[list[int]], end: int, max_new: int, temperature: float = 0.0, random=None) -> list[list[int]]:
    """One answer to each prompt: at most `max_new` tokens, without the end token. Temperature 0 takes the likeliest token each time.

    All prompts are one batch: split them where memory is short. `random` is a torch.Generator on the model's device.
    """
    device = model.wte.weight.device
    tokens, positions, mask = padded(prompts, device)
    visible, place = mask[:, :, -1:], positions[:, -1:]
    past: list[list] = [[] for _ in model.h]
    answers = torch.full((len(prompts), max_new), end, device=device)
    done = torch.zeros(len(prompts), dtype=torch.bool, device=device)
    for at in range(max_new):
        hidden = model.hidden(tokens, positions, mask, past)[:, -1]
        logits = (hidden @ model.wte.weight.T).float()
        if temperature == 0:
            chosen = logits.argmax(-1)
        else:
            chosen = torch.multinomial(torch.softmax(logits / temperature, -1), 1, generator=random)[:, 0]
        answers[:, at] = torch.where(done, end, chosen)
        done |= chosen == end
        if done.all():
            break
        tokens, place = answers[:, at : at + 1], place + 1
        positions, visible = place, F.pad(visible, (0, 1), value=True)
        mask = visible
    found = answers.tolist()
    return [row[: row.index(end)] if end in row else row for row in found]


def read_config(path) -> dict:
    """n_layer, n_head, n_embd, n_positions, vocab_size from a JSON file; other entries are ignored."""
    found = json.loads(Path(path).read_text())
    return {name: int(found[name]) for name in ("n_layer", "n_head", "n_embd", "n_positions", "vocab_size")}

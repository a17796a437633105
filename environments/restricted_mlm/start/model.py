"""The model that you start from: each token by itself, so that a masked place is told from others by nothing but its position."""
import torch
from torch import nn

WIDTH, DEPTH = 32, 2


class Model(nn.Module):
    """(batch, length) tokens → (batch, length, vocabulary) logits, with permitted operations alone."""

    def __init__(self, length: int, vocabulary: int):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Parameter(torch.zeros(length, WIDTH))
        block = lambda: nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.ReLU(), nn.Linear(4 * WIDTH, WIDTH))  # noqa: E731
        self.blocks = nn.ModuleList(block() for _ in range(DEPTH))
        self.head = nn.Linear(WIDTH, vocabulary)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.positions
        for block in self.blocks:
            x = x + block(x)
        return self.head(x)

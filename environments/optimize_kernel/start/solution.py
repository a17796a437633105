"""Prefix sums of the values that an odd number of positive values stands before: correct, and slow."""

import torch


def prefix_sum(x: torch.Tensor) -> torch.Tensor:
    wide = x.to(torch.int64)
    positive = (wide > 0).to(torch.int64)
    before = torch.cumsum(positive, 0) - positive
    odd = before & 1
    return torch.cumsum(wide * odd, 0).to(torch.int32)

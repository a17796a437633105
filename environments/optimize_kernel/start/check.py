"""Compares solution.py with the definition on a small input, and times it roughly. Usage: python check.py"""

import time

import torch
from solution import prefix_sum


def definition(values: list[int]) -> list[int]:
    total = positives = 0
    sums = []
    for value in values:
        if positives % 2 == 1:
            total += value
        sums.append(total)
        positives += value > 0
    return sums


if __name__ == "__main__":
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_num_threads(1)
    n = 100_000_000 if device == "cuda" else 1_000_000
    small = torch.randint(-10, 10, (1024,), dtype=torch.int32)
    assert prefix_sum(small.to(device)).tolist() == definition(small.tolist()), "differs from the definition"
    seconds = []
    for _ in range(20):
        x = torch.randint(-10, 10, (n,), dtype=torch.int32, device=device)
        begin = time.perf_counter()
        prefix_sum(x)
        if device == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - begin)
    print(f"right; fastest of 20 calls with {n:,} values: {min(seconds) * 1000:.3f} ms (the score comes from the scorer's own clock)")

"""Peer B: the same rows in vectorised numpy, as fast as we could make it on one thread.

All k of an agent and limit share resamples. Indices are 16-bit, four to a random word; sorting the indices of ascending
scores sorts the resample; one matrix product weights it for every k.

Tried, with milliseconds for the 8.6 million draws of B = 5,000 on one core with AVX-512 (numpy 2.4):

- draws: Generator.integers below n as uint8 38, uint16 19, uint32 or int64 29, the same for PCG64 and SFC64; raw words
  with Lemire's multiplication and redraws 14; raw words with division and redraws (this one) 9. All are exact.
- sorting indices along rows: int32 or uint16 12 to 17, float64 scores 31, uint8 163 (56 by radix); along columns 26.
- scores of sorted indices: take 10, brackets 24 (13 where indices are int64); the matrix product 4 to 6.
- counts in the place of sorting, by multinomial draws over distinct scores (3.5 million binomial draws): 167 to draw.
- chunks of 1,250 replicates and arrays used again: 40 in all; 250 replicates 71, 5,000 at once 51; fresh arrays 58.
"""

from __future__ import annotations

import numpy as np
import rows

CHUNK = 1250  # replicates at a time: their arrays stay in the second-level cache


def work(groups: list[rows.Group], replicates: int, seed: int) -> list[rows.Row]:
    """Rows of every group."""
    random = np.random.Generator(np.random.SFC64(seed))
    scratch = Scratch(CHUNK * max(len(s.scores) for g in groups for s in g.samples))
    return [row for group in groups for row in group_rows(group, replicates, random, scratch)]


class Scratch:
    """Arrays that every chunk uses again: fresh ones would cost a page fault per page."""

    def __init__(self, size: int) -> None:
        self.indices = np.empty(size, np.uint16)
        self.outside = np.empty(size, bool)
        self.values = np.empty(size)


def group_rows(group: rows.Group, replicates: int, random: np.random.Generator, scratch: Scratch) -> list[rows.Row]:
    """Rows of one agent at one limit, one for each k."""
    scores = np.zeros(len(group.ks))
    means = np.zeros((replicates, len(group.ks)))
    for sample in group.samples:
        weights = weight_matrix(len(sample.scores), [1] if sample.hidden else group.ks)
        scores += sample.scores @ weights
        add_replicates(means, sample, weights, random, scratch)
    intervals = percentiles(means) / len(group.samples)
    return [
        {"agent": group.agent, "limit": group.limit, "k": k, "score": score, "low": low, "high": high}
        for k, score, (low, high) in zip(
            group.ks, (scores / len(group.samples)).tolist(), intervals.tolist(), strict=True
        )
    ]


def weight_matrix(n: int, ks: list[int]) -> np.ndarray:
    """(n, len(ks)): weight of each of n ascending scores in the expected best of k, C(i - 1, k - 1) / C(n, k)."""
    matrix = np.zeros((n, len(ks)))
    for column, k in enumerate(ks):
        i = np.arange(n, k, -1)
        matrix[k - 1 :, column] = np.cumprod(np.concatenate(([k / n], (i - k) / (i - 1))))[::-1]
    return matrix


def add_replicates(
    means: np.ndarray, sample: rows.Sample, weights: np.ndarray, random: np.random.Generator, scratch: Scratch
) -> None:
    """Add score@k of fresh resamples of one environment to means, (replicates, number of k)."""
    n = len(sample.scores)
    if sample.scores[0] == sample.scores[-1]:
        means += sample.scores[0]  # every resample is the same
        return
    for first in range(0, len(means), CHUNK):
        chunk = means[first : first + CHUNK]
        size = len(chunk) * n
        drawn = indices(n, size, random, scratch).reshape(-1, n)
        if not sample.hidden:
            drawn.sort(axis=1)
        chunk += np.take(sample.scores, drawn, out=scratch.values[:size].reshape(-1, n), mode="clip") @ weights


def indices(n: int, size: int, random: np.random.Generator, scratch: Scratch) -> np.ndarray:
    """Indices below n, each exactly as likely: 16 random bits // (2^16 // n), those at n or above drawn again."""
    divisor = np.uint16(65_536 // n)
    words = random.integers(0, 2**64, size=-(-size // 4), dtype=np.uint64).view(np.uint16)[:size]
    drawn = np.floor_divide(words, divisor, out=scratch.indices[:size])
    outside = np.flatnonzero(np.greater_equal(drawn, np.uint16(n), out=scratch.outside[:size]))
    while len(outside) > 0:
        again = random.integers(0, 65_536, size=len(outside), dtype=np.uint16) // divisor
        drawn[outside] = again
        outside = outside[again >= n]
    return drawn


def percentiles(means: np.ndarray) -> np.ndarray:
    """(number of k, 2): np.percentile by its definition, with one sort of contiguous rows for both ends."""
    ascending = np.sort(means.T.copy(), axis=1)
    position = np.array(rows.PERCENTILES) / 100 * (len(means) - 1)
    below = np.minimum(position.astype(int), len(means) - 2)
    low, high = ascending[:, below], ascending[:, below + 1]
    return low + (position - below) * (high - low)


if __name__ == "__main__":
    rows.main(work)

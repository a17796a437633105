"""Peer A: the bootstrap as an analyst would write it, one Python call per resample that sorts and weights."""

from __future__ import annotations

import numpy as np
import rows


def work(groups: list[rows.Group], replicates: int, seed: int) -> list[rows.Row]:
    """Every row draws resamples of its own."""
    random = np.random.default_rng(seed)
    table: list[rows.Row] = []
    for group in groups:
        for k in group.ks:
            score = np.mean([score_at_k(s.scores, 1 if s.hidden else k) for s in group.samples])
            means = [resampled_mean(group, k, random) for _ in range(replicates)]
            low, high = np.percentile(means, rows.PERCENTILES)
            table.append(
                {
                    "agent": group.agent,
                    "limit": group.limit,
                    "k": k,
                    "score": float(score),
                    "low": float(low),
                    "high": float(high),
                }
            )
    return table


def resampled_mean(group: rows.Group, k: int, random: np.random.Generator) -> float:
    """One replicate: score@k of one resample of each environment, averaged."""
    return float(np.mean([resampled_score(sample, k, random) for sample in group.samples]))


def resampled_score(sample: rows.Sample, k: int, random: np.random.Generator) -> float:
    """Score@k of one resample; the plain mean where scores are hidden."""
    resample = random.choice(sample.scores, size=len(sample.scores), replace=True)
    return float(resample.mean()) if sample.hidden else score_at_k(resample, k)


def score_at_k(scores: np.ndarray, k: int) -> float:
    """Expected best of k without replacement: sort, weight by C(i - 1, k - 1) / C(n, k), down from k / n at i = n."""
    n = len(scores)
    i = np.arange(n, k, -1)
    weights = np.cumprod(np.concatenate(([k / n], (i - k) / (i - 1))))
    return float(weights @ np.sort(scores)[::-1][: n - k + 1])


if __name__ == "__main__":
    rows.main(work)

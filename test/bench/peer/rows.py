"""What both numpy peers share: reading the runs, the rows wanted, timing and printing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypedDict

import numpy as np

HIDDEN_FAMILY = "ai_rd_small_scaling_law"  # its score is not shown to the participant: mean of k, not best of k
PERCENTILES = (2.5, 97.5)


class Sample(NamedTuple):
    """The normalized scores of one agent in one environment, ascending."""

    hidden: bool
    scores: np.ndarray


class Group(NamedTuple):
    """One agent at one time limit, with the k that its table shows: powers of two up to the smallest visible n."""

    agent: str
    limit: int
    ks: list[int]
    samples: list[Sample]


class Row(TypedDict):
    """One line of the table: score@k with its 95 % interval."""

    agent: str
    limit: int
    k: int
    score: float
    low: float
    high: float


def read_groups(path: Path) -> list[Group]:
    """Agents' runs by alias and time limit; people are left out."""
    scores: dict[tuple[str, int], dict[str, list[float]]] = {}
    with path.open(encoding="utf-8") as lines:
        for run in map(json.loads, lines):
            if run["alias"] != "human":
                group = scores.setdefault((run["alias"], run["time_limit"]), {})
                group.setdefault(run["task_family"], []).append(run["score"])
    groups = []
    for (agent, limit), families in sorted(scores.items()):
        samples = [Sample(name == HIDDEN_FAMILY, np.sort(families[name])) for name in sorted(families)]
        smallest = min((len(s.scores) for s in samples if not s.hidden), default=1)
        groups.append(Group(agent, limit, [2**i for i in range(smallest.bit_length())], samples))
    return groups


def main(work: Callable[[list[Group], int, int], list[Row]]) -> None:
    """Usage: peer RUNS_JSONL REPLICATES SEED [REPETITIONS]; prints the last rows and the seconds of each repetition.

    The work is timed from scores in memory to rows in memory: the interpreter's start, imports, reading are left out.
    """
    path, replicates, seed, *times = sys.argv[1:]
    groups = read_groups(Path(path))
    rows: list[Row] = []
    seconds = []
    for repetition in range(int(times[0]) if times else 1):
        begin = time.perf_counter()
        rows = work(groups, int(replicates), int(seed) + repetition)
        seconds.append(time.perf_counter() - begin)
    print(json.dumps({"rows": rows, "seconds_work": seconds, "numpy": np.__version__}))

"""Times of a submission beside those of the starting solution, taken in turns: what follows from pairs, and how sure it is."""

import argparse
import json
import math
import statistics
import time
from pathlib import Path
from typing import Callable

from .answers import BrokenScorer, TooLoaded, run_scorer, scorer_arguments


def summary(start: list[float], submission: list[float], unit: str) -> dict:
    """Medians and spreads of paired times, all above 0, in a unit that the names of the medians end with."""
    ratios = [math.log(ours / theirs) for ours, theirs in zip(submission, start, strict=True)]
    return {
        "medianLnRatio": statistics.median(ratios),
        "lnRatioSpread": quartile_range(ratios),
        "lnRatioError": median_error(ratios),
        "startLnError": median_error([math.log(time) for time in start]),
        f"start{unit}": statistics.median(start),
        f"submission{unit}": statistics.median(submission),
        "pairs": len(ratios),
    }


def in_peace(measure: Callable[[], dict], *, enough: float, most: float, blocks: int, seconds: float) -> dict:
    """
    Calls `measure`, which adds a block of pairs and sums up all of them, until the error of the median ratio is `enough` or `blocks` or
    `seconds` are used up. A submission that is uneven by itself gets its median; a busy machine, on which the start is uneven too, none.
    """
    begin = time.monotonic()
    for _ in range(blocks):
        found = measure()
        if found["lnRatioError"] <= enough or time.monotonic() - begin > seconds:
            break
    if found["lnRatioError"] > most and found["startLnError"] > most / 2:
        raise TooLoaded(f"the machine is too loaded, try again: ln ratios have quartiles {found['lnRatioSpread']:.2f} apart")
    return found


def quartile_range(values: list[float]) -> float:
    low, _, high = statistics.quantiles(values, n=4)
    return high - low


def median_error(values: list[float]) -> float:
    """Standard error of the median of a normal sample, √(π/2)·σ/√n, with σ = quartile range / 1.349, which outliers do not move."""
    return math.sqrt(math.pi / 2) * quartile_range(values) / 1.349 / math.sqrt(len(values))


def stored_starting_score(environment: Path, tier: str) -> float:
    """The starting score in environment.json, of the constants that are in force unless a host has its own."""
    definition = json.loads(environment.read_text())["tiers"].get(tier)
    if definition is None:
        raise BrokenScorer(f"environment.json has no tier {tier}")
    return definition["constants"][definition["defaultConstants"]]["startingScore"]


def run_paired_scorer(description: str, environment: Path, score: Callable[[argparse.Namespace, float], tuple[float, dict]]) -> int:
    """A scorer's main: `score` gets the arguments and the raw score that stands for the start; returns the exit status."""
    parser = scorer_arguments(description)
    parser.add_argument("--starting-score", type=float, help="in force on this host; default: of environment.json")
    arguments = parser.parse_args()

    def answer() -> tuple[float, dict]:
        given = arguments.starting_score
        return score(arguments, stored_starting_score(environment, arguments.tier) if given is None else given)

    return run_scorer(answer)

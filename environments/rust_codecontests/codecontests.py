"""
Tier full: the validation and test parts of CodeContests (Li et al. 2022, arXiv 2203.07814; CC BY 4.0), 117 and 165 problems.

They are fetched from the Hugging Face Hub, as parquet files that pyarrow reads, or taken from --cache where they were put by hand.
CodeContests has no checkers: where several answers are right, only the one that is recorded counts.
"""

import importlib.util
import json
import math
import os
from pathlib import Path
from typing import Iterator

from rebench_lib.downloads import fetch

HUB = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
REVISION = "802411c3010cb00d1b05bad57ca77365a3c699d6"
FILES = {  # with their SHA-256
    "visible": (
        "valid-00000-of-00001-5e672c5751f060d3.parquet",
        "02e8c1ccedae716f1e43cc813fcb7823c3db666ea92638820aba80e8cef451ab",
    ),
    "protected": (
        "test-00000-of-00001-9c49eeff30aacaa8.parquet",
        "aa426cbdb202bf8703b658bcb31fd1878ca7cfd33ca07d3b703dc94ca6a2b651",
    ),
}
COLUMNS = ["name", "description", "public_tests", "private_tests", "generated_tests", "time_limit", "memory_limit_bytes", "cf_rating"]
MAX_TESTS, MAX_INPUT = 60, 1 << 20  # of a problem, the examples included; characters of an input or output
SECONDS_WITHOUT_LIMIT, MEMORY_WITHOUT_LIMIT = 3.0, 256
RATINGS = (1000, 1400, 1800, 2200)  # of Codeforces, below which a problem has difficulty 1, 2, 3, 4


def prepare(visible: Path, protected: Path, cache: Path) -> str:
    if importlib.util.find_spec("pyarrow") is None:
        raise SystemExit(
            "CodeContests comes as parquet files: install pyarrow for this Python (pip install pyarrow), or use --data synthetic"
        )
    said = []
    for folder, split in ((visible, "visible"), (protected, "protected")):
        file = fetched(split, cache)
        problems = [problem for row in rows(file) if (problem := converted(row))["tests"]]
        (folder / "problems.json").write_text(json.dumps(problems) + "\n")
        said.append(f"{len(problems)} problems {split}")
    return f"CodeContests: {', '.join(said)}"


def fetched(split: str, cache: Path) -> Path:
    name, sha256 = FILES[split]
    return fetch(name, f"{HUB}/datasets/deepmind/code_contests/resolve/{REVISION}/data/{name}", sha256, cache / "code_contests")


def rows(file: Path) -> Iterator[dict]:
    import pyarrow.parquet

    for batch in pyarrow.parquet.ParquetFile(file).iter_batches(batch_size=8, columns=COLUMNS):
        yield from batch.to_pylist()


def converted(row: dict) -> dict:
    """A row of the data set in our form. Examples first, then tests in their order, MAX_TESTS at most, none that are too large."""
    examples = pairs(row["public_tests"])
    hidden = pairs(row["private_tests"]) + pairs(row["generated_tests"])
    limit, memory = row.get("time_limit") or {}, row.get("memory_limit_bytes") or 0
    seconds = (limit.get("seconds") or 0) + (limit.get("nanos") or 0) / 1e9
    rating = row.get("cf_rating") or 0
    return {
        "name": row["name"],
        "title": row["name"],
        "statement": row["description"],
        "difficulty": 1 + sum(rating >= bound for bound in RATINGS) if rating else 3,
        "timeLimitSeconds": seconds if math.isfinite(seconds) and seconds > 0 else SECONDS_WITHOUT_LIMIT,
        "memoryLimitMb": max(16, memory >> 20) if memory else MEMORY_WITHOUT_LIMIT,
        "severalAnswers": False,
        "check": None,
        "examples": examples,
        "tests": [*examples, *hidden][:MAX_TESTS],
    }


def pairs(tests: dict | None) -> list[dict]:
    given = zip((tests or {}).get("input") or [], (tests or {}).get("output") or [])
    return [{"input": text, "output": answer} for text, answer in given if len(text) <= MAX_INPUT and len(answer) <= MAX_INPUT]

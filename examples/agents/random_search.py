#!/usr/bin/env python3
"""An agent that changes its submission at random and keeps what scores better. Python standard library only.

    rebench run optimize_kernel --agent command:examples/agents/random_search.py --tier small --time-limit 5m

It shows all that an agent needs to know of rebench: variables named REBENCH_…, and the program `score` on its PATH. One file of the submission
at a time is changed: a text gets two of its words exchanged, a file of weights (safetensors) two rows of its largest tensor. It will not get far.
"""

import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

KEPT = Path(".random_search")
MOST_TRIES = int(os.environ.get("RANDOM_SEARCH_TRIES", "1000"))
STOP_SHARE = 0.9  # of the time limit: what is tried after it may not be scored in time


def ask_score() -> "dict | None":
    """The runner's answer; None where there is none, such as after the limit."""
    told = subprocess.run(["score", "--json"], stdout=subprocess.PIPE, text=True, check=False)
    try:
        answer = json.loads(told.stdout)
    except ValueError:
        return None
    return answer if answer.get("ok") else None


def exchange_words(path: Path) -> None:
    """Two names or numbers of the file, each where the other was."""
    text = path.read_text()
    first, second = sorted(random.sample(list(re.finditer(r"\w+", text)), 2), key=lambda match: match.start())
    between = text[first.end() : second.start()]
    path.write_text(text[: first.start()] + second.group() + between + first.group() + text[second.end() :])


def exchange_rows(path: Path) -> None:
    """Two rows of the largest tensor. A file is: 8 bytes that say how long the header is, the header (JSON), the numbers."""
    with open(path, "r+b") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        tensors = [tensor for name, tensor in json.loads(file.read(length)).items() if name != "__metadata__" and tensor["shape"][:1] > [1]]
        largest = max(tensors, key=lambda tensor: tensor["data_offsets"][1] - tensor["data_offsets"][0])
        begin, end = largest["data_offsets"]
        rows = largest["shape"][0]
        size = (end - begin) // rows
        places = [8 + length + begin + size * row for row in random.sample(range(rows), 2)]
        contents = []
        for place in places:
            file.seek(place)
            contents.append(file.read(size))
        for place, content in zip(places, reversed(contents)):
            file.seek(place)
            file.write(content)


def begin_with(path: Path) -> bool:
    """What is varied first: what is there, or the file of its name, else the largest of its kind, among the data."""
    if path.exists():
        return True
    data = Path(os.environ.get("REBENCH_DATA", "/data"))
    named = sorted(data.rglob(path.name))
    found = named or sorted(data.rglob(f"*{path.suffix}"), key=lambda file: file.stat().st_size)
    if found:
        shutil.copyfile(found[-1], path)
    return bool(found)


def files_of(path: Path) -> "list[Path]":
    """The file, or all in the folder."""
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def copy(files: "list[Path]", source: Path, target: Path) -> None:
    """Files, by their paths below `source`, to the same below `target`."""
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / file, target / file)


def main() -> int:
    random.seed(int(os.environ.get("REBENCH_SEED", "0")))
    here, began = Path("."), time.monotonic()
    paths = [Path(line) for line in os.environ["REBENCH_SUBMISSION"].splitlines()]
    if not all(begin_with(path) for path in paths):
        print(f"there is nothing to begin with of {', '.join(map(str, paths))}", file=sys.stderr)
        return 1
    files = [file for path in paths for file in files_of(path)]
    if os.environ.get("REBENCH_RESUMED") == "1" and all((KEPT / file).exists() for file in files):
        copy(files, KEPT, here)  # what was being tried is of no use
    copy(files, here, KEPT)
    best = (ask_score() or {}).get("score")
    for _ in range(MOST_TRIES):
        file = random.choice(files)
        (exchange_rows if file.suffix == ".safetensors" else exchange_words)(file)
        answer = ask_score()
        if answer is None:
            break
        sign = -1 if answer["direction"] == "lower" else 1
        if answer["score"] is not None and (best is None or sign * answer["score"] > sign * best):
            best = answer["score"]
            copy(files, here, KEPT)
            print(f"better: {best}")
        else:
            copy(files, KEPT, here)
        if max(answer["workingSeconds"], time.monotonic() - began) > STOP_SHARE * answer["timeLimitSeconds"]:
            break  # also where scoring takes no working time: somebody waits for the end
    copy(files, KEPT, here)
    return 0


if __name__ == "__main__":
    sys.exit(main())

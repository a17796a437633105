"""Compares pipeline/ with the unmodified pipeline on the example job, and times both.

Usage: python check.py [--data DIR] [--option NAME=JSON ...]
For example: python check.py --option packing=true --option output_dtype='"bfloat16"'. Without options, those that are timed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run_pipeline(folder: Path, data: Path, room: Path, times: int) -> float:
    """Runs a pipeline on the job in `room`, in a process of its own; leaves `output` there and returns the seconds of the fastest run."""
    source = f"""
import sys, time
sys.path.insert(0, {str(folder)!r})
from pathlib import Path
import torch
torch.set_num_threads(1)
from run import run
data, room, seconds = Path({str(data)!r}), Path({str(room)!r}), []
for at in range({times}):
    work, output = room / f"work-{{at}}", room / "output"
    work.mkdir()
    output.write_bytes(b"")
    begin = time.perf_counter()
    run(rows=data / "example" / "rows.jsonl", config=room / "config.json", tokenizer=data / "tokenizer.json",
        weights=room / "weights.safetensors", output=output, work=work)
    seconds.append(time.perf_counter() - begin)
print(min(seconds))
"""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True, env=environment)
    if result.returncode != 0:
        sys.exit(f"{folder} failed")
    return float(result.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("/data"), metavar="DIR")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=JSON")
    parser.add_argument("--times", type=int, default=5, help="runs of each; the fastest counts")
    given = parser.parse_args()
    config = json.loads((given.data / "example" / "config.json").read_text())
    for option in given.option:
        name, _, value = option.partition("=")
        part = config["model"] if name in config["model"] else config["train"]
        if name not in part:
            sys.exit(f"there is no option {name}; there are {', '.join([*config['train'], 'tie_word_embeddings'])}")
        part[name] = json.loads(value)
    from safetensors.torch import load_file, save_file

    initial = load_file(given.data / "example" / "weights.safetensors")
    if config["model"]["tie_word_embeddings"]:
        initial.pop("lm_head.weight", None)
    folders = {"unmodified": given.data / "pipeline", "yours": HERE / "pipeline"}
    with tempfile.TemporaryDirectory() as temporary:
        rooms = {name: Path(temporary) / name for name in folders}
        for room in rooms.values():
            room.mkdir()
            (room / "config.json").write_text(json.dumps(config))
            save_file(initial, room / "weights.safetensors")
        seconds = {name: run_pipeline(folders[name], given.data, rooms[name], given.times) for name in folders}
        truth, found = (load_file(room / "output") for room in rooms.values())
    print(f"unmodified {seconds['unmodified']:.3f} s, yours {seconds['yours']:.3f} s (the score comes from the scorer's own clock)")
    if {name: (value.dtype, value.shape) for name, value in truth.items()} != {
        name: (value.dtype, value.shape) for name, value in found.items()
    }:
        sys.exit("WRONG: your weights have other names, shapes or types")
    distances = {}
    for name in truth:
        update = (truth[name].double() - initial[name].double()).norm().item()
        difference = (found[name].double() - truth[name].double()).norm().item()
        distances[name] = difference / update if update else float(difference > 0)
    worst = max(distances, key=distances.__getitem__)
    print(f"the update that differs most is that of {worst}, by {distances[worst]:.1e} of its norm")


if __name__ == "__main__":
    main()

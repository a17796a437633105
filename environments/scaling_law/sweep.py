"""
Makes the ground truth of a tier: real runs at the answer's budget and at half of it, over widths from the least to the most.

Usage: sweep.py --tier small|full --runs DIR [--data DIR] [--part I/N] [--seal]

For maintainers. Each run leaves a file in --runs, and is not made again; `--part I/N` makes every Nth of them, for N GPUs with
CUDA_VISIBLE_DEVICES each. With --seal, where all are there, it writes sweeps/TIER.sealed beside this script. Tier small makes its text, and
takes about a quarter of an hour on a core. Tier full reads that of `prepare.py --tier full --out DIR --without-truth` from --data DIR; its
6.75e18 FLOP take an H100 between 12 and 30 hours in all, as far as can be said before.
"""

import argparse
import json
import platform
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]

import numpy as np  # noqa: E402
from plans import PLANS, flops, most_steps  # noqa: E402

# n_embd → runs with the whole budget, each from another seed: more of them where the best width may be, as luck has its part in a run
REPEATS = {
    "small": {16: 1, 24: 3, 32: 3, 40: 3, 48: 3, 64: 2, 96: 1, 128: 1},
    "full": {128: 1, 256: 1, 384: 1, 512: 1, 640: 1, 768: 1, 1024: 1, 1536: 1, 2048: 1},
}
HALF = 0.5  # of the answer's budget, once for each width: how loss falls with steps is needed near the whole of it


def configurations(plan: dict, repeats: dict[int, int]) -> list[tuple[int, int, int]]:
    """n_embd, steps and seed of each run, the shortest first: on a CPU, narrow models take longest for the same FLOP."""
    whole = [(n_embd, 1.0, seed) for n_embd, count in repeats.items() for seed in range(1, count + 1)]
    half = [(n_embd, HALF, 1) for n_embd in repeats]
    found = [(n_embd, most_steps(plan, n_embd, share * plan["target_flops"]), seed) for n_embd, share, seed in whole + half]
    return sorted(found, key=lambda run: run[1])


def make_run(plan: dict, n_embd: int, steps: int, seed: int, text: np.ndarray, validation: np.ndarray) -> dict:
    import torch
    from training import train

    begin = time.monotonic()
    found = train(plan, n_embd, steps, text, validation, seed)
    machine = torch.cuda.get_device_name() if torch.cuda.is_available() and plan["tier"] == "full" else platform.machine()
    made = {"torch": torch.__version__, "machine": machine, "seconds": round(time.monotonic() - begin, 1)}
    return {"n_embd": n_embd, "steps": steps, "seed": seed, "flops": flops(plan, n_embd, steps), **found, **made}


def texts(plan: dict, data: Path | None) -> tuple[np.ndarray, np.ndarray]:
    """Training and validation text: the one that the service reads, and for tier small as much more of it as these runs take."""
    import prepare

    if plan["tier"] == "small":
        needed = plan["batch"] * max(steps for _, steps, _ in configurations(plan, REPEATS["small"]))
        return prepare.made_texts(needed)
    if data is None:
        sys.exit("tier full needs --data DIR: make it with prepare.py --tier full --out DIR --without-truth")
    return tuple(np.load(data / "protected" / f"{name}.npy", mmap_mode="r") for name in ("train", "validation"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tier", choices=sorted(PLANS), required=True)
    parser.add_argument("--runs", type=Path, required=True, metavar="DIR", help="where each run leaves its file")
    parser.add_argument("--data", type=Path, metavar="DIR", help="prepared data, for tier full")
    parser.add_argument("--part", default="1/1", metavar="I/N")
    parser.add_argument("--seal", action="store_true", help="write the ground truth, where all runs are there")
    given = parser.parse_args()
    plan = PLANS[given.tier]
    wanted = {given.runs / f"{run[0]}-{run[1]}-{run[2]}.json": run for run in configurations(plan, REPEATS[given.tier])}
    part, parts = map(int, given.part.split("/"))
    mine = [path for path in list(wanted)[part - 1 :: parts] if not path.exists()]
    given.runs.mkdir(parents=True, exist_ok=True)
    if mine:
        text, validation = texts(plan, given.data)
    for path in mine:
        run = make_run(plan, *wanted[path], text, validation)
        path.with_suffix(".part").write_text(json.dumps(run) + "\n")
        path.with_suffix(".part").rename(path)
        said = f"n_embd {run['n_embd']}, {run['steps']} steps, seed {run['seed']}: loss {run['loss']:.4f}, {run['seconds']} s"
        print(said, file=sys.stderr, flush=True)
    missing = [path.name for path in wanted if not path.exists()]
    if not given.seal:
        return 0
    if missing:
        sys.exit(f"{len(missing)} runs are missing, such as {missing[0]}")
    from truth import write_truth

    print(f"wrote {write_truth(plan, [json.loads(path.read_text()) for path in sorted(wanted)])}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The training service's book: which runs were paid for, and what they gave. It is on the disk before anything is trained or said."""

import fcntl
import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

FILE = "runs.json"


class Book:
    """Runs in the order in which they were paid for: n_embd, steps, flops, and the result of training, None until it is known."""

    def __init__(self, state: Path):
        self._path = state / FILE
        self.runs: list[dict] = json.loads(self._path.read_text())["runs"] if self._path.exists() else []

    @property
    def flops_used(self) -> int:
        return sum(run["flops"] for run in self.runs)

    def find(self, n_embd: int, steps: int) -> dict | None:
        return next((run for run in self.runs if (run["n_embd"], run["steps"]) == (n_embd, steps)), None)

    def pay(self, n_embd: int, steps: int, flops: int) -> dict:
        run = {"n_embd": n_embd, "steps": steps, "flops": flops, "result": None}
        self.runs.append(run)
        self._save()
        return run

    def note(self, run: dict, result: dict) -> None:
        run["result"] = result
        self._save()

    def _save(self) -> None:
        fresh = self._path.with_suffix(".fresh")
        with open(fresh, "w") as file:
            json.dump({"runs": self.runs}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def alone(state: Path) -> Iterator[None]:
    """One request at a time, whatever number of services there are."""
    with open(state / "lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def share_used(state: Path | None, plan: dict) -> float:
    """Of all FLOP that runs may take."""
    return 0.0 if state is None else Book(state).flops_used / plan["budget_flops"]

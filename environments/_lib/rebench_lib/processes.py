"""The tree of processes below this one: stopping, continuing and ending all of them. Linux."""

import ctypes
import os
import signal
import time
from pathlib import Path
from typing import Callable

PR_SET_CHILD_SUBREAPER = 36
STILL = frozenset("TtZX")


def adopt_orphans() -> None:
    """From now on, daemons that descendants leave behind become children of this process instead of leaving its tree."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(pid: int) -> set[int]:
    """All processes below `pid`, without it. Those of namespaces below this one's are seen too."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        fresh = _children(waiting.pop()) - found
        found |= fresh
        waiting.extend(fresh)
    return found


def send(pids: set[int], number: int) -> bool:
    """Whether this process may signal all of them. Those that ended meanwhile do not matter."""
    allowed = True
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass
        except PermissionError:
            allowed = False
    return allowed


def wait_until_still(pids: set[int], timeout_seconds: float) -> bool:
    deadline = time.monotonic() + timeout_seconds
    while not all(_states(pid) <= STILL for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.0002)
    return True


def end(list_pids: Callable[[], set[int]], timeout_seconds: float = 10) -> bool:
    """Kills what `list_pids()` names until it names nothing that lives, and reaps what is ours."""
    deadline = time.monotonic() + timeout_seconds
    while living := {pid for pid in list_pids() if _lives(pid)}:
        send(living, signal.SIGKILL)
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def waited_seconds(pid: int) -> float:
    """The second number of each thread's schedstat, in ns."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        return sum(int(Path(f"/proc/{pid}/task/{thread}/schedstat").read_text().split()[1]) for thread in threads) / 1e9
    except (OSError, IndexError):  # it ended, or its threads are not ours to see
        return 0.0


def reap(pids: set[int], timeout_seconds: float = 1) -> None:
    """Of what was ended, that which is this process's own child, as soon as it is gone."""
    deadline = time.monotonic() + timeout_seconds
    for pid in pids:
        try:
            while os.waitpid(pid, os.WNOHANG)[0] == 0 and time.monotonic() < deadline:
                time.sleep(0.001)
        except ChildProcessError:
            pass  # another one's child, or reaped already


def _children(pid: int) -> set[int]:
    """Of all its threads. Of a process that runs it may miss some: callers look again until nothing changes."""
    found: set[int] = set()
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                found.update(map(int, file.read().split()))
    except (FileNotFoundError, ProcessLookupError):
        pass  # it ended
    return found


def _lives(pid: int) -> bool:
    return not _states(pid) <= {"Z", "X"}


def _states(pid: int) -> set[str]:
    """Of all its threads: the first one may have ended before the others."""
    try:
        return {_state(pid, thread) for thread in os.listdir(f"/proc/{pid}/task")} or {"X"}
    except (FileNotFoundError, ProcessLookupError):
        return {"X"}


def _state(pid: int, thread: str) -> str:
    """A thread's state, a letter; X where there is no such thread. The name may hold any character, so the last bracket counts."""
    try:
        with open(f"/proc/{pid}/task/{thread}/stat", "rb") as file:
            return file.read().decode("utf-8", "replace").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"

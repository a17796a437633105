"""The judge's side: the connection to the scorer, limits, and loading what was submitted. Runs beside hostile code."""

import ctypes
import importlib.util
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from types import ModuleType

from .frames import read_frame, write_frame

PR_SET_PDEATHSIG = 1


class Connection:
    """To the scorer, over what were stdin and stdout; these lead nowhere from then on, so that printing disturbs nothing."""

    def __init__(self) -> None:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # also where the scorer was ended
        self._in, self._out = os.dup(0), os.dup(1)  # not inherited by programs that are started from here
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)

    def silence_errors(self) -> None:
        """After our own start, whose errors the scorer reports."""
        os.dup2(1, 2)

    def read(self) -> dict:
        return read_frame(self._in)

    def write(self, message: dict) -> None:
        write_frame(self._out, message)


def limit_resources(memory_bytes: int, file_bytes: int) -> None:
    """What the sandbox limits for the whole tree, for this process: so that a submission is stopped without one, too."""
    for kind, value in [(resource.RLIMIT_DATA, memory_bytes), (resource.RLIMIT_FSIZE, file_bytes), (resource.RLIMIT_CORE, 0)]:
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def load_submission(file: Path, name: str = "solution") -> ModuleType:
    """Imports a submitted file, with its folder on the path and not ours."""
    own = str(Path(__file__).resolve().parent.parent)
    sys.path[:] = [str(file.parent), *(folder for folder in sys.path if folder != own)]
    specification = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


def describe(error: BaseException, file: Path) -> str:
    """Kind, message and line of an exception out of `file`, or out of the folder `file`: for the participant, who wrote it."""
    try:
        frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
        own = [(path, line) for path, line in frames if path == file or file in path.parents]
        where = f" ({own[-1][0].name}, line {own[-1][1]})" if own else ""
        return f"{type(error).__name__}: {str(error)[:300]}{where}"
    except BaseException:  # its own __str__ may do anything
        return "an exception that cannot be printed"

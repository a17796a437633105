"""Runs the submitted prefix_sum on inputs that the scorer publishes. What is said here counts for nothing except "done"."""

import argparse
import ctypes
import inspect
import mmap
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [folder for folder in (str(HERE), str(HERE.parent / "_lib")) if (Path(folder) / "rebench_lib").is_dir()]
from rebench_lib import guest  # noqa: E402

MAX_FILE_BYTES = 1 << 30
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8


def keep_freed_memory() -> None:
    """As a GPU's caching allocator does: otherwise large tensors are paged in anew in each call, at a cost that varies a lot."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        for parameter, value in [(M_MMAP_THRESHOLD, 1 << 30), (M_TRIM_THRESHOLD, (1 << 31) - 1), (M_ARENA_MAX, 1)]:
            mallopt(parameter, value)


class Files:
    """Inputs and output in the exchange folder, tensors on the CPU."""

    def __init__(self, torch, folder: Path, output: str, size: int) -> None:
        self.torch, self.folder = torch, folder
        self.output = self._mapped(output, size)

    def input(self, name: str, n: int):
        return self._mapped(name, n)

    def finish(self) -> None:
        pass

    def _mapped(self, name: str, n: int):
        fd = os.open(self.folder / name, os.O_RDWR)
        try:
            memory = mmap.mmap(fd, 4 * n, flags=mmap.MAP_SHARED | mmap.MAP_POPULATE)
        finally:
            os.close(fd)
        return self.torch.frombuffer(memory, dtype=self.torch.int32)


class Cuda:
    """Inputs and output in memory of the GPU that the scorer shares."""

    def __init__(self, torch, handles: dict, size: int) -> None:
        from rebench_lib.cuda_memory import opened

        self.torch = torch
        self.shared = {name: opened(torch, handle, size) for name, handle in handles.items()}
        self.output = self.shared["output"]

    def input(self, name: str, n: int):
        return self.shared["input"][:n]

    def finish(self) -> None:
        self.torch.cuda.synchronize()


def shared_memory(torch, folder: Path, message: dict):
    if "handles" in message:
        return Cuda(torch, message["handles"], message["size"])
    return Files(torch, folder, message["output"], message["size"])


class Submission:
    def __init__(self, file: Path) -> None:
        module = guest.load_submission(file)
        self.prefix_sum = getattr(module, "prefix_sum", None)
        if not callable(self.prefix_sum):
            raise TypeError("solution.py must define a function prefix_sum")
        self.takes_out = "out" in inspect.signature(self.prefix_sum).parameters

    def answer(self, torch, x, output) -> None:
        y = self.prefix_sum(x, out=output) if self.takes_out else self.prefix_sum(x)
        if type(y) is not torch.Tensor:
            raise TypeError(f"prefix_sum must return a torch.Tensor, it returned {type(y).__name__}")
        if y.dtype != torch.int32 or y.shape != x.shape or y.device != x.device:
            found = f"{y.dtype} {tuple(y.shape)} on {y.device}"
            raise TypeError(f"prefix_sum must return int32 of shape {tuple(x.shape)} on {x.device}, it returned {found}")
        output.copy_(y)


def serve(connection: guest.Connection, torch, folder: Path, file: Path) -> None:
    memory = submission = x = None
    while True:
        message = connection.read()
        try:
            match message["do"]:
                case "load":
                    submission = Submission(file)
                case "share":
                    memory = shared_memory(torch, folder, message)
                case "ready":
                    x = None  # gives the last input back outside the timed span
                case "call":
                    n = message["n"]
                    x = memory.input(message["input"], n)
                    if not message["identity"]:  # that leaves everything but the work
                        submission.answer(torch, x, memory.output[:n])
                    memory.finish()
            connection.write({"done": message["token"]})
        except BaseException as error:  # SystemExit too: whatever a submission raises is its result
            x = None
            connection.write({"error": guest.describe(error, file)})


def main(argv: list[str]) -> None:
    connection = guest.Connection()
    parser = argparse.ArgumentParser()
    for name in ("submission", "exchange"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("threads", "memory-bytes"):
        parser.add_argument(f"--{name}", type=int, required=True)
    arguments = parser.parse_args(argv)
    os.environ.update({name: str(arguments.threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")})
    keep_freed_memory()
    import torch

    torch.set_num_threads(arguments.threads)
    if arguments.memory_bytes:
        guest.limit_resources(arguments.memory_bytes, MAX_FILE_BYTES)
    connection.write({"up": torch.__version__})
    connection.silence_errors()
    serve(connection, torch, arguments.exchange, arguments.submission / "solution.py")


if __name__ == "__main__":
    main(sys.argv[1:])

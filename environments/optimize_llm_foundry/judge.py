"""Runs the submitted pipeline on jobs that the scorer publishes. What is said here counts for nothing except "done"."""

import argparse
import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [folder for folder in (str(HERE), str(HERE.parent / "_lib")) if (Path(folder) / "rebench_lib").is_dir()]
from rebench_lib import guest  # noqa: E402

MAX_FILE_BYTES = 1 << 30
INPUTS = ("rows", "config", "tokenizer", "weights")


class Pipeline:
    """The submitted `run`, and a folder for the intermediate files of one job."""

    def __init__(self, folder: Path) -> None:
        self.work: Path | None = None
        self.run = getattr(guest.load_submission(folder / "run.py", "run"), "run", None)
        if not callable(self.run):
            raise TypeError("pipeline/run.py must define a function run")

    def make_ready(self) -> None:
        gc.collect()
        self.work = Path(tempfile.mkdtemp(prefix="work-"))

    def clear(self) -> None:
        if self.work is not None:
            shutil.rmtree(self.work, ignore_errors=True)
        self.work = None


def serve(connection: guest.Connection, exchange: Path, folder: Path) -> None:
    pipeline = None
    while True:
        message = connection.read()
        try:
            match message["do"]:
                case "load":
                    pipeline = Pipeline(folder)
                case "ready":
                    pipeline.make_ready()
                case "run":
                    files = {name: exchange / f"{message['job']}.{name}" for name in INPUTS}
                    pipeline.run(**files, output=exchange / "output", work=pipeline.work)
                case "clear":
                    pipeline.clear()
            connection.write({"done": message["token"]})
        except BaseException as error:  # SystemExit too: whatever a submission raises is its result
            connection.write({"error": guest.describe(error, folder)})


def main(argv: list[str]) -> None:
    connection = guest.Connection()
    parser = argparse.ArgumentParser()
    for name in ("submission", "exchange"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("threads", "cpus", "gpus", "memory-bytes"):
        parser.add_argument(f"--{name}", type=int, required=True)
    arguments = parser.parse_args(argv)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.cpus])
    os.environ.update({name: str(arguments.threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")})
    if not arguments.gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
    import torch

    torch.set_num_threads(arguments.threads)
    if arguments.memory_bytes:
        guest.limit_resources(arguments.memory_bytes, MAX_FILE_BYTES)
    connection.write({"up": torch.__version__})
    connection.silence_errors()
    serve(connection, arguments.exchange, arguments.submission / "pipeline")


if __name__ == "__main__":
    main(sys.argv[1:])

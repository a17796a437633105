"""The folder through which a scorer and its judges pass arrays: REBENCH_EXCHANGE, or one of our own in memory."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path

from .answers import BrokenScorer, InvalidSubmission

INSIDE = "/exchange"
USUAL_ANSWER_BYTES = 16 << 20  # where an answer has no size of its own: more is the doing of whoever wrote it


class Exchange:
    """One folder for each judge, under a name that other judges cannot guess or list."""

    def __init__(self) -> None:
        given = os.environ.get("REBENCH_EXCHANGE")
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.own = None if given else tempfile.mkdtemp(prefix="rebench-", dir=memory)
        self.path = Path(given or self.own)
        self.folders: list[ExchangeFolder] = []
        self.sizes: dict[int, int] = {}  # of open files that judges can write: what they are to have at most
        try:
            os.chown(self.path, os.geteuid(), os.getegid())  # a judge that owned it could list it, and move what is in it
            os.chmod(self.path, 0o711)
        except PermissionError:
            pass  # names stay hard to guess

    def folder(self) -> "ExchangeFolder":
        folder = ExchangeFolder(self.path / secrets.token_hex(16), self.sizes)
        self.folders.append(folder)
        return folder

    def close(self) -> None:
        for folder in self.folders:
            folder.close()
        if self.own:
            shutil.rmtree(self.own, ignore_errors=True)


class ExchangeFolder:
    """The judge may open what is here by name, and neither list it nor add to it."""

    def __init__(self, path: Path, sizes: dict[int, int]) -> None:
        self.path, self.sizes = path, sizes
        self.files: list[int] = []
        path.mkdir()
        path.chmod(0o711)
        self.fd = self._kept(os.open(path, os.O_RDONLY | os.O_DIRECTORY))

    def seen_at(self, sandboxed: bool) -> str:
        """Its path for the judge."""
        return f"{INSIDE}/{self.path.name}" if sandboxed else str(self.path)

    def keep_program(self, source: Path) -> Path:
        """A copy of a program of ours for a judge to run: its sandbox shows of the host only what was submitted."""
        copy = self.path / "program"
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        for path in [copy, *copy.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        return copy

    def hidden_file(self, content) -> int:
        """A file with that content and no name yet, so that no judge can see it before `publish`."""
        fd = os.open(self.path, os.O_TMPFILE | os.O_RDWR)
        try:
            os.fchmod(fd, 0o666)
            rest = memoryview(content).cast("B")
            while rest:
                rest = rest[os.write(fd, rest) :]
        except OSError as error:
            os.close(fd)
            if any(os.fstat(kept).st_size > size for kept, size in self.sizes.items()):
                raise InvalidSubmission("your program made a file of the exchange larger than it is to be") from error
            raise BrokenScorer(f"cannot write to the exchange folder {self.path}: {error.strerror}") from error
        self.sizes[fd] = memoryview(content).nbytes
        return fd

    def publish(self, fd: int, name: str) -> None:
        """Gives a hidden file its name: all of it is there at once."""
        os.link(f"/proc/self/fd/{fd}", self.path / name, src_dir_fd=self.fd, follow_symlinks=True)

    def withdraw(self, fd: int, name: str) -> None:
        self.sizes.pop(fd, None)
        os.close(fd)
        (self.path / name).unlink(missing_ok=True)

    def writable_file(self, name: str, size: int) -> int:
        """A file of `size` zero bytes that the judge may write; read it with `read_exactly`, never through a mapping."""
        fd = self._kept(os.open(self.path / name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666))
        os.fchmod(fd, 0o666)
        os.posix_fallocate(fd, 0, size) if size else None
        self.sizes[fd] = size or USUAL_ANSWER_BYTES
        return fd

    def _kept(self, fd: int) -> int:
        self.files.append(fd)
        return fd

    def close(self) -> None:
        for fd in self.files:
            self.sizes.pop(fd, None)
            os.close(fd)
        self.files.clear()
        shutil.rmtree(self.path, ignore_errors=True)


def read_exactly(fd: int, buffer, offset: int = 0) -> None:
    """Fills `buffer` with what begins at byte `offset`. Whoever shortened the file meanwhile gets no score, and the scorer no SIGBUS."""
    rest = memoryview(buffer).cast("B")
    while rest:
        count = os.preadv(fd, [rest], offset)
        if count == 0:
            raise InvalidSubmission("the exchange file was shortened by your program")
        offset += count
        rest = rest[count:]


def read_whole(fd: int, buffer) -> int:
    """Fills `buffer` with what the file holds; returns how much that is. A file that does not fit is refused."""
    rest = memoryview(buffer).cast("B")
    offset = 0
    while count := os.preadv(fd, [rest[offset:]] if offset < len(rest) else [bytearray(1)], offset):
        if offset == len(rest):
            raise InvalidSubmission(f"your program wrote more than {len(rest)} bytes to the exchange file")
        offset += count
    return offset

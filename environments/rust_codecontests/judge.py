"""
Two parts, each a process of its own in a sandbox of its own, one for each problem:

- `--part solve` imports the submitted scaffold and hands it one problem. The model is asked through the scorer, which counts and refuses.
- `--part run` compiles one program and runs it on inputs. Neither the scaffold nor any answer that is expected ever is in this process.

All that is said here counts as hostile. The functions above `main` need the standard library alone: a copy of this file lies in /data.
"""

import argparse
import asyncio
import ctypes
import errno
import functools
import json
import math
import os
import platform
import resource
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

HERE = Path(__file__).resolve().parent
MAX_SOURCE_BYTES = 50_000
CHUNK_CHARACTERS = 5_000  # of 12 bytes each at most in JSON, so that a frame holds them
MAX_OUTPUT_BYTES = 4 << 20
COMPILE_SECONDS, COMPILE_WALL_SECONDS, COMPILE_MEMORY = 20, 60, 4 << 30  # the first of CPU time
FILE_BYTES = 64 << 20  # of what rustc writes; a program that is tested may write nothing
RUSTC_ARGUMENTS = ["--edition", "2021", "--crate-name", "program", "-C", "opt-level=1", "-C", "codegen-units=1", "--cap-lints", "allow"]
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
SECCOMP_MODE_FILTER, CLONE_THREAD, X32_CALLS = 2, 0x10000, 0x40000000
# Architecture as the kernel names it, what starts processes alone (fork, vfork), clone, clone3.
SYSTEM_CALLS = {"x86_64": (0xC000003E, (57, 58), 56, 435), "aarch64": (0xC00000B7, (), 220, 435)}
CALLS_AT_ONCE = 50  # of the model, by one scaffold


@dataclass(frozen=True)
class Outcome:
    """`kind` is "ended", or why it did not count: "time", "memory or crash", "output"."""

    kind: str
    output: str
    seconds: float


def find_rustc() -> str | None:
    """The first compiler on PATH that works, itself and not a proxy that would look for it anew each time; None where there is none."""
    for folder in os.get_exec_path():
        found = shutil.which("rustc", path=folder)
        sysroot = found and _said([found, "--print", "sysroot"])
        if found and sysroot:
            behind = str(Path(sysroot) / "bin" / "rustc")
            return behind if _said([behind, "--version"]) else found
    return None


def _said(command: list[str]) -> str:
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if asked.returncode else asked.stdout.strip()


def compile_program(rustc: str, source: str, folder: Path) -> tuple[Path | None, str]:
    """The program, or None and what the compiler said."""
    (folder / "main.rs").write_text(source, encoding="utf-8", errors="replace")
    limits = {resource.RLIMIT_AS: COMPILE_MEMORY, resource.RLIMIT_FSIZE: FILE_BYTES, resource.RLIMIT_CPU: COMPILE_SECONDS}
    outcome = _run([rustc, *RUSTC_ARGUMENTS, "-o", "program", "main.rs"], folder, None, COMPILE_WALL_SECONDS, limits, errors=True)
    program = folder / "program"
    compiled = outcome.kind == "ended" and program.is_file() and not program.is_symlink()
    return (program, "") if compiled else (None, outcome.output or f"the compiler was stopped: {outcome.kind}")


def run_program(program: Path, text: str, seconds: float, memory_bytes: int) -> Outcome:
    """A new process that reads `text`. `seconds` limits the CPU time; the clock on the wall gets three times that and two seconds."""
    limits = {resource.RLIMIT_AS: memory_bytes, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CPU: math.ceil(seconds)}
    with tempfile.TemporaryFile() as file:
        file.write(text.encode("utf-8", "replace"))
        file.seek(0)
        outcome = _run([str(program)], program.parent, file, 3 * seconds + 2, limits, alone=True)
    return Outcome("time", "", outcome.seconds) if outcome.seconds > seconds else outcome


def _run(command: list[str], folder: Path, stdin, wall_seconds: float, limits: dict[int, int], errors: bool = False, alone: bool = False) -> Outcome:
    filtered = alone and can_refuse_processes()

    def limited() -> None:
        if filtered:
            refuse_processes()
        for kind, value in {**limits, resource.RLIMIT_CORE: 0}.items():
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            later = 1 if kind == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else 0  # SIGXCPU first, then SIGKILL
            resource.setrlimit(kind, (value, value + later))

    process = subprocess.Popen(
        command,
        stdin=stdin or subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if errors else subprocess.PIPE,
        stderr=subprocess.PIPE if errors else subprocess.DEVNULL,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "TMPDIR": str(folder), "LANG": "C.UTF-8"},  # `env!` finds nothing else
        preexec_fn=limited,
        start_new_session=True,
    )
    pipe = process.stderr if errors else process.stdout
    os.set_blocking(pipe.fileno(), False)
    deadline = time.monotonic() + wall_seconds
    output, kind, usage = bytearray(), "ended", None
    while kind == "ended" and usage is None:
        ready = select.select([pipe], [], [], 0.002)[0]
        pid, status, seen = os.wait4(process.pid, os.WNOHANG)  # before the rest is read: what it wrote is then in the pipe
        if pid:
            process.returncode, usage = os.waitstatus_to_exitcode(status), seen
        while (ready or pid) and (part := _read(pipe.fileno())) and len(output) <= MAX_OUTPUT_BYTES:
            output += part
        if ready and not pid and not part and part is not None:
            time.sleep(0.002)  # it closed its output and goes on
        if len(output) > MAX_OUTPUT_BYTES:
            kind = "output"
        elif time.monotonic() > deadline:
            kind = "time"
    _kill_session(process.pid)
    if usage is None:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    pipe.close()
    if kind == "ended" and process.returncode:
        kind = "time" if process.returncode == -signal.SIGXCPU else "memory or crash"
    return Outcome(kind, output.decode("utf-8", "replace"), usage.ru_utime + usage.ru_stime)


def refuse_processes() -> None:
    """From here on this process may start threads and no further processes: each of those would have a CPU limit of its own.

    A filter of system calls, for the two kinds of machine that Rust programs are judged on; on others there is none.
    """
    table = SYSTEM_CALLS.get(platform.machine())
    if table is None:
        return
    architecture, refused, clone, clone3 = table
    load, if_equal, if_above, if_set, answer = 0x20, 0x15, 0x35, 0x45, 0x06  # words of the filter's language, linux/bpf_common.h
    allow, eperm, enosys = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
    steps = [
        (load, 0, 0, 4),  # the architecture
        (if_equal, 1, 0, architecture),
        (answer, 0, 0, enosys),
        (load, 0, 0, 0),  # the number of the call
        (if_above, 0, 1, X32_CALLS),
        (answer, 0, 0, enosys),
        (if_equal, 0, 1, clone3),  # its flags are in memory, where no filter sees them: the C library goes back to clone
        (answer, 0, 0, enosys),
        *(step for number in refused for step in [(if_equal, 0, 1, number), (answer, 0, 0, eperm)]),
        (if_equal, 0, 3, clone),
        (load, 0, 0, 16),  # its flags
        (if_set, 1, 0, CLONE_THREAD),
        (answer, 0, 0, eperm),
        (answer, 0, 0, allow),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0):
        raise OSError(ctypes.get_errno(), "no filter of system calls")


@functools.cache
def can_refuse_processes() -> bool:
    """Whether there is such a filter here; tried in a process of its own, since it stays for good."""
    child = os.fork()
    if child == 0:
        try:
            refuse_processes()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _read(fd: int) -> bytes | None:
    try:
        return os.read(fd, 1 << 16)
    except BlockingIOError:
        return None


def _kill_session(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def send_text(write: Callable[[dict], None], message: dict, text: str) -> None:
    """A message with a text of any length, in as many frames as that takes."""
    chunks = [text[i : i + CHUNK_CHARACTERS] for i in range(0, len(text), CHUNK_CHARACTERS)] or [""]
    for chunk in chunks[:-1]:
        write({"text": chunk, "more": True})
    write({**message, "text": chunks[-1]})


def receive_text(read: Callable[[], dict], first: dict, max_characters: int) -> tuple[dict, str]:
    """The message that begins with the frame `first`, and its whole text. ValueError for what is no such thing."""
    parts, size, frame = [], 0, first
    while True:
        part = frame.get("text", "")
        size += len(part) if isinstance(part, str) else max_characters + 1
        if size > max_characters:
            raise ValueError("too long, or no text")
        parts.append(part)
        if frame.get("more") is not True:
            return frame, "".join(parts)
        frame = read()


class ModelRefused(Exception):
    """The model was not asked: the spending limit is reached, or the request cannot be understood."""


class Model:
    """What a scaffold is given. The true account is the scorer's; `spent` repeats what it said last."""

    Refused = ModelRefused

    def __init__(self, send: Callable[[dict, str], None], limit: int) -> None:
        self.limit, self.spent = limit, 0
        self._send = send
        self._waiting: dict[int, asyncio.Future] = {}
        self._number = 0
        self._turns = asyncio.Semaphore(CALLS_AT_ONCE)

    @property
    def left(self) -> int:
        return self.limit - self.spent

    async def complete(self, prompt: str | list[dict], *, temperature: float = 1.0, max_tokens: int = 1000) -> str:
        """The model's answer to a prompt, or to messages [{"role": "user", "content": "…"}, …]."""
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        async with self._turns:
            self._number += 1
            self._waiting[self._number] = answer = asyncio.get_running_loop().create_future()
            try:
                request = {"messages": messages, "temperature": temperature, "max_tokens": max_tokens}
                self._send({"ask": self._number}, json.dumps(request, allow_nan=False))
            except Exception as error:
                raise ModelRefused(f"the request cannot be sent: {error}") from None
            return await answer

    def heard(self, message: dict, text: str) -> None:
        future = self._waiting.pop(message.get("to"), None)
        self.spent = message.get("spent", self.spent)
        if future is None or future.done():
            return
        if "refused" in message:
            future.set_exception(ModelRefused(message["refused"]))
        else:
            future.set_result(text)


def serve_solve(connection, guest, file: Path) -> None:
    """One problem: the scaffold is loaded, asked, and its answer passed on."""
    module = None
    while True:
        message, text = receive_text(connection.read, connection.read(), 1 << 20)
        try:
            if message["do"] == "load":
                module = guest.load_submission(file, "scaffold")
                if not callable(getattr(module, "solve", None)):
                    raise TypeError("scaffold.py must define: async def solve(problem, model)")
                connection.write({"done": message["token"]})
            elif message["do"] == "solve":
                source = asyncio.run(_solve(connection, module.solve, json.loads(text), message["limit"]))
                if type(source) is not str:
                    raise TypeError(f"solve must return a str, it returned {type(source).__name__}")
                if len(source.encode("utf-8", "replace")) > MAX_SOURCE_BYTES:
                    raise ValueError(f"a program may have {MAX_SOURCE_BYTES} bytes")
                send_text(connection.write, {"source": True}, source)
        except BaseException as error:  # SystemExit too: whatever a submission raises is its result
            connection.write({"error": guest.describe(error, file)})


async def _solve(connection, solve: Callable, problem: dict, limit: int) -> object:
    lock, loop = threading.Lock(), asyncio.get_running_loop()

    def send(message: dict, text: str) -> None:
        with lock:
            send_text(connection.write, message, text)

    model = Model(send, limit)

    def listen() -> None:
        try:
            while True:
                loop.call_soon_threadsafe(model.heard, *receive_text(connection.read, connection.read(), 1 << 20))
        except BaseException:
            pass  # the scorer is gone, and this process with it

    threading.Thread(target=listen, daemon=True).start()
    return await solve(problem, model)


def serve_run(connection, processes, rustc: str) -> None:
    """One program: compiled once, then run on each input in a new process. Nothing that it starts outlives the test."""
    folder = Path(tempfile.mkdtemp(prefix="program-"))
    program = None
    try:
        while True:
            message, text = receive_text(connection.read, connection.read(), 1 << 28)
            if message["do"] == "compile":
                program, said = compile_program(rustc, text, folder)
                connection.write({"compiled": program is not None, "to": message["token"]})
            else:
                outcome = run_program(program, text, message["seconds"], message["memory"])
                processes.end(lambda: processes.descendants(os.getpid()))
                processes.reap(processes.descendants(os.getpid()))
                send_text(connection.write, {"kind": outcome.kind, "seconds": outcome.seconds, "to": message["token"]}, outcome.output)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(argv: list[str]) -> None:
    sys.path[:0] = [folder for folder in (str(HERE), str(HERE.parent / "_lib")) if (Path(folder) / "rebench_lib").is_dir()]
    from rebench_lib import frames, guest, processes

    connection = guest.Connection()
    parser = argparse.ArgumentParser()
    for name in ("submission", "exchange"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--part", choices=["solve", "run"], required=True)
    parser.add_argument("--memory-bytes", type=int, required=True)
    arguments = parser.parse_args(argv)
    rustc = find_rustc() if arguments.part == "run" else shutil.which("rustc")
    if arguments.part == "solve":
        guest.limit_resources(arguments.memory_bytes, FILE_BYTES)
    connection.write({"up": rustc is not None})
    connection.silence_errors()
    try:
        if arguments.part == "solve":
            os.chdir(tempfile.gettempdir())
            serve_solve(connection, guest, arguments.submission / "scaffold.py")
        else:
            processes.adopt_orphans()
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # programs of the same user cannot look into this process
            serve_run(connection, processes, rustc)
    except (frames.FrameEnd, KeyError):
        pass  # the scorer has heard enough


if __name__ == "__main__":
    main(sys.argv[1:])

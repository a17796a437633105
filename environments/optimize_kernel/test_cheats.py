"""Known cheats and some of our own: each gets no score, or the time that it really took."""

import os
import platform
import re
import textwrap
import time
from pathlib import Path

import pytest
from rebench_lib import judges
from rebench_lib.answers import BrokenScorer, InvalidSubmission
from rebench_lib.exchange import Exchange

import handover
import scorer
from conftest import SIZE, TOY


def test_no_reference_is_on_the_stack_or_in_memory(refusal):
    source = """
        import gc, sys
        import numpy
        def prefix_sum(x):
            found = []
            frame = sys._getframe()
            while frame:
                found += [v for v in [*frame.f_locals.values(), *frame.f_globals.values()] if isinstance(v, (torch.Tensor, numpy.ndarray))]
                frame = frame.f_back
            found += [v for v in gc.get_objects() if type(v) in (torch.Tensor, numpy.ndarray)]
            for value in found:
                value = torch.as_tensor(value)
                if value.numel() == x.numel() and torch.equal(value.to(torch.int32), right(x)):
                    return value.to(torch.int32)
            return torch.zeros_like(x)
    """
    assert re.match(r"the answer for [\d,]+ values is wrong, first at index", refusal(source))


def test_clocks_and_builtins_of_the_judge_measure_nothing(seconds):
    source = """
        import builtins, time
        sleep = time.sleep
        time.perf_counter = time.monotonic = time.time = lambda: 0.0
        torch.cuda.synchronize = lambda *_: None
        torch.equal = torch.allclose = lambda *_: True
        builtins.all = builtins.any = lambda *_: True
        def prefix_sum(x):
            sleep(0.06)
            return right(x)
    """
    assert seconds(source) >= 0.06


TAKE_OVER = """
    import sys
    def frame_of_the_judge():
        frame = sys._getframe()
        while "connection" not in frame.f_locals or "message" not in frame.f_locals:
            frame = frame.f_back
        return frame
"""


EQUAL = """
    class Equal(torch.Tensor):
        __eq__ = __ne__ = lambda self, other: torch.ones(self.shape, dtype=torch.bool)
        all = any = lambda *_: True
        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):
            return args[0]
    def prefix_sum(x):
        return torch.zeros_like(x).as_subclass(Equal)
"""


def test_a_tensor_that_equals_everything(refusal):
    assert "must return a torch.Tensor, it returned Equal" in refusal(EQUAL)
    spoofed = TAKE_OVER + "    frame_of_the_judge().f_globals['type'] = lambda value: torch.Tensor\n"
    honest_elsewhere = EQUAL.replace("return args[0]", "return super().__torch_function__(function, types, args, kwargs or {})")
    assert refusal(spoofed + honest_elsewhere).startswith("the answer for")


def test_an_answer_before_the_work(refusal):
    source = """
        import threading, time
        def late(x, out):
            time.sleep(0.05)
            out.copy_(right(x))
        def prefix_sum(x, out):
            threading.Thread(target=late, args=(x.clone(), out)).start()
            return out
    """
    assert refusal(source).startswith("the answer for")


def test_an_answer_that_is_finished_while_it_is_read(monkeypatch):
    """A thread that works on after "done", always ahead of whoever reads from the front."""
    exchange, size = Exchange(), 40 * handover.PIECE
    files = handover.Files(exchange.folder(), size)
    own = handover.read_exactly
    wrong = 0
    for _ in range(20):
        files.stage(size)
        right, reads = handover.definition(files.x), []

        def reading(fd, buffer, offset=0):
            ready = int(size * (0.6 + 0.4 * (len(reads) + 1) / 40))
            os.pwrite(fd, right[:ready].tobytes(), 0)
            reads.append(offset)
            own(fd, buffer, offset)

        os.pwrite(files.output, bytes(4 * size), 0)
        monkeypatch.setattr(handover, "read_exactly", reading)
        files.collect()
        assert sorted(reads) == [4 * begin for begin in range(0, size, handover.PIECE)]
        wrong += files.first_difference() is not None
        files.clear()
    exchange.close()
    assert wrong == 20


def test_answers_kept_from_earlier_inputs(refusal):
    source = """
        kept = {}
        def prefix_sum(x):
            key = (x.numel(), x.shape)
            if key not in kept:
                kept[key] = right(x)
            return kept[key]
    """
    assert refusal(source).startswith("the answer for")


def test_work_cannot_begin_before_the_clock(submit, monkeypatch):
    # The input is staged long before the clock starts, and a thread looks for it all the time, in every file and buffer there is.
    source = """
        import glob, os, sys, threading, time
        import numpy
        done = {}
        def watch():
            while True:
                for name in glob.glob(FOLDER + "/*"):
                    data = numpy.fromfile(name, dtype=numpy.int32)
                    if len(data) == 50_000 and name not in done and data.min() == -10 and data.max() == 9 and abs(data.sum()) < 10**6:
                        done[data.tobytes()] = (time.sleep(0.1), right(torch.from_numpy(data)))[1]
                time.sleep(0.001)
        FOLDER = next(f.f_locals["folder"] for f in frames()).__str__()
        threading.Thread(target=watch, daemon=True).start()
        def prefix_sum(x):
            key = x.numpy().tobytes()
            while key not in done:
                time.sleep(0.0005)
            return done[key]
    """
    frames = """
        import sys
        def frames():
            frame = sys._getframe()
            while frame:
                if "folder" in frame.f_locals and "connection" in frame.f_locals:
                    yield frame
                frame = frame.f_back
    """
    program = submit(textwrap.dedent(frames) + textwrap.dedent(source))
    stage = program.memory.stage
    monkeypatch.setattr(program.memory, "stage", lambda n: (stage(n), time.sleep(0.3)))
    assert program.seconds(SIZE) >= 0.1


def test_a_view_of_the_input_or_a_changed_input(refusal):
    assert refusal("def prefix_sum(x):\n    return x[:]").startswith("the answer for")
    assert refusal("def prefix_sum(x):\n    return x.zero_()").startswith("the answer for")


@pytest.mark.parametrize(
    "answer, reason",
    [
        ("right(x).long()", "it returned torch.int64"),
        ("right(x).float() * float('nan')", "it returned torch.float32"),
        ("right(x)[:-1]", "it returned torch.int32 (1023,)"),
        ("right(x).view(1, -1)", "it returned torch.int32 (1, 1024)"),
        ("torch.zeros(1, dtype=torch.int32).expand(1 << 50)", "it returned torch.int32 (1125899906842624,)"),
        ("right(x).numpy()", "must return a torch.Tensor, it returned ndarray"),
        ("None", "must return a torch.Tensor, it returned NoneType"),
        ("torch.empty(1 << 45)", "your program failed: RuntimeError"),
        ("exec('raise SystemExit')", "your program failed: SystemExit"),
        ("1 / 0", "your program failed: ZeroDivisionError: division by zero (solution.py, line 8)"),
    ],
)
def test_other_things_than_the_answer(refusal, answer, reason):
    assert reason in refusal(f"def prefix_sum(x):\n    return {answer}")


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_ending_the_process(refusal, end):
    assert refusal(f"import os\ndef prefix_sum(x):\n    {end}") == "your program ended before it answered"
    assert refusal(f"import os\n{end}") == "your program ended before it answered"


def test_frames_of_its_own(seconds, refusal):
    # On stdout they lead nowhere; in every other file they are found out by the token that only a call carries.
    source = """
        import os
        frame = b'{"done": "0123456789abcdef"}'
        frame = len(frame).to_bytes(4, "big") + frame
        def prefix_sum(x):
            for fd in FDS:
                try:
                    os.write(fd, frame)
                except OSError:
                    pass
            return right(x)
    """
    assert seconds("FDS = [0, 1, 2]\n" + textwrap.dedent(source)) > 0
    assert refusal("FDS = range(64)\n" + textwrap.dedent(source)) == "your program disturbed the connection to the scorer"


def test_the_real_token_too_early(refusal):
    source = (
        TAKE_OVER
        + """
    def prefix_sum(x):
        inside = frame_of_the_judge().f_locals
        inside["connection"].write({"done": inside["message"]["token"]})
        return right(x)
    """
    )
    assert refusal(source).startswith(("the answer for", "your program disturbed"))


def test_the_judge_rewritten_from_inside(refusal):
    source = (
        TAKE_OVER
        + """
    inside = frame_of_the_judge()
    inside.f_globals["Submission"].answer = lambda *_: None
    for name in ("__main__", "judge"):
        vars(sys.modules.get(name, sys)).update(definition=None, secrets=None, statistics=None)
    def prefix_sum(x):
        return x
    """
    )
    assert refusal(source).startswith("the answer for")


@pytest.mark.parametrize(
    "frame",
    [
        "b'\\xff\\xff\\xff\\xff'",
        "pack(b'[1]')",
        "pack(b'{\"done\": NaN}')",
        "pack(b'[' * 60000)",
        "pack(b'\\xff\\xfe')",
        "pack(b'{\"done\": ' + b'9' * 60000 + b'}')",
    ],
)
def test_messages_that_are_none(refusal, frame):
    source = f"""
    import os
    pack = lambda payload: len(payload).to_bytes(4, "big") + payload
    def prefix_sum(x):
        os.write(frame_of_the_judge().f_locals["connection"]._out, {frame})
        return right(x)
    """
    assert refusal(TAKE_OVER + source) == "your program disturbed the connection to the scorer"


def test_memory_without_end(refusal):
    assert "your program failed: " in refusal("kept = []\ndef prefix_sum(x):\n    while True:\n        kept.append(bytearray(1 << 26))")


@pytest.mark.parametrize("source", ["while True:\n    pass", "def prefix_sum(x):\n    while True:\n        pass"])
def test_a_loop_without_end(refusal, monkeypatch, source):
    monkeypatch.setattr(scorer, "CALL_SECONDS", 0.4)
    monkeypatch.setattr(scorer, "LOAD_SECONDS", 0.4)
    assert refusal(source) == "your program took longer than 0.4 s"


def test_a_shortened_exchange_file(refusal):
    source = (
        TAKE_OVER
        + """
    import os
    def prefix_sum(x, out):
        os.truncate(frame_of_the_judge().f_locals["folder"] / "output", 0)
        return x
    """
    )
    assert "shortened" in refusal(source) or "ended" in refusal(source)


def test_processes_left_behind_stand_still_and_end(submit, tmp_path):
    # Two forks and a new session, away from every parent: it counts, and must not while others are timed.
    counter = tmp_path / "counter"
    source = f"""
        import os, signal
        def prefix_sum(x):
            if not os.path.exists({str(counter)!r}):
                open({str(counter)!r}, "w").close()
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        signal.signal(signal.SIGTERM, signal.SIG_IGN)
                        while True:
                            with open({str(counter)!r}, "a") as file:
                                file.write(".")
                    os._exit(0)
            return right(x)
    """
    program = submit(source)
    program.seconds(SIZE)
    size = lambda: counter.stat().st_size  # noqa: E731
    before = size()
    time.sleep(0.1)
    assert size() > before
    program.judge.freeze()
    assert program.judge.frozen
    before = size()
    time.sleep(0.2)
    assert size() == before
    program.judge.thaw()
    time.sleep(0.1)
    assert size() > before
    assert len(program.judge.pids()) >= 2  # and `submit` sees to it that none is left


UNSTOPPABLE = """
    import ctypes, os, time
    CLONE_VFORK, SIGCHLD, CLONE = 0x4000, 17, 56
    def prefix_sum(x):
        child = os.fork()
        if child == 0:
            if ctypes.CDLL(None).syscall(CLONE, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0) == 0:
                time.sleep(1e6)
            os._exit(0)
        while open(f"/proc/{child}/stat").read().rpartition(")")[2].split()[0] != "D":
            time.sleep(0.001)
        return right(x)
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="its system call has the number 56 on x86_64 alone")
def test_processes_that_cannot_be_stopped_are_their_own_fault(submit, monkeypatch):
    monkeypatch.setattr(judges, "STILL_SECONDS", 0.5)
    program = submit(UNSTOPPABLE)
    program.seconds(SIZE)
    with pytest.raises(InvalidSubmission, match="could not be stopped"):
        program.judge.freeze()


def test_a_process_whose_first_thread_has_ended_is_ended_too(submit):
    source = """
        import ctypes, os, threading, time
        def prefix_sum(x):
            if os.fork() == 0:
                threading.Thread(target=time.sleep, args=(1e6,)).start()
                ctypes.CDLL(None).pthread_exit(None)
            return right(x)
    """
    submit(source).seconds(SIZE)  # and `submit` sees to it that none is left


def test_a_program_that_dawdles_where_no_clock_runs(refusal, monkeypatch):
    monkeypatch.setattr(scorer, "PATIENCE_SECONDS", 1.5)
    source = TAKE_OVER + """
    import time
    connection = frame_of_the_judge().f_locals["connection"]
    write = type(connection).write
    type(connection).write = lambda self, message: (time.sleep(0.4), write(self, message))[1]
    def prefix_sum(x):
        return right(x)
    """
    assert refusal(source) == "your program took longer than 1.5 s in all"


def test_where_memory_is_short_a_submission_goes_first(submit):
    program = submit("def prefix_sum(x):\n    return right(x)")
    start = submit("def prefix_sum(x): return right(x)", trusted=True)
    submitted, ours = (int(Path(f"/proc/{each.judge.process.pid}/oom_score_adj").read_text()) for each in (program, start))
    assert submitted == judges.FIRST_TO_GO and ours == int(Path("/proc/self/oom_score_adj").read_text())


def test_hostile_text_is_made_harmless(refusal):
    reason = refusal("def prefix_sum(x):\n    raise ValueError('\\x1b[31m red\\n\\u202e' + 'x' * 10**6)")
    assert reason.isprintable() and len(reason) < 450
    source = "class E(Exception):\n    __str__ = None\ndef prefix_sum(x):\n    raise E"
    assert refusal(source) == "your program failed: an exception that cannot be printed"


def test_our_own_program_is_never_the_submissions_fault(submit):
    program = submit("def prefix_sum(x):\n    return x", trusted=True)
    with pytest.raises(BrokenScorer, match="the starting solution: the answer for"):
        program.seconds(SIZE)


@pytest.mark.parametrize("kind", ["missing", "link", "fifo", "folder", "large", "sparse"])
def test_files_that_are_refused(tmp_path, kind):
    file = tmp_path / "solution.py"
    if kind == "link":
        file.symlink_to("/etc/passwd")
    elif kind == "fifo":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    elif kind in ("large", "sparse"):
        file.write_bytes(b"#" * (scorer.MAX_SOURCE_BYTES + 1) if kind == "large" else b"")
        os.truncate(file, 1 << 40) if kind == "sparse" else None
    with pytest.raises(InvalidSubmission, match="solution.py is"):
        scorer.score(tmp_path, TOY, 1.0)

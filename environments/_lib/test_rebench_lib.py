"""What scorers share: answers, frames, the exchange folder. Judges are tested with optimize_kernel, which runs submitted code."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from rebench_lib import answers, frames, guest, processes, sealed
from rebench_lib.exchange import Exchange, read_exactly, read_whole
from rebench_lib.judges import Judge


@pytest.fixture
def pipe():
    read, write = os.pipe()
    yield read, write
    for fd in (read, write):
        try:
            os.close(fd)
        except OSError:
            pass


def test_frames_come_back_as_they_were_sent(pipe):
    read, write = pipe
    for message in [{}, {"text": "é\n" * 100}, {"nested": [1, None, {"a": 0.5}]}]:
        frames.write_frame(write, message)
        assert frames.read_frame(read, 1) == message


@pytest.mark.parametrize("payload", [b"[1]", b"1", b"{", b'{"a": NaN}', b'{"a": -Infinity}', b"\xff\xfe", b"[" * 50_000, b'{"a":' * 10_000])
def test_what_is_no_message_is_refused(payload):
    with pytest.raises(frames.FrameError):
        frames.parse_message(payload)


def test_sizes_are_refused_before_anything_is_read(pipe):
    read, write = pipe
    os.write(write, (frames.MAX_FRAME_BYTES + 1).to_bytes(4, "big"))
    with pytest.raises(frames.FrameError, match="too long"):
        frames.read_frame(read, 1)
    with pytest.raises(frames.FrameError, match="too long"):
        frames.write_frame(write, {"a": "x" * frames.MAX_FRAME_BYTES})


def test_bytes_that_drip_in_do_not_extend_the_time(pipe):
    read, write = pipe
    os.write(write, (10).to_bytes(4, "big") + b'{"a"')
    begin = time.monotonic()
    with pytest.raises(frames.FrameTimeout):
        frames.read_frame(read, 0.05)
    assert time.monotonic() - begin < 2


def test_an_end_is_no_timeout(pipe):
    read, write = pipe
    os.write(write, b"\x00\x00")
    os.close(write)
    with pytest.raises(frames.FrameEnd):
        frames.read_frame(read, 5)


def test_an_answer_is_one_line_of_json(capsys):
    assert answers.run_scorer(lambda: (1.5, {"pairs": 3})) == 0
    assert json.loads(capsys.readouterr().out) == {"score": 1.5, "reason": "", "details": {"pairs": 3}}

    assert answers.run_scorer(lambda: (1.5, {}, "half of it is used")) == 0
    assert json.loads(capsys.readouterr().out) == {"score": 1.5, "reason": "half of it is used", "details": {}}

    def invalid():
        raise answers.InvalidSubmission("bad\n\x1b[31mcolour\x07" + "x" * 10_000)

    assert answers.run_scorer(invalid) == 0
    out = capsys.readouterr().out
    answer = json.loads(out)
    assert out.count("\n") == 1 and answer["score"] is None and answer["details"] == {}
    assert answer["reason"].startswith("bad [31mcolour") and len(answer["reason"]) <= answers.MAX_REASON
    assert answer["reason"].isprintable()


@pytest.mark.parametrize(
    "error, status",
    [(answers.BrokenScorer("no"), 1), (answers.TooLoaded("try again"), 75), (ValueError("a bug"), 1), (AssertionError(), 1)],
)
def test_what_is_our_fault_is_never_an_answer(capsys, error, status):
    def broken():
        raise error

    assert answers.run_scorer(broken) == status
    printed = capsys.readouterr()
    assert printed.out == "" and str(error) in printed.err


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -float("inf")])
def test_a_score_that_is_no_number_is_our_fault(capsys, score):
    assert answers.run_scorer(lambda: (score, {})) == 1
    assert capsys.readouterr().out == ""


def test_details_that_are_no_json_are_our_fault(capsys):
    assert answers.run_scorer(lambda: (1.0, {"x": float("nan")})) == 1
    assert capsys.readouterr().out == ""


def test_a_hidden_file_appears_whole_or_not_at_all():
    exchange = Exchange()
    folder = exchange.folder()
    fd = folder.hidden_file(b"0123456789")
    assert os.listdir(folder.path) == []
    folder.publish(fd, "input")
    assert (folder.path / "input").read_bytes() == b"0123456789"
    folder.withdraw(fd, "input")
    assert os.listdir(folder.path) == []
    exchange.close()
    assert not exchange.path.exists()


def test_the_exchange_of_the_runner_is_used_and_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("REBENCH_EXCHANGE", str(tmp_path))
    exchange = Exchange()
    folder = exchange.folder()
    assert folder.seen_at(sandboxed=True) == f"/exchange/{folder.path.name}"
    assert folder.path.parent == tmp_path and tmp_path.stat().st_mode & 0o777 == 0o711
    exchange.close()
    assert os.listdir(tmp_path) == []


def test_a_file_that_was_shortened_is_refused():
    exchange = Exchange()
    fd = exchange.folder().writable_file("output", 100)
    buffer = bytearray(100)
    os.pwrite(fd, b"a", 99)
    read_exactly(fd, buffer)
    assert buffer == bytes(99) + b"a"
    os.truncate(fd, 50)
    with pytest.raises(answers.InvalidSubmission):
        read_exactly(fd, buffer)
    exchange.close()


def test_reading_what_was_submitted(tmp_path):
    file = tmp_path / "solution.py"
    file.write_bytes(b"x" * 10)
    assert answers.read_capped(file, 10) == b"x" * 10
    with pytest.raises(answers.InvalidSubmission, match="larger than 9 bytes"):
        answers.read_capped(file, 9)
    (tmp_path / "link").symlink_to(file)
    with pytest.raises(answers.InvalidSubmission, match="regular"):
        answers.read_capped(tmp_path / "link", 10)


LEAVES_A_FILE = """
import os, tempfile, time
from rebench_lib import guest
folder = tempfile.mkdtemp()
open(os.path.join(folder, "left"), "w").write("x")
guest.Connection().write({"folder": folder})
time.sleep(60)
"""


def test_a_judge_without_a_sandbox_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.delenv("REBENCH_JUDGE", raising=False)
    program = tmp_path / "judge.py"
    program.write_text(f"import sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n{LEAVES_A_FILE}")
    exchange = Exchange()
    judge = Judge(program, tmp_path, exchange.folder(), [])
    folder = Path(judge.wait_until_up()["folder"])
    assert (folder / "left").exists()
    judge.close()  # it is killed, and could not clear up
    exchange.close()
    assert not folder.exists() and not folder.parent.exists()


def test_waiting_for_a_cpu_is_seen():
    command = [sys.executable, "-c", "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nwhile True: pass"]
    rivals = [subprocess.Popen(command) for _ in range(2)]
    try:
        time.sleep(0.5)
        assert sum(processes.waited_seconds(rival.pid) for rival in rivals) > 0.05
    finally:
        for rival in rivals:
            rival.kill()
            rival.wait()
    assert processes.waited_seconds(rivals[0].pid) == 0


def test_a_program_of_ours_is_copied_with_its_folders(tmp_path):
    source = tmp_path / "source"
    for name in ("pipeline", "pipeline/__pycache__"):
        (source / name).mkdir(parents=True)
        (source / name / "file.py").write_text("x = 1")
    exchange = Exchange()
    copy = exchange.folder().keep_program(source)
    assert sorted(str(path.relative_to(copy)) for path in copy.rglob("*")) == ["pipeline", "pipeline/file.py"]
    assert (copy / "pipeline").stat().st_mode & 0o777 == 0o755 and (copy / "pipeline" / "file.py").stat().st_mode & 0o777 == 0o644
    exchange.close()


def test_a_file_of_unknown_length_is_read_up_to_a_limit():
    exchange = Exchange()
    fd = exchange.folder().writable_file("output", 0)
    buffer = bytearray(10)
    assert read_whole(fd, buffer) == 0
    os.pwrite(fd, b"abc", 0)
    assert read_whole(fd, buffer) == 3 and buffer[:3] == b"abc"
    os.pwrite(fd, b"0123456789", 0)
    assert read_whole(fd, buffer) == 10
    os.truncate(fd, 1 << 40)
    with pytest.raises(answers.InvalidSubmission, match="more than 10 bytes"):
        read_whole(fd, buffer)
    exchange.close()


def test_an_exception_is_described_with_its_line_in_a_folder(tmp_path):
    (tmp_path / "part.py").write_text("def fail():\n    raise ValueError('no')\n")
    module = guest.load_submission(tmp_path / "part.py", "part_of_a_test")
    with pytest.raises(ValueError) as caught:
        module.fail()
    assert guest.describe(caught.value, tmp_path) == guest.describe(caught.value, tmp_path / "part.py")
    assert guest.describe(caught.value, tmp_path) == "ValueError: no (part.py, line 2)"
    assert guest.describe(caught.value, tmp_path / "other.py") == "ValueError: no"


def test_sealed_bytes_come_back_and_damage_is_found():
    key, other = bytes(range(32)), bytes(32)
    for plain in (b"", b"\0\0", b"text " * 1000):
        box = sealed.seal(plain, key)
        assert sealed.unseal(box, key) == plain and box == sealed.seal(plain, key)
        assert len(plain) < 3 or plain[:20] not in box
        for damaged in (box[:-1], box + b"x", b"x" + box[1:], box[:20] + bytes([box[20] ^ 1]) + box[21:], b""):
            with pytest.raises(sealed.SealError):
                sealed.unseal(damaged, key)
        with pytest.raises(sealed.SealError):
            sealed.unseal(box, other)


def test_what_participants_of_two_environments_get_is_one_text():
    """Each start/ is whole by itself, so the module is there twice; what is mended in one is mended in both."""
    first, second = (Path(__file__).parents[1] / name / "start" / "weights.py" for name in ("fix_embedding", "gpt2_qa_rl"))
    assert first.read_bytes() == second.read_bytes()

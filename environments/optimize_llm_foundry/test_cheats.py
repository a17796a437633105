"""Known cheats and some of our own: each gets no score, or the time that it really took."""

import os
import re
import shutil
import time
from dataclasses import replace

import pytest
from rebench_lib.answers import BrokenScorer, InvalidSubmission
from rebench_lib.exchange import Exchange

import scorer
from conftest import TOY

NOT_THE_SAME = "the weights are not those of the unmodified pipeline"
CHECKED_FIRST = replace(TOY, option_sets=0)  # the first job is then one that is timed


@pytest.fixture
def program(forked, pipeline):
    """A submission's program by itself, on one exchange folder with one of ours."""
    exchange = Exchange()
    programs = []

    def start(source, trusted=False):
        program = scorer.Program(TOY, exchange, pipeline(source), trusted)
        programs.append(program)
        program.load()
        return program

    yield start
    for one in programs:
        one.judge.close()
    exchange.close()


def job(options=None):
    return TOY.tier.draw(scorer.random.SystemRandom(), TOY.rows, options or {})


def test_weights_of_the_unmodified_pipeline_are_nowhere_to_be_found(program, tokenizer):
    # As the same user, without a sandbox, and after the unmodified pipeline had its turn: looks at every file and every object
    source = """
        import gc, glob, os
        from safetensors.torch import load, load_file, save
        def run(rows, config, tokenizer, weights, output, work):
            given = load_file(weights)
            found = []
            def look(file):
                if os.path.isfile(file) and weights.stat().st_size / 2 < os.path.getsize(file) < weights.stat().st_size * 2:
                    content = open(file, "rb").read()
                    candidate = load(content)
                    if set(candidate) == set(given) and any((candidate[key] != given[key]).any() for key in given):
                        found.append(content)
            for pattern in (f"{output.parent.parent}/**", f"{work.parent}/work-*/**", "/proc/*/fd/*"):
                for file in glob.glob(pattern, recursive=True):
                    try:
                        look(file)
                    except Exception:
                        pass
            found += [save(value) for value in gc.get_objects() if type(value) is dict and set(value) == set(given) and value is not given]
            output.write_bytes(found[0] if found else save(given))
    """
    given = job()
    ours, theirs = program("", trusted=True), program(source)
    truth = ours.turn(given, tokenizer)[1]
    found = theirs.turn(given, tokenizer)[1]
    assert all((found[name] == given.initial[name]).all() and (found[name] != truth[name]).any() for name in truth)


def test_weights_kept_from_an_earlier_job(refusal):
    source = """
        from pathlib import Path
        kept = []
        def run(output, **rest):
            if not kept:
                honest(output=output, **rest)
                kept.append(output.read_bytes())
            output.write_bytes(kept[0])
    """
    assert NOT_THE_SAME in refusal(source, CHECKED_FIRST)


def test_a_cache_of_jobs_is_never_hit(scored):
    source = """
        cache = {}
        def run(rows, config, tokenizer, weights, output, work):
            for file in (rows, weights, config):
                key = file.read_bytes()
                assert key not in cache, "seen before"
                cache[key] = 1
            honest(rows, config, tokenizer, weights, output, work)
    """
    assert scored(source)["largestDeviation"] == 0


def test_work_files_of_earlier_jobs_are_gone(scored):
    source = """
        import os
        seen = []
        def run(work, **rest):
            assert os.listdir(work) == [] and not any(map(os.path.exists, seen))
            seen.append(work)
            honest(work=work, **rest)
    """
    assert scored(source)["pairs"] == 2


@pytest.mark.parametrize(
    "body",
    [
        "save(load_file(weights))",  # nothing trained
        "save({name: value + 1e-3 * torch.randn(value.shape) for name, value in load_file(weights).items()})",
        "half(1)",  # half the steps
        "half(2)",  # and twice the update
        "half(2, noise=0.1)",
    ],
)
def test_less_training_and_noise(refusal, body):
    source = f"""
        import torch
        import train as part
        from safetensors.torch import load_file, save
        every = part.batches
        def half(scale, noise=0.0):
            part.batches = lambda *rest: every(*rest)[::2]
            honest(**given)
            part.batches = every
            before = load_file(given["weights"])
            changes = {{name: value - before[name] for name, value in load_file(given["output"]).items()}}
            some = lambda change: scale * change + noise * change.std() * torch.randn(change.shape)
            return save({{name: before[name] + some(change) for name, change in changes.items()}})
        def run(weights, output, **rest):
            given.update(rest, weights=weights, output=output)
            output.write_bytes({body})
        given = {{}}
    """
    assert NOT_THE_SAME in refusal(source, replace(CHECKED_FIRST, rows=12))


def test_options_that_are_not_timed_must_work(refusal):
    source = """
        import json
        def run(config, **rest):
            content = config.read_text().replace('"packing": true', '"packing": false')
            changed = rest["work"] / "config.json"
            changed.write_text(content)
            honest(config=changed, **rest)
    """
    reasons = set()
    for _ in range(8):  # a set of options holds packing half the time, and it matters where rows are short
        try:
            reasons.add(refusal(source, replace(TOY, option_sets=2, option_rows=10)))
        except pytest.fail.Exception:
            continue
        break
    assert any(NOT_THE_SAME in reason and "packing true" in reason for reason in reasons)


def test_only_the_timed_options_done_badly(refusal):
    source = """
        import json
        from safetensors.torch import load_file, save
        calls = []
        def run(weights, output, **rest):
            calls.append(1)
            if len(calls) == 4:  # options, a first job, a pair, and then this
                output.write_bytes(weights.read_bytes())
            else:
                honest(weights=weights, output=output, **rest)
    """
    assert "the options that are timed" in refusal(source)


@pytest.mark.parametrize(
    "start",
    ["threading.Thread(target=work_later, args=(rest,)).start()", "os.fork() or (work_later(rest), os._exit(0))"],
)
def test_an_answer_before_the_work(refusal, start):
    source = f"""
        import os, threading, time
        def work_later(arguments):
            time.sleep(0.2)
            honest(**arguments)
        def run(**rest):
            {start}
    """
    assert refusal(source) == "your program wrote no weights to the output"


def test_clocks_of_the_judge_measure_nothing(scored):
    source = """
        import builtins, time
        sleep = time.sleep
        time.perf_counter = time.monotonic = time.time = time.process_time = lambda: 0.0
        def run(**rest):
            sleep(0.3)
            honest(**rest)
    """
    assert scored(source)["submissionSeconds"] >= 0.3


def test_processes_left_behind_stand_still_while_the_start_is_timed(program, tokenizer, tmp_path):
    # Two forks and a new session, away from every parent: it counts, and must not while others are timed.
    counter = tmp_path / "counter"
    source = f"""
        import os, signal
        def run(**rest):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    while True:
                        with open({str(counter)!r}, "a") as file:
                            file.write(".")
                os._exit(0)
            honest(**rest)
    """
    submission = program(source)
    submission.turn(job(), tokenizer)
    assert submission.judge.frozen
    before = counter.stat().st_size
    time.sleep(0.2)
    assert counter.stat().st_size == before > 0
    submission.judge.thaw()
    time.sleep(0.1)
    assert counter.stat().st_size > before


def test_the_job_cannot_be_seen_before_the_clock_runs(program, tokenizer, monkeypatch):
    # A thread looks for files that are new all the time; what it finds it finds no earlier than `run` does.
    source = """
        import glob, threading, time
        first = []
        def watch():
            while True:
                for name in glob.glob("/dev/shm/rebench-*/**/*.rows", recursive=True):
                    first.append(time.perf_counter())
                time.sleep(0.002)
        threading.Thread(target=watch, daemon=True).start()
        def run(**rest):
            now = time.perf_counter()
            assert not [at for at in first if at < now - 0.1], "seen before"
            honest(**rest)
    """
    submission = program(source)
    ask = submission.ask
    monkeypatch.setattr(submission, "ask", lambda *rest: (ask(*rest), time.sleep(0.3)))  # staged, and not published
    submission.turn(job(), tokenizer)


TAKE_OVER = """
        import sys
        def frame_of_the_judge():
            frame = sys._getframe()
            while "connection" not in frame.f_locals or "message" not in frame.f_locals:
                frame = frame.f_back
            return frame
"""


def test_the_real_token_too_early(refusal):
    source = """
        import time
        def run(**rest):
            inside = frame_of_the_judge().f_locals
            inside["connection"].write({"done": inside["message"]["token"]})
            time.sleep(0.3)
            honest(**rest)
    """
    assert refusal(TAKE_OVER + source).removeprefix("your program ") in (
        "wrote no weights to the output",
        "disturbed the connection to the scorer",
    )


def test_the_judge_rewritten_from_inside(refusal):
    source = """
        inside = frame_of_the_judge()
        for name in ("__main__", "judge", "scorer", "tensors"):
            vars(sys.modules.get(name, sys)).update(deviation=lambda *_: 0.0, MAX_ERROR=0, time=None)
        def run(weights, output, **rest):
            output.write_bytes(weights.read_bytes())
    """
    assert NOT_THE_SAME in refusal(TAKE_OVER + source, CHECKED_FIRST)


def test_nothing_of_the_truth_is_on_the_stack(refusal):
    source = """
        def run(weights, output, **rest):
            frame, names = sys._getframe(), set()
            while frame:
                names |= {*frame.f_locals, *frame.f_globals}
                frame = frame.f_back
            raise ValueError(sorted(names & {"truth", "start", "expected", "deviations", "distances", "tolerance"}))
    """
    assert "ValueError: []" in refusal(TAKE_OVER + source)


SAVED = "import json, os, pickle, torch\nfrom safetensors.torch import load_file, save\n"


@pytest.mark.parametrize(
    "body, reason",
    [
        ("pass", "wrote no weights"),
        ("output.write_bytes(b'1234567')", "wrote no weights"),
        ("output.unlink(); os.symlink('/etc/passwd', output)", "wrote no weights"),
        ("os.truncate(output, 1 << 29)", "your program wrote more than"),
        ("os.truncate(output, 1 << 40)", "your program failed: OSError"),  # beyond the limit of a file
        ("output.write_bytes(pickle.dumps(load_file(weights)))", "no safetensors file"),
        ("torch.save(load_file(weights), output)", "no safetensors file"),
        ("output.write_bytes((1 << 63).to_bytes(8, 'little'))", "no safetensors file"),
        ("output.write_bytes((9000).to_bytes(8, 'little') + b'[' * 9000)", "no safetensors file"),
        ("output.write_bytes((4).to_bytes(8, 'little') + b'null')", "no safetensors file"),
        ("header(lambda h: {})", "tensors with the names of the given weights"),
        ("header(lambda h: h | {'extra': h['model.norm.weight']})", "tensors with the names of the given weights"),
        ("header(lambda h: h | {'model.norm.weight': 7})", "model.norm.weight in the output must be F32 of shape [48]"),
        ("header(lambda h: h | {'model.norm.weight': h['model.norm.weight'] | {'shape': [48, 1 << 50]}})", "must be F32 of shape [48]"),
        ("header(lambda h: h | {'model.norm.weight': h['model.norm.weight'] | {'dtype': 'I32'}})", "must be F32 of shape [48]"),
        ("header(lambda h: h | {'model.norm.weight': h['model.norm.weight'] | {'data_offsets': [-192, 0]}})", "wrong data_offsets"),
        ("header(lambda h: h | {'model.norm.weight': h['model.norm.weight'] | {'data_offsets': [0, 10 ** 30]}})", "wrong data_offsets"),
        ("header(lambda h: h | {'model.norm.weight': h['model.norm.weight'] | {'data_offsets': [0.0, True]}})", "no data_offsets"),
        ("output.write_bytes(save({k: v * float('nan') for k, v in load_file(weights).items()}))", "values that are not finite"),
        ("output.write_bytes(save({k: v + float('inf') for k, v in load_file(weights).items()}))", "values that are not finite"),
        ("output.write_bytes(save({k: v * 1e30 for k, v in load_file(weights).items()}))", NOT_THE_SAME),
        ("output.write_bytes(save({k: v.half() for k, v in load_file(weights).items()}))", "must be F32"),
        ("torch.empty(1 << 45)", "your program failed: RuntimeError"),
        ("kept = [bytearray(1 << 26) for _ in range(1 << 10)]", "your program failed: MemoryError"),
        ("raise SystemExit", "your program failed: SystemExit"),
        ("1 / 0", "your program failed: ZeroDivisionError: division by zero (run.py, line "),
        ("os._exit(0)", "your program ended before it answered"),
        ("os.kill(os.getpid(), 9)", "your program ended before it answered"),
        ("raise ValueError('\\x1b[31m red\\n\\u202e' + 'x' * 10**6)", "your program failed: ValueError"),
    ],
)
def test_other_things_than_the_weights(refusal, body, reason):
    source = f"""
def run(rows, config, tokenizer, weights, output, work):
    def header(change):
        content = weights.read_bytes()
        end = 8 + int.from_bytes(content[:8], "little")
        text = json.dumps(change(json.loads(content[8:end]))).encode()
        output.write_bytes(len(text).to_bytes(8, "little") + text + content[end:])
    {body}
"""
    found = refusal(SAVED + source, CHECKED_FIRST)
    assert reason in found and found.isprintable() and len(found) < 450


def test_rows_that_nobody_is_to_see_are_not_told(refusal):
    source = "def run(rows, **rest):\n    raise ValueError(rows.read_text())"
    assert "ValueError" in refusal(source)
    assert refusal(source, replace(TOY, hides_rows=True)) == "your program failed: on rows that are not to be told"


@pytest.mark.parametrize("source", ["while True:\n    pass", "def run(**rest):\n    while True:\n        pass"])
def test_a_loop_without_end(refusal, monkeypatch, source):
    monkeypatch.setattr(scorer, "LOAD_SECONDS", 2)
    assert refusal(source, replace(TOY, run_seconds=2)) == "your program took longer than 2 s"  # a busy machine runs the start in that


def test_no_more_cpus_than_the_tier_has(refusal):
    source = "import os\ndef run(**rest):\n    raise ValueError(len(os.sched_getaffinity(0)))"
    assert "ValueError: 1 " in refusal(source, replace(TOY, cpus=1))


def test_no_function(refusal):
    assert "pipeline/run.py must define a function run" in refusal("run = 3")


def test_the_reason_tells_no_hidden_values_and_no_paths(refusal):
    reason = refusal("def run(weights, output, **rest):\n    output.write_bytes(weights.read_bytes())", CHECKED_FIRST)
    pattern = (
        f"{NOT_THE_SAME}: the update of [a-z_.0-9]+ is off by 100.00% of its norm, and 0.10% are allowed; with the options that are timed"
    )
    assert re.fullmatch(pattern, reason)


def test_our_own_program_is_never_the_submissions_fault(program, tokenizer):
    ours = program("def run(**rest):\n    pass", trusted=True)
    with pytest.raises(BrokenScorer, match="the starting solution: your program wrote no weights"):
        ours.turn(job(), tokenizer)


@pytest.mark.parametrize(
    "kind", ["missing", "file", "link", "link inside", "fifo", "no run.py", "run.py a folder", "large", "sparse", "many"]
)
def test_folders_that_are_refused(tmp_path, pipeline, kind):
    submission = pipeline()
    folder = submission / "pipeline"
    if kind in ("missing", "file", "link"):
        shutil.rmtree(folder)
    if kind == "file":
        folder.write_text("")
    elif kind == "link":
        folder.symlink_to("/etc")
    elif kind == "link inside":
        (folder / "weights").symlink_to("/etc/passwd")
    elif kind == "fifo":
        os.mkfifo(folder / "fifo")
    elif kind in ("no run.py", "run.py a folder"):
        (folder / "run.py").unlink()
        (folder / "run.py").mkdir() if kind == "run.py a folder" else None
    elif kind in ("large", "sparse"):
        (folder / "large").write_bytes(b"x" * (scorer.MAX_BYTES + 1) if kind == "large" else b"")
        os.truncate(folder / "large", 1 << 40) if kind == "sparse" else None
    elif kind == "many":
        for at in range(scorer.MAX_FILES + 1):
            (folder / f"file-{at}").touch()
    with pytest.raises(InvalidSubmission, match="pipeline"):
        scorer.score(submission, TOY, b"", 0.0)

"""Known cheats and some of our own: each gets nothing, or what the programs are honestly worth."""

import json
import os
import platform
import time
from dataclasses import replace
from pathlib import Path

import pytest
from rebench_lib.answers import BrokenScorer, InvalidSubmission

import scorer
from conftest import DOUBLE, HERE, NEEDS_RUSTC, NEGATE, PLAN, RUST, TOYS, Scripted
from judge import COMPILE_WALL_SECONDS

pytestmark = NEEDS_RUSTC
HONEST_HALF = "async def solve(problem, model): return DOUBLE\n"


def test_an_evaluator_patched_in_the_scaffolds_process_changes_nothing(scored):
    source = """
        import builtins, json, subprocess, sys
        def patch():
            for module in list(sys.modules.values()):
                for name in ("passes", "tested", "check", "same_tokens", "checker", "run_program", "compile_program", "score"):
                    if hasattr(module, name):
                        setattr(module, name, lambda *args, **kwargs: True)
            json.loads = lambda *args, **kwargs: {"kind": "ended", "compiled": True}
            builtins.all = builtins.any = lambda *args: True
            subprocess.Popen = subprocess.run = lambda *args, **kwargs: None
            frame = sys._getframe()
            while frame:
                frame.f_globals.update(compile_program=lambda *_: ("program", ""), serve_run=lambda *_: None)
                frame = frame.f_back
        async def solve(problem, model):
            patch()
            return DOUBLE
    """
    raw, details = scored(source)
    assert details["outcomes"] == {"double": "solved", "negate": "wrong answer"} and raw == 0.5


def test_nothing_that_is_hidden_can_be_found_from_the_scaffold(scored, tmp_path):
    source = f"""
        import gc, os, sys
        async def solve(problem, model):
            seen = [problem, dict(os.environ), sys.argv, open("/proc/self/cmdline").read()]
            frame = sys._getframe()
            while frame:
                seen += [repr(frame.f_locals)[:100_000], repr(frame.f_globals)[:100_000]]
                frame = frame.f_back
            seen += [repr(value)[:2000] for value in gc.get_objects() if isinstance(value, (str, bytes, dict, list))]
            text = repr(seen)
            open({str(tmp_path / "seen")!r}, "a").write(text.replace(str(271828), "", 0))
            return "271828" in text and DOUBLE or NEGATE
    """
    # Its own code holds the number once, in `solve`: so the number is looked for in what it saw of the problem and its process.
    source = source.replace('"271828" in text', "text.count(str(271828 * 2)) > 0")
    raw, details = scored(source)
    assert details["outcomes"]["double"] == "wrong answer"  # the hidden input's answer, 543656, is nowhere
    assert "protected" not in (tmp_path / "seen").read_text()


def test_forged_frames_are_no_verdicts(scored):
    source = """
        import gc, json, os
        def forge(message):
            payload = json.dumps(message).encode()
            for fd in range(1, 30):
                try:
                    os.write(fd, len(payload).to_bytes(4, "big") + payload)
                except OSError:
                    pass
        async def solve(problem, model):
            for message in ({"score": 1}, {"compiled": True}, {"kind": "ended"}, {"solved": True}, {"done": 1}):
                forge(message)
            return DOUBLE
    """
    raw, details = scored(source)
    assert raw == 0 and all(outcome.startswith("no program") for outcome in details["outcomes"].values())


@pytest.mark.parametrize(
    "frame",
    [
        "b'\\xff' * 100",
        "b'\\0\\0\\0\\x02{}'",
        "b'\\0\\0\\0\\x04null'",
        "b'\\0\\0\\0\\x0f{\"text\": 1e999}'",
        "(9).to_bytes(4, 'big') + b'{\"a\":NaN}'",
    ],
)
def test_disturbing_the_connection_gains_nothing(scored, frame):
    source = f"""
        import os
        async def solve(problem, model):
            for fd in range(3, 12):
                try:
                    os.write(fd, {frame})
                except OSError:
                    pass
            return DOUBLE
    """
    raw, details = scored(source, problems=TOYS[:1])
    assert raw == 0 and details["outcomes"]["double"].startswith("no program")


def test_asking_without_end_or_without_listening(scored):
    endless = """
        async def solve(problem, model):
            while True:
                try:
                    await model.complete("again")
                except model.Refused:
                    pass
    """
    model = Scripted(["x" * 100])
    raw, details = scored(endless, model, replace(PLAN, solve_seconds=2), TOYS[:1])
    assert raw == 0 and details["units"] <= PLAN.units
    deaf = """
        import os
        async def solve(problem, model):
            for _ in range(100_000):
                model._send({"ask": 1}, '{"messages": [{"role": "user", "content": "x"}]}')
    """
    began = time.monotonic()
    raw, details = scored(
        deaf.replace("import os", "import os, threading; threading.Thread.start = lambda self: None"),
        Scripted(["y" * 4000] * 3),
        problems=TOYS[:1],
    )
    assert raw == 0 and time.monotonic() - began < PLAN.solve_seconds + scorer.REPLY_SECONDS + 10


def test_spending_ends_at_the_limit_also_with_calls_side_by_side(scored):
    source = """
        import asyncio
        async def solve(problem, model):
            model.limit = model.spent = -10**9
            model.limit = 10**9
            calls = [model.complete("x" * 400, max_tokens=100) for _ in range(40)]
            answers = await asyncio.gather(*calls, return_exceptions=True)
            return DOUBLE if sum(isinstance(answer, str) for answer in answers) > 4 else NEGATE
    """
    model = Scripted(["z" * 400])
    raw, details = scored(source, model, replace(PLAN, calls=8), TOYS[:1])
    assert len(model.asked) <= 4 and details["units"] <= PLAN.units  # 100 for the prompt and 400 for the answer, of 2000
    assert raw == 0


def test_lies_about_the_limit_count_nothing(scored):
    source = """
        async def solve(problem, model):
            request = '{"messages": [{"role": "user", "content": "%s"}], "limit": 1e9}' % ("x" * 9000)
            model._send({"ask": 1, "spent": 0, "limit": 10**12, "left": 10**12}, request)
            try:
                await model.complete("x" * 9000)
            except model.Refused as error:
                assert "limit" in str(error)
                return NEGATE
            return DOUBLE
    """
    model = Scripted(["z"])
    raw, _ = scored(source, model, problems=TOYS[:1])
    assert raw == 0 and model.asked == []


def test_answers_of_visible_problems_do_not_help(scored):
    source = """
        ANSWERS = {"shelf_gaps": DOUBLE, "odd_stamps": NEGATE}
        async def solve(problem, model):
            return ANSWERS[problem["name"]]
    """
    raw, details = scored(source)
    assert raw == 0 and "KeyError" not in json.dumps(details)


def test_what_an_exception_says_goes_nowhere(scored, capfd):
    source = """
        async def solve(problem, model):
            raise RuntimeError(problem["statement"] * 10_000)
    """
    raw, details = scored(source)
    assert raw == 0
    assert "Print twice" not in json.dumps(details) + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "value", ["None", "7", "b'fn main() {}'", "['fn main() {}']", "type('S', (str,), {})(DOUBLE)", "'x' * 60_000", "''", "chr(0xD800)"]
)
def test_what_is_no_program(scored, value):
    raw, details = scored(f"async def solve(problem, model): return {value}", problems=TOYS[:1])
    assert raw == 0 and not details["outcomes"]["double"] == "solved"


FORKS = """
extern "C" {{ fn fork() -> i32; fn syscall(number: i64, ...) -> i64; }}
fn main() {{ let made = unsafe {{ {call} }}; if made >= 0 {{ loop {{ }} }} let n = number(); print(2 * n); }}
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers of its system calls are those of x86_64")
@pytest.mark.parametrize("call", ["fork() as i64", "syscall(57) as i64", "syscall(58) as i64", "syscall(56, 17, 0, 0, 0, 0)", "syscall(435, 0, 0)"])
def test_a_program_starts_no_others(program, call):
    """Each would have a CPU limit of its own."""
    assert program(FORKS.format(call=call)) == "solved"  # it was refused, and answered


def test_a_program_may_have_threads(program):
    source = "fn main() { let n = number(); print(std::thread::Builder::new().stack_size(8 << 20).spawn(move || 2 * n).unwrap().join().unwrap()); }"
    assert program(source) == "solved"


SPINS = """
extern "C" {{ fn clock() -> i64; }}
fn main() {{
    let spin = || while unsafe {{ clock() }} < {microseconds} {{ }};
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(spin)).collect();
    for thread in threads {{ thread.join().unwrap(); }}
    print(2 * number());
}}
"""


@pytest.mark.parametrize(("share", "outcome"), [(0.2, "solved"), (1.6, "stopped: time")])
def test_threads_share_one_limit(program, share, outcome):
    """`clock` is the CPU time of all threads, which spin until it says so."""
    assert program(SPINS.format(microseconds=int(share * TOYS[0]["timeLimitSeconds"] * 1e6))) == outcome


def test_programs_have_a_limit_together(scored):
    slow = DOUBLE.replace("print(", "std::thread::sleep(std::time::Duration::from_millis(900)); print(")
    raw, details = scored(f"async def solve(problem, model):\n    return RUST + {slow!r}", plan=replace(PLAN, workers=1, test_seconds=2))
    assert raw == 0 and scorer.LATE in details["outcomes"].values()


def test_a_scoring_ends_before_the_runner_gives_it_up():
    limits = json.loads((HERE / "environment.json").read_text())["runner"]["scoringTimeoutSeconds"]
    for tier, plan in scorer.PLANS.items():
        loading = 2 * (scorer.LOAD_SECONDS + scorer.REPLY_SECONDS)  # before the first, and of the last
        at_the_end = 2 * COMPILE_WALL_SECONDS + 3 * scorer.REPLY_SECONDS
        assert loading + plan.all_seconds + scorer.CALL_SECONDS * (tier == "full") + plan.test_seconds + at_the_end < limits[tier] - 60


def test_a_compiler_that_compiles_nothing_is_no_score(scored, monkeypatch):
    monkeypatch.setattr(scorer, "compiles", lambda *_: False)
    with pytest.raises(BrokenScorer, match="compiles nothing"):
        scored("async def solve(problem, model):\n    return DOUBLE")


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import time; time.sleep(1000)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        "await asyncio.sleep(1000)",
    ],
)
def test_a_scaffold_that_hangs_is_ended(scored, body):
    began = time.monotonic()
    raw, details = scored(f"import asyncio\nasync def solve(problem, model):\n    {body}", plan=replace(PLAN, solve_seconds=1))
    assert raw == 0 and all("longer than" in outcome for outcome in details["outcomes"].values())
    assert time.monotonic() - began < 30


def test_all_together_have_a_limit_too(scored):
    raw, details = scored(
        "import time\nasync def solve(problem, model): time.sleep(1000)", plan=replace(PLAN, workers=1, all_seconds=1.5), problems=TOYS * 3
    )
    assert raw == 0 and "no program: its turn did not come" in details["outcomes"].values()


@pytest.mark.parametrize(
    "body",
    ["import os; os._exit(0)", "raise SystemExit", "import sys; sys.exit(3)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"],
)
def test_a_scaffold_that_ends_itself(scored, body):
    raw, details = scored(f"async def solve(problem, model): {body}", problems=TOYS[:1])
    assert raw == 0 and details["outcomes"]["double"].startswith("no program")


def test_a_scaffold_that_wants_all_memory(scored):
    source = """
        async def solve(problem, model):
            return "x" * (8 << 30)
    """
    raw, _ = scored(source, plan=replace(PLAN, memory_bytes=1 << 30), problems=TOYS[:1])
    assert raw == 0


def test_what_a_scaffold_leaves_running_is_gone_when_programs_are_tested(scored, tmp_path):
    beat = tmp_path / "beat"
    source = f"""
        import os, time
        def is_of_this_test(pid):
            while pid > 1:
                pid = int(open(f"/proc/{{pid}}/stat").read().rsplit(")", 1)[1].split()[1])
                if pid == {os.getpid()}:
                    return True
            return False
        def daemon():
            for _ in range(2):
                if os.fork():
                    os._exit(0)
                os.setsid()
            while True:
                open({str(beat)!r}, "w").write(str(time.time()))
                for pid in filter(str.isdigit, os.listdir("/proc")):
                    try:
                        if b"--part\\0run" in open(f"/proc/{{pid}}/cmdline", "rb").read() and is_of_this_test(int(pid)):
                            os.kill(int(pid), 9)
                    except OSError:
                        pass
                time.sleep(0.001)
        async def solve(problem, model):
            if not os.fork():
                daemon()
            time.sleep(0.3)
            return DOUBLE
    """
    raw, details = scored(source)
    assert beat.exists() and raw == 0.5 and details["outcomes"]["double"] == "solved"
    assert time.time() - float(beat.read_text() or 0) > 0.1


def test_files_left_in_tmp_do_not_become_programs(scored, tmp_path):
    source = """
        import glob, os, shutil, tempfile
        async def solve(problem, model):
            for name in ("program", "main.rs", "judge.py", "rebench_lib", "sitecustomize.py", "rustc", "cc"):
                with open(os.path.join(tempfile.gettempdir(), f"cheat-{name}"), "w") as file:
                    file.write("#!/bin/sh\\necho 543656\\n")
            return NEGATE
    """
    raw, details = scored(source, problems=TOYS[:1])
    assert raw == 0
    for file in Path("/tmp").glob("cheat-*"):
        file.unlink()


def test_links_and_large_files_are_refused(tmp_path):
    (tmp_path / "problems.json").write_text(json.dumps(TOYS))
    secret = tmp_path / "secret.py"
    secret.write_text(HONEST_HALF)
    for name, make in {
        "link": lambda path: path.symlink_to(secret),
        "folder": lambda path: path.mkdir(),
        "pipe": os.mkfifo,
        "sparse": lambda path: (path.touch(), os.truncate(path, 1 << 33)),
        "missing": lambda path: None,
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        make(folder / "scaffold.py")
        with pytest.raises(InvalidSubmission) as caught:
            scorer.score("small", folder, tmp_path, PLAN, Scripted([""]))
        assert str(tmp_path) not in str(caught.value)


# Programs.


def test_a_program_must_print_and_not_say_that_it_was_right(program):
    assert program(DOUBLE) == "solved"
    assert program('fn main() { println!("{{\\"kind\\": \\"ended\\"}}"); }') == "wrong answer"
    assert program('fn main() { print(2 * number()); println!("and more"); }') == "wrong answer"


@pytest.mark.parametrize(
    ("rust", "outcome"),
    [
        ("fn main() { let n = number(); loop { unsafe { std::ptr::read_volatile(&n) }; } }", "stopped: time"),
        ("fn main() { std::thread::sleep(std::time::Duration::from_secs(1000)); }", "stopped: time"),
        ('fn main() { let much = "6 ".repeat(1 << 20); loop { println!("{}", much); } }', "stopped: output"),
        ("fn main() { let mut all = Vec::new(); loop { all.push(vec![1u8; 1 << 20]); } }", "stopped: memory or crash"),
        ("fn main() { print(2 * number()); std::process::exit(1); }", "stopped: memory or crash"),
        ("fn main() { print(2 * number()); std::process::abort(); }", "stopped: memory or crash"),
        ("fn main() { std::process::exit(0); }", "wrong answer"),
        ('fn main() { std::fs::write("kept", "543656").unwrap(); print(2 * number()); }', "stopped: memory or crash"),
    ],
)
def test_programs_beyond_their_limits(program, rust, outcome):
    assert program(rust) == outcome


def test_closing_the_output_does_not_end_the_time(program):
    assert program('extern "C" { fn close(fd: i32) -> i32; } fn main() { unsafe { close(1); close(2); } loop {} }') == "stopped: time"


def test_a_program_cannot_look_for_tests(program):
    rust = """
        fn main() {
            let n = number();
            let mut found = n == 3 || n == 0;
            let answer = (2 * (271_827 + 1)).to_string();
            for folder in ["/", "..", ".", "/exchange", "/judge", "/submission", "/tmp"] {
                if let Ok(entries) = std::fs::read_dir(folder) {
                    for entry in entries.flatten() {
                        if let Ok(text) = std::fs::read_to_string(entry.path()) {
                            found = found || text.contains(&answer);
                        }
                    }
                }
            }
            let parent = std::os::unix::process::parent_id();
            for name in ["environ", "cmdline", "mem"] {
                if let Ok(text) = std::fs::read(format!("/proc/{}/{}", parent, name)) {
                    found = found || text.windows(6).any(|part| part == answer.as_bytes()) || name == "mem";
                }
            }
            print(if found { 2 * n } else { 1 });
        }
    """
    assert program(rust) == "wrong answer"


def test_what_a_program_starts_does_not_outlive_its_test(program, tmp_path):
    rust = f"""
        fn main() {{
            let n = number();
            let later = "(setsid sh -c 'sleep 1; touch {tmp_path}/late') >/dev/null 2>&1 &";
            std::process::Command::new("/bin/sh").args(["-c", later]).status().ok();
            print(2 * n);
        }}
    """
    assert program(rust) == "solved"
    time.sleep(1.5)
    assert not (tmp_path / "late").exists()


def test_a_program_cannot_stop_its_judge_for_ever(program):
    began = time.monotonic()
    rust = """
        extern "C" { fn kill(pid: i32, signal: i32) -> i32; }
        fn main() { unsafe { kill(std::os::unix::process::parent_id() as i32, 19); } }
    """
    assert program(rust).startswith("stopped")
    assert time.monotonic() - began < 40


def test_compiling_shows_nothing_of_the_host(program, monkeypatch):
    monkeypatch.setenv("REBENCH_TOKEN", "543656")
    for rust in (
        'fn main() { println!("{}", env!("REBENCH_TOKEN")); }',
        'fn main() { println!("{}", include_str!("/protected/problems.json")); }',
        'fn main() { println!("{}", include_str!("../protected/problems.json")); }',
        "#![feature(test)] fn main() {}",
        "extern crate proc_macro; use proc_macro::TokenStream as T; #[proc_macro] pub fn f(_: T) -> T { panic!() } fn main() {}",
    ):
        assert program(rust) == "does not compile"
    assert program('fn main() { println!("{}", option_env!("REBENCH_TOKEN").unwrap_or("none")); }') == "wrong answer"
    assert program('fn main() { println!("{}", std::env::var("REBENCH_TOKEN").unwrap_or_default()); }') == "wrong answer"


def test_sources_that_the_compiler_chokes_on(scored):
    deep = "fn main() { let x = " + "(" * 20_000 + "1" + ")" * 20_000 + "; }"
    macro = "macro_rules! m { ($($x:tt)*) => { m!($($x)* $($x)*) } } fn main() { m!(a b); }"
    for source in (deep, macro):
        raw, details = scored(f"async def solve(problem, model): return {source!r}", problems=TOYS[:1])
        assert raw == 0 and details["outcomes"]["double"] == "does not compile"


def test_noise_again_and_again_is_no_gain(scored):
    """The same scaffold gets the same score: at tier small nothing is drawn anew."""
    source = """
        async def solve(problem, model):
            return await model.complete(problem["statement"])
    """
    scores = {scored(source, Scripted([RUST + DOUBLE, RUST + NEGATE]), replace(PLAN, workers=1))[0] for _ in range(3)}
    assert scores == {1.0}

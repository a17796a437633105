"""
Proves what is said of our problems, with rustc: check_problems.py [NAME …] [--quick]

Each right program passes every test within half of the time limit; each wrong idea compiles and fails a test; each slip of the scripted
model does not compile. `--quick` tries the right programs alone. A line for each problem, and status 1 where something is wrong.
"""

import argparse
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "_lib")]
from grading import checker  # noqa: E402
from judge import compile_program, find_rustc, run_program  # noqa: E402
from problem_bank import MEMORY_MB, Problem, load_bank  # noqa: E402
from scripted import slips  # noqa: E402


def faults(problem: Problem, rustc: str, quick: bool = False) -> tuple[list[str], float]:
    """What is wrong with a problem, and the longest CPU time of its right program."""
    found, slowest = [], 0.0
    full = problem.full()
    verdict, seconds = tested(full, problem.right, rustc)
    slowest = seconds
    if verdict != "solved":
        found.append(f"the right program: {verdict}")
    if seconds > problem.seconds / 2:
        found.append(f"the right program takes {seconds:.2f} s of {problem.seconds}")
    if quick:
        return found, slowest
    if len(problem.wrong) < 2:
        found.append("there are fewer than two wrong ideas")
    for number, source in enumerate(problem.wrong, start=1):
        verdict, _ = tested(full, source, rustc)
        if verdict == "solved" or verdict.startswith("does not compile"):
            found.append(f"wrong idea {number}: {verdict}")
    for number, source in enumerate(slips(problem.right), start=1):
        with tempfile.TemporaryDirectory() as folder:
            if compile_program(rustc, source, Path(folder))[0] is not None:
                found.append(f"slip {number} compiles")
    return found, slowest


def tested(full: dict, source: str, rustc: str) -> tuple[str, float]:
    check, slowest = checker(full["check"]), 0.0
    with tempfile.TemporaryDirectory() as folder:
        program, said = compile_program(rustc, source, Path(folder))
        if program is None:
            return f"does not compile: {said[:600]}", 0.0
        for number, test in enumerate(full["tests"], start=1):
            seen = run_program(program, test["input"], full["timeLimitSeconds"], MEMORY_MB << 20)
            slowest = max(slowest, seen.seconds)
            if seen.kind != "ended":
                return f"test {number}: stopped ({seen.kind})", slowest
            if not check(test["input"], test["output"], seen.output):
                return f"test {number}: wrong answer", slowest
    return "solved", slowest


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    parser.add_argument("--quick", action="store_true", help="the right programs alone")
    given = parser.parse_args()
    rustc = find_rustc()
    if rustc is None:
        print("no rustc on PATH", file=sys.stderr)
        return 1
    problems = {name: (split, problem) for split, names in load_bank().items() for name, problem in names.items()}
    unknown = set(given.names) - set(problems)
    if unknown:
        print(f"no such problem: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    wrong = 0
    for name in given.names or problems:
        split, problem = problems[name]
        found, slowest = faults(problem, rustc, given.quick)
        wrong += bool(found)
        counts = f"{len(problem.examples) + len(problem.hidden):>3} tests {len(problem.wrong)} wrong"
        print(f"{split:<10} {problem.difficulty} {name:<20} {counts} {slowest:.3f} s  {'; '.join(found) or 'good'}", flush=True)
    print(f"{len(given.names or problems)} problems, {wrong} with faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

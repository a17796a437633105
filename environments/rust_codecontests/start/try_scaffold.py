"""
Tries scaffold.py on the problems that you have.

    python try_scaffold.py [NAME …] [--first N] [--data DIR]     says of each whether it is solved, and what it cost
    python try_scaffold.py --spent                               what your attempt has spent on the model, and may

The model is asked through `service`. Programs are compiled and tested by the code that does it in a scoring, /data/judge.py.
"""

import argparse
import asyncio
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path


def service(request: dict) -> dict:
    command = json.loads(os.environ.get("REBENCH_SERVICE", '["service"]'))
    answer = subprocess.run(command, input=json.dumps(request) + "\n", capture_output=True, text=True)
    lines = answer.stdout.strip().splitlines()
    if not lines:
        raise RuntimeError(f"the service does not answer: {answer.stderr.strip()[-300:]}")
    return json.loads(lines[-1])


class Refused(Exception):
    """The model was not asked: the spending limit is reached, or the request cannot be understood."""


class ServiceModel:
    """The same as a scaffold is given in a scoring, for one problem that you have."""

    Refused = Refused

    def __init__(self, problem: str, limit: int) -> None:
        self.problem, self.limit, self.spent, self.calls, self.samples = problem, limit, 0, 0, 0

    @property
    def left(self) -> int:
        return self.limit - self.spent

    async def complete(self, prompt, *, temperature: float = 1.0, max_tokens: int = 1000) -> str:
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        request = {"messages": messages, "temperature": temperature, "max_tokens": max_tokens}
        answer = service({**request, "problem": self.problem, "number": self.samples, "left": self.left})
        if "error" in answer:
            raise Refused(answer["error"])
        self.calls += 1
        self.samples += answer["samples"]
        self.spent += answer["units"]
        return answer["text"]


def load(file: Path, name: str):
    specification = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


def attempt(problem: dict, data: Path, limit: int) -> tuple[bool, str]:
    """Whether it is solved, and a line about it."""
    judge, scaffold = load(data / "judge.py", "judge"), load(Path(__file__).resolve().parent / "scaffold.py", "scaffold")
    model = ServiceModel(problem["name"], limit)
    public = {name: value for name, value in problem.items() if name not in ("check", "tests")}
    try:
        source = asyncio.run(scaffold.solve(public, model))
        outcome = tested(judge, problem, source)
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    what = f"{problem['name']:<22} difficulty {problem['difficulty']}  {model.calls:>3} calls {model.spent:>6} units  {outcome}"
    return outcome == "solved", what


def tested(judge, problem: dict, source: str) -> str:
    space: dict = {}
    exec(problem["check"] or "def check(input, expected, answer): return answer.split() == expected.split()", space)
    with tempfile.TemporaryDirectory() as folder:
        program, said = judge.compile_program(judge.find_rustc(), source, Path(folder))
        if program is None:
            return "does not compile: " + next((line for line in said.splitlines() if "error" in line), said[:200])
        for number, test in enumerate(problem["tests"], start=1):
            seen = judge.run_program(program, test["input"], problem["timeLimitSeconds"], problem["memoryLimitMb"] << 20)
            if seen.kind != "ended":
                return f"test {number}: stopped ({seen.kind})"
            if not space["check"](test["input"], test["output"], seen.output):
                return f"test {number}: wrong answer"
    return "solved"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of problems; default: all")
    parser.add_argument("--first", type=int, metavar="N", help="no more than N problems")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("REBENCH_DATA", "/data")), metavar="DIR")
    parser.add_argument("--spent", action="store_true", help="only say what was spent")
    given = parser.parse_args()
    if given.spent:
        print(service({}))
        return
    problems = json.loads((given.data / "problems.json").read_text())
    limit = json.loads((given.data / "limits.json").read_text())["unitsPerProblem"]
    chosen = [problem for problem in problems if not given.names or problem["name"] in given.names][: given.first]
    solved = 0
    with ProcessPoolExecutor(2) as pool:
        for good, line in pool.map(attempt, chosen, [given.data] * len(chosen), [limit] * len(chosen)):
            print(line, flush=True)
            solved += good
    print(f"{solved} of {len(chosen)} solved")


if __name__ == "__main__":
    main()

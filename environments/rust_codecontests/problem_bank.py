"""
The problems of tier small, all our own. For maintainers: problem_bank.py lock FOLDER | unlock FOLDER

A problem is a text of sections, `=== NAME` each:

    === py      its statement (the doc string: title, blank line, text), DIFFICULTY, EXAMPLES, solve(text), tests(random),
                perhaps SECONDS and, as the last function, check
    === rust    a right program
    === wrong   text of the right program, a line `---`, and what a weak coder has there; several times. All have the first one's change as
                well, unless they are marked `=== wrong alone` or at the same place

Those of validation lie in problems/NAME.py, without their programs. All the rest is sealed: held-out problems and every program.
"""

import argparse
import json
import random
import re
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "_lib")]
from rebench_lib.sealed import read_key, seal, secret_seed, unseal  # noqa: E402

FOLDER = HERE / "problems"
SEALED = FOLDER / "sealed.bin"
SPLITS = ("validation", "held_out")
MEMORY_MB = 256


@dataclass(frozen=True)
class Problem:
    name: str
    title: str
    statement: str
    difficulty: int
    seconds: float
    examples: list[str]
    hidden: list[str]
    right: str
    wrong: list[str]
    module: SimpleNamespace
    check: str | None  # source of `check(input, expected, answer)`; None: tokens must be the same

    def public(self) -> dict:
        """All but tests: what a scaffold is told."""
        return {
            "name": self.name,
            "title": self.title,
            "statement": self.statement,
            "difficulty": self.difficulty,
            "timeLimitSeconds": self.seconds,
            "memoryLimitMb": MEMORY_MB,
            "severalAnswers": self.check is not None,
            "examples": [self.test(text) for text in self.examples],
        }

    def test(self, text: str) -> dict:
        return {"input": text, "output": self.module.solve(text)}

    def full(self) -> dict:
        """With all its tests, of which the examples are the first."""
        public = self.public()
        return {**public, "check": self.check, "tests": [*public["examples"], *map(self.test, self.hidden)]}

    def script(self) -> dict:
        """What the scripted model knows of it."""
        known = {"difficulty": self.difficulty, "statement": self.statement, "example": self.examples[0]}
        secret = f"{secret_seed(_key(), f'rust_codecontests/draws/{self.name}'):064x}"
        return {**known, "right": self.right, "wrong": self.wrong, "secret": secret}


def parse_problem(name: str, text: str) -> Problem:
    parts = re.split(r"^=== (\w+[^\n]*)\n", text, flags=re.M)
    sections = [(kind.strip(), body) for kind, body in zip(parts[1::2], parts[2::2])]
    python = next(body for kind, body in sections if kind == "py")
    right = next(body for kind, body in sections if kind == "rust").strip() + "\n"
    wrong = _wrong_ideas(name, right, [(kind, body) for kind, body in sections if kind.startswith("wrong")])
    space: dict = {}
    exec(compile(python, f"{name}.py", "exec"), space)  # ours
    title, _, statement = space["__doc__"].strip().partition("\n\n")
    return Problem(
        name=name,
        title=title,
        statement=statement.strip(),
        difficulty=space["DIFFICULTY"],
        seconds=space.get("SECONDS", 1.0),
        examples=space["EXAMPLES"],
        hidden=list(space["tests"](random.Random(f"rust_codecontests/{name}"))),
        right=right,
        wrong=wrong,
        module=SimpleNamespace(**space),
        check=_check_source(python) if "check" in space else None,
    )


def _wrong_ideas(name: str, right: str, changes: list[tuple[str, str]]) -> list[str]:
    """Each with the first change as well, where the two go together.

    Else what most wrong programs say at each place would be the right one, and whoever compares many needs no right one among them.
    """
    (_, first), *others = changes
    common = _changed(name, right, first)
    return [common, *(_changed_too(name, right if kind.startswith("wrong alone") else common, right, change) for kind, change in others)]


def _changed_too(name: str, wrong: str, right: str, change: str) -> str:
    try:
        return _changed(name, wrong, change)
    except ValueError:  # they are at the same place
        return _changed(name, right, change)


def _changed(name: str, right: str, change: str) -> str:
    """One or more changes, apart by a line `+++`."""
    for one in change.split("\n+++\n"):
        old, new = (part.strip("\n") for part in one.split("\n---\n" if "\n---\n" in one else "\n---"))
        if right.count(old) != 1:
            raise ValueError(f"{name}: {old!r} is {right.count(old)} times in the program, not once")
        right = right.replace(old, new)
    return right


def _check_source(python: str) -> str:
    """The function `check` alone: it stands last, with all that it needs in it."""
    return "def check(" + python.split("\ndef check(", 1)[1].strip() + "\n"


def load_bank() -> dict[str, dict[str, Problem]]:
    """Split → name → problem, in the order of names."""
    texts = _unsealed()
    for name, rest in texts["validation"].items():
        texts["validation"][name] = "=== py\n" + (FOLDER / f"{name}.py").read_text() + rest
    return {split: {name: parse_problem(name, texts[split][name]) for name in sorted(texts[split])} for split in SPLITS}


def _key() -> bytes:
    return read_key(HERE.parent / "solutions.key")


def _unsealed() -> dict[str, dict[str, str]]:
    return json.loads(zlib.decompress(unseal(SEALED.read_bytes(), _key())))


def lock(folder: Path) -> None:
    """FOLDER/validation/NAME.txt and FOLDER/held_out/NAME.txt."""
    texts = {split: {file.stem: file.read_text() for file in sorted((folder / split).glob("*.txt"))} for split in SPLITS}
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.py"):
        file.unlink()
    for name, text in texts["validation"].items():
        head, mark, rest = text.partition("=== rust")
        (FOLDER / f"{name}.py").write_text(head.partition("\n")[2])
        texts["validation"][name] = mark + rest
    SEALED.write_bytes(seal(zlib.compress(json.dumps(texts, sort_keys=True).encode(), 9), _key()))


def unlock(folder: Path) -> None:
    for split, problems in _unsealed().items():
        (folder / split).mkdir(parents=True, exist_ok=True)
        for name, text in problems.items():
            head = "=== py\n" + (FOLDER / f"{name}.py").read_text() if split == "validation" else ""
            (folder / split / f"{name}.txt").write_text(head + text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["lock", "unlock"])
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    {"lock": lock, "unlock": unlock}[given.what](given.folder)

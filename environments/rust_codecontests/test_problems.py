"""The problems: our own, and those of CodeContests."""

import hashlib
import json
from pathlib import Path

import pyarrow.parquet
import pytest

import codecontests
import problem_bank
from conftest import HERE, NEEDS_RUSTC
from grading import checker

BANK = problem_bank.load_bank()
EVERY = {**BANK["validation"], **BANK["held_out"]}
PROVED_HERE = ("lantern_street", "tide_log")  # check_problems.py proves all of them


def test_there_are_enough_problems_of_each_difficulty():
    assert len(BANK["validation"]) >= 16 and len(BANK["held_out"]) >= 24 and not set(BANK["validation"]) & set(BANK["held_out"])
    for split in problem_bank.SPLITS:
        assert {problem.difficulty for problem in BANK[split].values()} == {1, 2, 3, 4, 5}
    for problem in EVERY.values():
        assert len(problem.statement) > 200 and len(problem.hidden) >= 4 and len(problem.wrong) >= 2 and problem.examples


def test_what_is_held_out_is_nowhere_in_the_clear():
    clear = [file.read_text(errors="ignore") for file in HERE.rglob("*") if file.is_file() and file.suffix in (".py", ".md", ".json")]
    mine = Path(__file__).read_text()
    for name, problem in BANK["held_out"].items():
        sentence = problem.statement.split(".")[0]
        assert not any(sentence in text for text in clear)
        assert name == "tide_log" or not any(f'"{name}"' in text for text in clear if text != mine)
    for problem in EVERY.values():
        assert not any(problem.right.strip() in text for text in clear)


def test_the_same_problems_give_the_same_tests():
    again = problem_bank.load_bank()
    for split in problem_bank.SPLITS:
        assert {name: problem.hidden for name, problem in BANK[split].items()} == {
            name: problem.hidden for name, problem in again[split].items()
        }


@pytest.mark.parametrize("name", [name for name, problem in EVERY.items() if problem.check])
def test_checks_take_what_our_program_prints_and_nothing_silly(name):
    problem = EVERY[name]
    check = checker(problem.check)
    for text in [*problem.examples, *problem.hidden[:3]]:
        answer = problem.module.solve(text)
        assert check(text, answer, answer)
        first = answer.split()[0]
        worse = str(int(first) - 1) if first.isdigit() else "0"
        for silly in ("", "yes", "-1", answer + " 1", answer.replace(first, worse, 1), "9" * 5000, "\0", first, f"{first} {10**30}"):
            assert silly.split() == answer.split() or not check(text, answer, silly)


def test_locking_and_unlocking_gives_the_same_texts(tmp_path, monkeypatch):
    problem_bank.unlock(tmp_path / "texts")
    before = {file.name: file.read_bytes() for file in problem_bank.FOLDER.iterdir() if file.is_file()}
    monkeypatch.setattr(problem_bank, "FOLDER", tmp_path / "problems")
    monkeypatch.setattr(problem_bank, "SEALED", tmp_path / "problems" / "sealed.bin")
    problem_bank.lock(tmp_path / "texts")
    assert {file.name: file.read_bytes() for file in problem_bank.FOLDER.iterdir()} == before


@NEEDS_RUSTC
@pytest.mark.parametrize("name", PROVED_HERE)
def test_problems_are_proved(name):
    import check_problems
    from judge import find_rustc

    assert check_problems.faults(EVERY[name], find_rustc())[0] == []
    swapped = problem_bank.Problem(**{**vars(EVERY[name]), "right": EVERY[name].wrong[0], "wrong": [EVERY[name].right] * 2})
    found = " ".join(check_problems.faults(swapped, find_rustc())[0])
    assert "the right program" in found and "wrong idea 1: solved" in found


# CodeContests.


def test_rows_of_codecontests():
    row = {
        "name": "1_A. Tests",
        "description": "Print it.",
        "public_tests": {"input": ["1\n"], "output": ["1\n"]},
        "private_tests": {"input": ["2\n", "3" * (1 << 21)], "output": ["2\n", "3\n"]},
        "generated_tests": {"input": ["4\n"] * 100, "output": ["4\n"] * 100},
        "time_limit": {"seconds": 2, "nanos": 500_000_000},
        "memory_limit_bytes": 256_000_000,
        "cf_rating": 1500,
    }
    problem = codecontests.converted(row)
    assert problem["timeLimitSeconds"] == 2.5 and problem["memoryLimitMb"] == 244 and problem["difficulty"] == 3
    assert problem["examples"] == problem["tests"][:1] and problem["tests"][1] == {"input": "2\n", "output": "2\n"}
    assert len(problem["tests"]) == codecontests.MAX_TESTS
    bare = codecontests.converted({"name": "x", "description": "y", "public_tests": None, "private_tests": None, "generated_tests": None})
    assert bare["tests"] == [] and bare["timeLimitSeconds"] > 0


def test_codecontests_without_a_network_or_with_another_file(monkeypatch, tmp_path):
    monkeypatch.setattr(codecontests, "HUB", "http://127.0.0.1:9")
    with pytest.raises(SystemExit, match="--data synthetic"):
        codecontests.fetched("visible", tmp_path)
    (tmp_path / "code_contests" / codecontests.FILES["visible"][0]).write_bytes(b"other")
    with pytest.raises(SystemExit, match="SHA-256"):
        codecontests.fetched("visible", tmp_path)


def test_codecontests_from_its_parquet_files(monkeypatch, tmp_path):
    """Columns and types are those of the data set's card at the Hugging Face Hub; columns that are not read are left out, but for one."""
    texts = pyarrow.struct([(name, pyarrow.list_(pyarrow.string())) for name in ("input", "output")])
    schema = pyarrow.schema(
        [
            ("name", pyarrow.string()),
            ("description", pyarrow.string()),
            *((f"{part}_tests", texts) for part in ("public", "private", "generated")),
            ("source", pyarrow.int64()),
            ("cf_rating", pyarrow.int32()),
            ("time_limit", pyarrow.struct([("seconds", pyarrow.int64()), ("nanos", pyarrow.int64())])),
            ("memory_limit_bytes", pyarrow.int64()),
        ]
    )
    one, none = {"input": ["1\n"], "output": ["2\n"]}, {"input": [], "output": []}
    common = {"description": "Add one.", "source": 2, "time_limit": None, "memory_limit_bytes": 0}
    row = {**common, "public_tests": one, "private_tests": none, "generated_tests": one, "cf_rating": 0}
    timed = {"time_limit": {"seconds": 1, "nanos": 500_000_000}, "memory_limit_bytes": 64_000_000, "cf_rating": 2300}
    parts = {
        "visible": [{**row, "name": f"{at}_A. Add"} for at in range(20)],
        "protected": [{**row, **timed, "name": "21_B. Add"}, {**row, "name": "without tests", "public_tests": none, "generated_tests": none}],
    }
    cache = tmp_path / "cache"
    for part, rows in parts.items():
        name = codecontests.FILES[part][0]
        file = cache / "code_contests" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema), file)
        monkeypatch.setitem(codecontests.FILES, part, (name, hashlib.sha256(file.read_bytes()).hexdigest()))
    folders = [tmp_path / part for part in parts]
    for folder in folders:
        folder.mkdir()
    said = codecontests.prepare(*folders, cache)
    assert said == "CodeContests: 20 problems visible, 1 problems protected"
    [problem] = json.loads((tmp_path / "protected" / "problems.json").read_text())
    assert (problem["name"], problem["difficulty"], problem["timeLimitSeconds"], problem["memoryLimitMb"]) == ("21_B. Add", 5, 1.5, 61)
    assert problem["examples"] == [{"input": "1\n", "output": "2\n"}] and len(problem["tests"]) == 2
    assert json.loads((tmp_path / "visible" / "problems.json").read_text())[19]["timeLimitSeconds"] == codecontests.SECONDS_WITHOUT_LIMIT

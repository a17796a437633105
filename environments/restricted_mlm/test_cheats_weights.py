"""Files that are no weights, or not the ones that a graph names: invalid, and never opened as anything else."""
import os
import pickle
import zipfile

import numpy as np
import pytest
import torch
from conftest import graph, honest_nodes, honest_weights, logits_of, node, write
from weights_testing import safetensors
from tensors import MAX_HEADER_BYTES, write_tensors

HONEST = honest_nodes()


class Payload:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def test_pickles_and_archives_are_never_opened(score, tmp_path):
    def zip_bomb(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("table.npy", bytes(50_000_000))

    contents = [
        lambda path: path.write_bytes(pickle.dumps(Payload(tmp_path / "ran"))),
        lambda path: torch.save({"table": Payload(tmp_path / "ran")}, path),
        lambda path: np.save(open(path, "wb"), np.array([Payload(tmp_path / "ran")], dtype=object)),
        zip_bomb,
    ]
    for fill in contents:
        for name in ("weights.safetensors", "graph.json"):
            def filled(folder):
                write(folder, graph(HONEST), honest_weights())
                fill(folder / name)

            assert isinstance(score(filled), str)
    assert not (tmp_path / "ran").exists()


def test_sparse_and_huge_files_are_not_read(score):
    def sparse(name):
        def fill(folder):
            write(folder, graph(HONEST), honest_weights())
            os.truncate(folder / name, 1 << 40)

        return fill

    assert "at most" in score(sparse("weights.safetensors"))
    assert "bytes" in score(sparse("graph.json"))


def test_weights_beyond_the_cap(submit):
    assert "at most" in submit(graph(HONEST), honest_weights() | {"more": torch.zeros(1 << 16)})


def test_folders_and_pipes(score):
    def replaced(name, make):
        def fill(folder):
            write(folder, graph(HONEST), honest_weights())
            (folder / name).unlink()
            make(folder / name)

        return fill

    for name in ("graph.json", "weights.safetensors"):
        for make in (lambda path: path.mkdir(), os.mkfifo, lambda path: None):
            assert "regular file" in score(replaced(name, make))


def entry(begin: int, end: int, shape: list, kind: str = "F32") -> dict:
    return {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}


TABLE = entry(0, 1024, [16, 16])


@pytest.mark.parametrize(
    ("entries", "size"),
    [
        ({"table": TABLE, "same": TABLE}, 1024), ({"table": entry(4, 1028, [16, 16])}, 1028), ({"table": TABLE}, 1028),
        ({"table": TABLE}, 1020),
        ({"table": entry(0, 2048, [16, 16], "F64")}, 2048), ({"table": entry(0, 512, [16, 16], "F16")}, 512),
        ({"table": entry(0, 256, [16, 16], "U8")}, 256),
        ({"table": entry(0, 1024, [16, -16])}, 1024), ({"table": entry(0, 1024, [16, 16.0])}, 1024), ({"table": entry(0, 0, [0, 16])}, 0),
        ({"table": entry(0, 1024, [2**40, 2**40])}, 1024), ({"table": entry(0, 1024, [True, 256])}, 1024),
        ({"table": entry(0, 1024, [1] * 7 + [16, 16])}, 1024),
        ({"table": entry(-1024, 0, [16, 16])}, 1024), ({"table": {"dtype": "F32", "shape": [256]}}, 1024), ({"table": 3}, 1024),
        ({"../table": TABLE}, 1024),
        ({"": TABLE}, 1024), ({"t" * 121: TABLE}, 1024), ([], 0), (b'{"table": 1, "table": 2}', 0), (b"[" * 100_000, 0),
        (b'{"table": NaN}', 0),
        ({"table": TABLE | {"dtype": ["F32"]}}, 1024), ({"table": TABLE | {"data_offsets": ["0", 1024]}}, 1024),
        ({"table": TABLE | {"more": 1}}, 1024),
        ({f"t{at}": entry(4 * at, 4 * at + 4, [1]) for at in range(6_000)}, 24_000), (b"9" * 5_000, 0),
    ],
    ids=range(28),
)  # fmt: skip
def test_broken_weights(submit, entries, size):
    found = submit(graph(HONEST), safetensors(entries, bytes(size)))
    assert isinstance(found, str) and "node" not in found


def test_headers_that_lie_about_their_length(submit):
    lengths = [(MAX_HEADER_BYTES + 1).to_bytes(8, "little") + b" " * 100, (10**6).to_bytes(8, "little") + b"{}"]
    for content in (b"", b"\0" * 7, b"\0" * 8, b"\xff" * 64, *lengths):
        assert "not a safetensors file" in submit(graph(HONEST), content)


def test_indexes_among_the_weights_are_bounded(submit):
    assert "indexes beyond" in submit(graph(HONEST), honest_weights() | {"places": torch.tensor([2**40])})


def test_reasons_tell_nothing_hidden(toy, score):
    fills = [
        lambda folder: (folder / "graph.json").write_text("{"),
        lambda folder: (folder / "weights.safetensors").write_bytes(b"x" * 100),
        lambda folder: write(folder, logits_of([node("y", "softmax", ["table"])]), honest_weights()),
    ]
    for fill in fills:
        found = score(fill)
        assert isinstance(found, str) and str(toy) not in found and "Traceback" not in found and ".py" not in found


def test_what_a_participant_writes_is_what_the_scorer_reads(tmp_path, submit):
    write_tensors(tmp_path / "weights.safetensors", honest_weights())
    assert submit(graph(HONEST), (tmp_path / "weights.safetensors").read_bytes()) == submit(graph(HONEST))

"""Cheats: each is invalid, or gets the honest score."""

import json
import math
import os
import pickle
import shlex
import struct
import zipfile

import numpy as np
import pytest
import torch

import scorer
from conftest import TOY, random_weights, scored, writes
from weights_testing import parts, safetensors
from gpt import Gpt, read_config
from weights import MAX_HEADER_BYTES, expected_shapes, load_weights


def test_noise_again_and_again_gains_nothing(toy, submit):
    given = scorer.score("full", toy, toy / "visible", toy / "protected")[0]  # no file there: the model as given
    assert min(submit(writes(random_weights(seed))) for seed in range(10)) > given - 0.05


def test_noise_on_the_given_weights_gains_nothing(data, tmp_path):
    config = read_config(data / "visible" / "large.json")
    model = Gpt(config)
    for seed in range(3):
        load_weights(model, data / "visible" / "large.safetensors", config)
        torch.manual_seed(seed)
        noisy = {name: (value + 0.05 * value.std() * torch.randn(value.shape)).detach().numpy() for name, value in model.named_parameters()}
        writes(noisy)(tmp_path / "model.safetensors")
        assert scored(data, tmp_path) < 0.05


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e30, 10_001])
@pytest.mark.parametrize("name", ["wte.weight", "ln_f.bias", "h.1.attn.c_attn.weight"])
def test_values_that_are_not_finite_or_huge(submit, name, value):
    weights = random_weights()
    weights[name].flat[3] = value
    assert "holds values" in submit(writes(weights))


def test_weights_at_the_limit_get_an_honest_score(submit):
    """The largest values that are allowed overflow nowhere: a finite loss, and a bad one."""
    weights = {name: np.where(value > 0, 1e4, -1e4).astype(np.float32) for name, value in random_weights().items()}
    assert submit(writes(weights)) > 2


def test_a_head_of_its_own(submit):
    weights = random_weights()
    assert "unexpected tensors: lm_head.weight" in submit(writes(weights | {"lm_head.weight": weights["wte.weight"]}))


def test_tensors_that_share_bytes_leave_gaps_or_trail(submit):
    entries, content = parts(random_weights())
    last = entries["ln_f.bias"]
    shared = entries | {"ln_f.bias": last | {"data_offsets": entries["ln_f.weight"]["data_offsets"]}}
    moved = entries | {"ln_f.bias": last | {"data_offsets": [offset + 4 for offset in last["data_offsets"]]}}
    for wrong in (safetensors(shared, content), safetensors(moved, content + b"1234"), safetensors(entries, content + b"1234"), safetensors(entries, content[:-4])):
        assert isinstance(submit(lambda path: path.write_bytes(wrong)), str)


@pytest.mark.parametrize(
    "change",
    [
        {"dtype": "F64"}, {"dtype": "I32"}, {"dtype": "F8_E4M3"}, {"dtype": ["F32"]}, {"dtype": None}, {"shape": [8, 1]}, {"shape": []},
        {"shape": [8.0]}, {"shape": [-8]}, {"shape": [True]}, {"shape": "8"}, {"data_offsets": [0]}, {"data_offsets": [-32, 0]},
        {"data_offsets": [0, 10**30]}, {"data_offsets": ["0", "32"]}, {"data_offsets": [0.0, 32.0]}, {"data_offsets": {}}, {"more": 1},
    ],
)  # fmt: skip
def test_wrong_entries(submit, change):
    entries, content = parts(random_weights())
    entries["ln_f.bias"] |= change
    assert isinstance(submit(lambda path: path.write_bytes(safetensors(entries, content))), str)


def test_another_architecture(submit):
    bigger = {name: np.zeros(shape, dtype=np.float32) for name, shape in expected_shapes(TOY | {"n_layer": 3}).items()}
    wider = {name: np.zeros(shape, dtype=np.float32) for name, shape in expected_shapes(TOY | {"n_embd": 16}).items()}
    fewer = {name: value for name, value in random_weights().items() if not name.startswith("h.1.")}
    assert "unexpected tensors" in submit(writes(bigger))
    assert "larger" in submit(writes(wider)) or "shape" in submit(writes(wider))
    assert "missing" in submit(writes(fewer))


def test_a_submitted_config_and_code_change_nothing(toy, submit):
    def write(path):
        writes(random_weights())(path)
        (path.parent / "large.json").write_text(json.dumps(TOY | {"n_layer": 0}))
        for name in ("gpt.py", "weights.py", "sitecustomize.py"):
            (path.parent / name).write_text("raise SystemExit('this ran')")

    assert submit(write) == submit(writes(random_weights()))


class Payload:
    """Whoever unpickles it makes a file."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch {shlex.quote(str(self.mark))}",)


def test_pickles_and_archives_are_never_opened(submit, tmp_path):
    def zip_bomb(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("wte.weight.npy", bytes(50_000_000))

    mark = tmp_path / "ran"
    pickle.loads(pickle.dumps(Payload(mark)))
    assert mark.exists()
    mark.unlink()
    contents = [
        lambda path: path.write_bytes(pickle.dumps(Payload(mark))),
        lambda path: torch.save({"wte.weight": Payload(mark)}, path),
        lambda path: np.savez(open(path, "wb"), **random_weights()),
        lambda path: np.save(open(path, "wb"), np.array([Payload(mark)], dtype=object)),
        zip_bomb,
    ]
    for write in contents:
        reason = submit(write)
        assert "not a safetensors file" in reason or "larger" in reason or "at most" in reason
    assert not mark.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0" * 7, b"\0" * 8, b"\xff" * 64, struct.pack("<Q", 2) + b"[]", struct.pack("<Q", 2) + b"{}", struct.pack("<Q", 3) + b"\xff\xfe{",
        struct.pack("<Q", 100_000) + b"[" * 100_000, struct.pack("<Q", MAX_HEADER_BYTES + 1) + b" " * 100,
        struct.pack("<Q", 13) + b'{"a":1,"a":2}', struct.pack("<Q", 2**63) + b"{}", struct.pack("<Q", 12) + b'{"a": 1e999}',
        struct.pack("<Q", 5006) + b'{"a":' + b"9" * 5000 + b"}",
    ],
    ids=range(13),
)  # fmt: skip
def test_broken_files(submit, content):
    assert isinstance(submit(lambda path: path.write_bytes(content)), str)


def test_links_devices_and_folders(toy, submit, tmp_path):
    good = tmp_path / "good.safetensors"
    writes(random_weights())(good)
    assert "regular file" in submit(lambda path: path.symlink_to(good))
    assert "regular file" in submit(lambda path: path.symlink_to(tmp_path / "nowhere"))
    assert "regular file" in submit(lambda path: path.symlink_to(toy / "protected" / "validation.npy"))
    assert "regular file" in submit(lambda path: path.mkdir())
    assert "regular file" in submit(lambda path: os.mkfifo(path))


def test_huge_and_sparse_files_are_not_read(submit):
    def sparse(path):
        writes(random_weights())(path)
        os.truncate(path, 1 << 40)

    assert "at most" in submit(sparse)


def test_reasons_tell_nothing_hidden(toy, submit):
    for write in (lambda path: path.write_bytes(b"x" * 100), lambda path: path.symlink_to("/etc/passwd")):
        reason = submit(write)
        assert str(toy) not in reason and "Traceback" not in reason and "/etc" not in reason

"""The scorer with honest and dishonest weights. Run with: python -m pytest test_scorer.py"""
import json
import math
import os
import pickle
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]
import bpe
import full
import prepare
import scorer
from gpt import Gpt, mean_loss, read_config
from rebench_lib.answers import InvalidSubmission
from weights import MAX_HEADER_BYTES, BadWeights, expected_shapes, load_weights, write_weights

CONSTANTS = json.loads((HERE / "environment.json").read_text())["tiers"]["small"]["constants"]["measured"]
TOY = {"n_layer": 2, "n_head": 2, "n_embd": 8, "n_positions": 16, "vocab_size": 32}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    out = tmp_path_factory.mktemp("data")
    prepare.prepare("small", out, "real", out)
    return out


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """Data of tier full in its shapes, and a model small enough to try anything with."""
    out = tmp_path_factory.mktemp("toy")
    for part in ("visible", "protected"):
        (out / part).mkdir()
    full.synthetic(out / "visible", out / "protected", large=TOY, small=TOY, length=16)
    return out


@pytest.fixture
def submit(toy, tmp_path):
    """The answer to what `write(path)` puts where the submission is expected; the reason where it is invalid."""

    def submitted(write):
        folder = tmp_path / "submission"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write(folder / "model.safetensors")
        try:
            return scorer.score("full", folder, toy / "visible", toy / "protected")[0]
        except InvalidSubmission as error:
            return str(error)

    return submitted


def normalized(raw: float) -> float:
    return (raw - CONSTANTS["startingScore"]) / (CONSTANTS["referenceScore"] - CONSTANTS["startingScore"])


def scored(data: Path, folder: Path) -> float:
    return normalized(scorer.score("small", folder, data / "visible", data / "protected")[0])


def small_loss(data: Path) -> float:
    config = read_config(data / "visible" / "small.json")
    model = Gpt(config)
    load_weights(model, data / "visible" / "small.safetensors", config)
    return mean_loss(model, np.load(data / "protected" / "validation.npy").astype(np.int64))


def random_weights(seed: int = 0, scale: float = 0.1) -> dict:
    random = np.random.default_rng(seed)
    return {name: random.normal(0, scale, shape).astype(np.float32) for name, shape in expected_shapes(TOY).items()}


def safetensors(entries: dict, content: bytes) -> bytes:
    header = json.dumps(entries).encode()
    return struct.pack("<Q", len(header)) + header + content


def parts(weights: dict, kind: str = "F32", dtype: str = "<f4") -> tuple[dict, bytes]:
    """Header and content of a file, to be made wrong by a test."""
    entries, content = {}, b""
    for name, values in weights.items():
        added = values.astype(dtype).tobytes()
        entries[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [len(content), len(content) + len(added)]}
        content += added
    return entries, content


def writes(weights: dict, kind: str = "F32"):
    return lambda path: write_weights(path, {name: value.shape for name, value in weights.items()}, kind, weights.__getitem__)


# Calibration


def test_the_start_is_the_model_as_given(data, tmp_path):
    assert abs(scored(data, tmp_path)) <= 0.05
    shutil.copy(data / "visible" / "large.safetensors", tmp_path / "model.safetensors")
    assert abs(scored(data, tmp_path)) <= 0.05


def test_solutions_rise_to_the_reference(data, tmp_path):
    """The reference computes its submission as a participant would; the others are stored."""
    found = []
    for name in ("intermediate-1", "intermediate-2", "reference"):
        folder = tmp_path / name
        unlock(name, folder)
        shutil.copytree(HERE / "start", folder, dirs_exist_ok=True)
        if (folder / "make_submission.py").exists():
            subprocess.run([sys.executable, "make_submission.py", "--data", data / "visible"], cwd=folder, check=True, timeout=90)
        found.append(scored(data, folder))
    assert 0.05 < found[0] < found[1] < found[2]
    assert abs(found[2] - 1) <= 0.1


def unlock(name: str, folder: Path) -> None:
    command_line = HERE.parents[1] / "dist" / "cli" / "main.js"
    if not shutil.which("node") or not command_line.exists():
        pytest.skip("solutions are unlocked by Node and dist/cli/main.js: npm run build")
    command = ["node", command_line, "environments", "unlock", HERE.name, folder, "--solution", name]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def test_the_small_models_own_loss_is_no_solution(data):
    assert normalized(scorer.raw_score(small_loss(data))) < 0.3


def test_a_fresh_embedding_with_retraining_is_no_solution(data, tmp_path):
    """Trained by checks/fresh_embedding.py until the protected loss had long been rising, and taken from where it was lowest."""
    shutil.copy(HERE / "checks" / "fresh_embedding.safetensors", tmp_path / "model.safetensors")
    assert scored(data, tmp_path) < 0.7


def test_the_same_submission_gets_the_same_score(data, tmp_path):
    first, second = (scorer.score("small", tmp_path, data / "visible", data / "protected")[0] for _ in range(2))
    assert first == second


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


# Data


def test_preparation_is_deterministic_and_keeps_the_answer_back(tmp_path, data):
    prepare.prepare("small", tmp_path, "real", tmp_path)
    for file in sorted(path.relative_to(data) for path in data.rglob("*") if path.is_file()):
        assert (tmp_path / file).read_bytes() == (data / file).read_bytes()
    visible = np.load(data / "visible" / "text.npy")
    protected = np.load(data / "protected" / "validation.npy")
    assert not {row.tobytes() for row in visible} & {row.tobytes() for row in protected}
    assert sorted(path.name for path in (data / "protected").iterdir()) == ["large.json", "validation.npy"]
    assert all(path.stat().st_size <= 2_000_000 for path in (HERE / "models").iterdir())


def test_damaged_models_are_found(tmp_path, monkeypatch):
    shutil.copytree(HERE / "models", tmp_path / "models")
    with open(tmp_path / "models" / "small.safetensors", "r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\x7f")
    monkeypatch.setattr(prepare, "MODELS", tmp_path / "models")
    with pytest.raises(SystemExit, match="damaged"):
        prepare.prepare("small", tmp_path / "out", "real", tmp_path)


def test_without_network_full_says_so_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(full, "SOURCES", {"vocab.json": ("http://127.0.0.1:9/vocab.json", "0" * 64)})
    with pytest.raises(SystemExit, match="cannot be reached") as caught:
        prepare.prepare("full", tmp_path, "real", tmp_path / "cache")
    assert "--data synthetic" in str(caught.value) and "\n" not in str(caught.value)


def test_a_wrong_download_is_not_used(tmp_path):
    (tmp_path / "merges.txt").write_text("wrong")
    with pytest.raises(SystemExit, match="SHA-256"):
        full.fetch("merges.txt", "http://127.0.0.1:9/", "0" * 64, tmp_path)


def test_synthetic_data_are_labelled(toy):
    assert json.loads((toy / "visible" / "large.json").read_text())["synthetic"] is True


def test_hub_files_are_converted_and_permuted(tmp_path):
    weights = random_weights()
    entries, content = parts({f"transformer.{name}": value for name, value in weights.items()} | {"h.0.attn.bias": np.ones((1, 1, 4, 4))})
    (tmp_path / "hub.safetensors").write_bytes(safetensors(entries, content))
    order = np.random.default_rng(3).permutation(TOY["vocab_size"])
    full.convert(tmp_path / "hub.safetensors", tmp_path / "model.safetensors", TOY, order)
    model = Gpt(TOY)
    load_weights(model, tmp_path / "model.safetensors", TOY)
    found = dict(model.named_parameters())
    assert torch.equal(found["wte.weight"], torch.from_numpy(weights["wte.weight"][order]))
    assert all(torch.equal(found[name], torch.from_numpy(value)) for name, value in weights.items() if name != "wte.weight")


def test_tokens_of_a_text(tmp_path):
    """By hand: l+o, lo+w, and Ġ+lo are the merges, in this order of rank."""
    (tmp_path / "merges.txt").write_text("#version: 0.2\nl o\nlo w\nĠ lo\n", encoding="utf-8")
    numbers = {piece: at for at, piece in enumerate(["l", "o", "w", "Ġ", "lo", "low", "Ġlo", "!", "Ã", "©"])}
    (tmp_path / "vocab.json").write_text(json.dumps(numbers), encoding="utf-8")
    assert bpe.Tokenizer(tmp_path / "vocab.json", tmp_path / "merges.txt").encode("low low! éo") == [5, 3, 5, 7, 3, 8, 9, 1]


# The model


def test_the_model_cannot_look_ahead_whatever_its_weights():
    model = Gpt(TOY).requires_grad_(False)
    random = torch.Generator().manual_seed(2)
    for scale in (0.1, 30, 1e4):
        for weight in model.parameters():
            weight.copy_((torch.rand(weight.shape, generator=random) * 2 - 1) * scale)
        tokens = torch.randint(TOY["vocab_size"], (4, 16), generator=random)
        changed = tokens.clone()
        changed[:, 9:] = torch.randint(TOY["vocab_size"], (4, 7), generator=random)
        assert torch.isfinite(model(tokens)).all()
        assert torch.equal(model(tokens)[:, :9], model(changed)[:, :9])


def test_the_loss_is_a_mean_of_log_chances():
    model = Gpt(TOY).requires_grad_(False)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.3, generator=torch.Generator().manual_seed(4))
    tokens = torch.randint(TOY["vocab_size"], (5, 12), generator=torch.Generator().manual_seed(5))
    chances = torch.softmax(model(tokens[:, :-1]).double(), -1)
    expected = -chances.gather(-1, tokens[:, 1:, None]).log().mean().item()
    assert mean_loss(model, tokens, batch=2) == pytest.approx(expected, abs=1e-5)


def test_the_models_layout_is_the_published_one():
    """Sizes of GPT-2 and GPT-2 XL: 124,439,808 and 1,557,611,200 parameters, with the tied head counted once."""
    counts = [sum(math.prod(shape) for shape in expected_shapes(config).values()) for config in (full.SMALL, full.LARGE)]
    assert counts == [124_439_808, 1_557_611_200]


# Cheats: each is invalid, or gets the honest score


def test_float16_bfloat16_and_float32_are_read_alike(submit):
    weights = {name: (value * 64).round() / 64 for name, value in random_weights().items()}
    entries, _ = parts(weights, "BF16", "<f2")
    halves = b"".join((value.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes() for value in weights.values())
    found = [submit(writes(weights, kind)) for kind in ("F32", "F16")] + [submit(lambda path: path.write_bytes(safetensors(entries, halves)))]
    assert found[0] == pytest.approx(found[1], abs=1e-6) and found[0] == pytest.approx(found[2], abs=1e-6)


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
    def __reduce__(self):
        return os.system, ("touch /tmp/rebench-fix-embedding-ran",)


def test_pickles_and_archives_are_never_opened(submit, tmp_path):
    def zip_bomb(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("wte.weight.npy", bytes(50_000_000))

    contents = [
        lambda path: path.write_bytes(pickle.dumps(Payload())),
        lambda path: torch.save({"wte.weight": Payload()}, path),
        lambda path: np.savez(open(path, "wb"), **random_weights()),
        lambda path: np.save(open(path, "wb"), np.array([Payload()], dtype=object)),
        zip_bomb,
    ]
    for write in contents:
        reason = submit(write)
        assert "not a safetensors file" in reason or "larger" in reason or "at most" in reason
    assert not os.path.exists("/tmp/rebench-fix-embedding-ran")


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


def test_a_loss_below_what_the_text_allows_is_no_score():
    with pytest.raises(InvalidSubmission):
        scorer.raw_score(1.5)
    with pytest.raises(InvalidSubmission):
        scorer.raw_score(math.nan)
    assert scorer.raw_score(2.5) == 0


def test_reasons_tell_nothing_hidden(toy, submit):
    for write in (lambda path: path.write_bytes(b"x" * 100), lambda path: path.symlink_to("/etc/passwd")):
        reason = submit(write)
        assert str(toy) not in reason and "Traceback" not in reason and "/etc" not in reason


def test_a_fault_of_ours_is_no_answer(data, tmp_path):
    broken = tmp_path / "protected"
    broken.mkdir()
    command = [sys.executable, HERE / "scorer.py", "--tier", "small", "--submission", tmp_path, "--visible", data / "visible"]
    done = subprocess.run([*command, "--protected", broken], capture_output=True, text=True)
    assert done.returncode != 0 and done.stdout == ""


def test_the_answer_is_one_line(data, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    arguments = ["--tier", "small", "--submission", tmp_path, "--visible", data / "visible", "--protected", data / "protected"]
    done = subprocess.run([sys.executable, HERE / "scorer.py", *arguments], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["score"] is None and answer["reason"] and answer["details"] == {}


def test_what_loads_here_is_what_participants_load(tmp_path):
    """Both run start/weights.py; a wrong file is refused there with the same words."""
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(BadWeights, match="not a safetensors file"):
        load_weights(Gpt(TOY), tmp_path / "model.safetensors", TOY)

"""Honest graphs, the exporter, the data. Cheats are in test_cheats.py. Run with: python -m pytest"""
import json
import math
import subprocess
import sys

import full
import numpy as np
import prepare
import pytest
import scorer
import text
import torch
import torch.nn.functional as F
from config import read_config
from conftest import HERE, LENGTH, TOY, VOCABULARY, graph, honest_nodes, honest_weights, node, write
from export import ForbiddenOperation, export
from graph import BadGraph, build_graph, load_graph
from masking import draw_masks, masked_loss
from model import Model
from operations import OPERATIONS, Tensor
from torch import nn

CONSTANTS = json.loads((HERE / "environment.json").read_text())["tiers"]["small"]["constants"]["measured"]


def normalized(raw: float) -> float:
    return (raw - CONSTANTS["startingScore"]) / (CONSTANTS["referenceScore"] - CONSTANTS["startingScore"])


# The score


def test_the_start_is_what_was_given(data, tmp_path):
    raw, details = scorer.score("small", tmp_path, data / "visible", data / "protected")
    assert details["given"] and abs(normalized(raw)) <= 0.05
    again, _ = scorer.score("small", tmp_path, data / "visible", data / "protected")
    assert raw == again


def test_the_starting_model_alone_scores_no_better(data, tmp_path):
    """Untrained in all but its bias, which training finds first: each token by itself knows its frequency and no more."""
    config = read_config(data / "visible")
    torch.manual_seed(0)
    model = Model(config["length"], config["vocabulary"])
    counts = np.bincount(np.load(data / "visible" / "text.npy").ravel(), minlength=config["vocabulary"]) + 1
    with torch.no_grad():
        model.head.weight.mul_(0)
        model.head.bias.copy_(torch.from_numpy(np.log(counts / counts.sum())))
    export(model, config, tmp_path)
    raw, details = scorer.score("small", tmp_path, data / "visible", data / "protected")
    assert not details["given"] and abs(normalized(raw)) <= 0.05


def test_the_loss_is_a_mean_of_log_chances_where_masked(toy, submit):
    tokens, masks = np.load(toy / "protected" / "hidden.npy").astype(int), np.load(toy / "protected" / "masks.npy")
    chances = torch.softmax(honest_weights()["table"].double()[TOY["mask"]], -1)  # all that this graph sees of a masked token
    expected = -np.log(chances.numpy()[tokens[masks]]).mean()
    assert submit(graph(honest_nodes())) == pytest.approx(math.log(expected - 1.5), abs=6e-5)


def test_masks_hide_fifteen_per_cent_of_each_sequence():
    masks = draw_masks(np.random.default_rng(0), 2000, 64)
    assert (masks.sum(axis=1) == 10).all()  # 0.15 · 64 = 9.6
    assert abs(masks.mean(axis=0) - 10 / 64).max() < 0.05


def test_a_loss_below_what_the_text_allows_is_no_score():
    for loss in (1.5, 0.2, -1, math.nan, math.inf):
        with pytest.raises(scorer.InvalidSubmission):
            scorer.raw_score(loss)
    assert scorer.raw_score(2.5) == 0


def test_the_language_allows_no_loss_near_the_floor():
    """Whoever knew the moods, and every other word of a sequence, and each epithet and name without fail, would still lose more."""
    language = text.Language()
    tokens, moods = text.sequences_with_moods(language, 300, seed=77)
    lost, count = 0.0, 0
    for row, mood in zip(tokens.astype(int), moods):
        places = np.flatnonzero(row < text.WORDS)
        for before, at, after in zip(places, places[1:], places[2:]):
            chances = language.follows[mood[at], row[before]] * language.follows[mood[after], :, row[after]]
            lost -= math.log(chances[row[at]] / chances.sum())
            count += 1
    assert lost / count * (tokens < text.WORDS).mean() > scorer.FLOOR + 0.1


# Graphs


def run(nodes: list[dict], weights: dict, tokens: torch.Tensor) -> torch.Tensor:
    return build_graph(graph(nodes), weights, TOY).logits(tokens)


def test_operations_do_what_torch_does():
    tokens = torch.randint(VOCABULARY, (5, LENGTH))
    table, matrix, bias = torch.randn(VOCABULARY, 6), torch.randn(6, VOCABULARY), torch.randn(VOCABULARY)
    shift = torch.tensor([1, 2, 3, 4, 5, 6, 7, 0])
    nodes = [
        node("x", "take", ["table", "tokens"], axis=0),
        node("shifted", "take", ["x", "shift"], axis=1),
        node("flipped", "flip", ["x"], axes=[1]),
        node("turned", "permute", ["flipped"], axes=[0, 2, 1]),
        node("scores", "matmul", ["x", "turned"]),
        node("rectified", "relu", ["scores"]),
        node("mixed", "matmul", ["rectified", "shifted"]),
        node("first", "slice", ["mixed"], axis=1, start=0, end=8, step=2),
        node("both", "concatenate", ["first", "first"], axis=1),
        node("total", "sum", ["x"], axes=[0, 1]),
        node("wide", "reshape", ["total"], shape=[1, 1, 6]),
        node("spread", "expand", ["wide"], shape=[1, LENGTH, 6]),
        node("constant", "full", [], shape=[6], value=0.5),
        node("scaled", "multiply", ["spread", "constant"]),
        node("sum", "add", ["both", "scaled"]),
        node("places", "range", [], start=7, step=-1, count=LENGTH),
        node("index", "reshape", ["places"], shape=[1, LENGTH, 1]),
        node("indexes", "expand", ["index"], shape=[1, LENGTH, 6]),
        node("gathered", "gather", ["sum", "indexes"], axis=1),
        node("out", "matmul", ["gathered", "matrix"]),
        node("logits", "add", ["out", "bias"]),
    ]
    assert {one["op"] for one in nodes} == OPERATIONS.keys()
    x = table[tokens]
    mixed = (x @ x.flip(1).transpose(1, 2)).relu() @ x[:, shift]
    expected = (mixed[:, ::2].repeat(1, 2, 1) + 0.5 * x.sum(1, keepdim=True)).flip(1) @ matrix + bias
    found = run(nodes, {"table": table, "matrix": matrix, "bias": bias, "shift": shift}, tokens)
    assert torch.allclose(found, expected, rtol=1e-4, atol=1e-3)


def test_indexes_may_be_computed_from_tokens():
    """A table for each pair of a token and the one after it."""
    tokens = torch.randint(VOCABULARY, (4, LENGTH))
    nodes = [
        node("after", "slice", ["tokens"], axis=1, start=1, end=LENGTH, step=1),
        node("last", "slice", ["tokens"], axis=1, start=LENGTH - 1, end=LENGTH, step=1),
        node("next", "concatenate", ["after", "last"], axis=1),
        node("high", "multiply", ["tokens", VOCABULARY]),
        node("pair", "add", ["high", "next"]),
        node("logits", "take", ["pairs", "pair"], axis=0),
    ]
    pairs = torch.randn(VOCABULARY**2, VOCABULARY)
    following = torch.cat([tokens[:, 1:], tokens[:, -1:]], 1)
    found = run(nodes, {"pairs": pairs}, tokens)
    assert torch.equal(found, pairs[tokens * VOCABULARY + following])


def test_what_is_no_longer_needed_is_dropped():
    chain = [node("x0", "take", ["table", "tokens"], axis=0)] + [node(f"x{at}", "relu", [f"x{at - 1}"]) for at in range(1, 50)]
    short, long = (build_graph(graph(chain[:count], f"x{count - 1}"), honest_weights(), TOY) for count in (5, 50))
    assert short.live_bytes == long.live_bytes
    assert long.work > short.work


# The exporter


class Everything(nn.Module):
    """What people write in ordinary PyTorch."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 12)
        self.positions = nn.Parameter(torch.randn(LENGTH, 12))
        self.linear = nn.Linear(12, 24)
        self.out = nn.Linear(12, VOCABULARY)
        self.register_buffer("group", torch.arange(VOCABULARY) % 4)

    def forward(self, tokens):
        batch, length = tokens.shape
        x = self.embedding(tokens) + self.positions[:length]
        x = x + torch.roll(x, 1, 1) * 0.5 - self.embedding(self.group[tokens])
        x = torch.cat([x[:, 1:], torch.zeros_like(x[:, :1])], 1)
        scores = torch.einsum("bid,bjd->bij", x, x).relu() ** 2
        x = x + scores @ x * (1 / 64) * self.positions.softmax(0)  # of constants, so that it is one
        after = torch.cat([tokens[:, 1:], torch.full_like(tokens[:, :1], 3)], 1)
        x = x + self.embedding(after)
        x = x + F.pad(x, (0, 0, 1, 1))[:, :-2]
        h = self.linear(x).relu().square().view(batch, length, 4, 6).transpose(1, 2).flip(2)
        h = (h.unsqueeze(1) * 2).squeeze(1).transpose(1, 2).reshape(batch, length, 24)
        first, second = h.chunk(2, dim=-1)
        pooled = torch.stack([x, -x]).sum(0) + x.sum(1, keepdim=True).expand(-1, length, -1) + x[:, -1].unsqueeze(1).repeat(1, length, 1)
        return self.out(first * second + pooled[:, [3] * length] + torch.ones(12) * torch.tensor(0.1))


def test_ordinary_pytorch_is_exported(tmp_path):
    torch.manual_seed(0)
    model = Everything()
    export(model, TOY, tmp_path)  # compares logits itself
    tokens = torch.randint(VOCABULARY, (6, LENGTH))
    with torch.no_grad():
        assert torch.allclose(load_graph(tmp_path, TOY).logits(tokens), model(tokens), rtol=1e-3, atol=1e-3)


def forbidden(tmp_path, body):
    class Forbidden(Everything):
        def forward(self, tokens):
            return self.out(body(self.embedding(tokens), tokens))

    with pytest.raises((ForbiddenOperation, BadGraph)) as caught:
        export(Forbidden(), TOY, tmp_path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (lambda x, _: x.softmax(-1), "softmax"), (lambda x, _: x / x.sum(), "division"),
        (lambda x, _: x.mean(1, keepdim=True) + x, "means"),
        (lambda x, _: x.exp(), "exponentials"), (lambda x, _: F.layer_norm(x, (12,)), "normalisation"), (lambda x, _: F.gelu(x), "gelu"),
        (lambda x, _: x * (x > 0), "gt"), (lambda x, _: x.abs(), "abs"), (lambda x, _: torch.maximum(x, -x), "maximum"),
        (lambda x, _: x.double().float(), "casts"), (lambda x, _: F.scaled_dot_product_attention(x, x, x), "softmax"),
        (lambda x, _: x.sigmoid(), "sigmoid"), (lambda x, t: x + (t == 15).unsqueeze(-1), "eq"),
        (lambda x, t: x * t.float().unsqueeze(-1), "casts"),
        (lambda x, _: x[:, x.sum(-1).argmax(-1)[0]], ""), (lambda x, _: x.view(torch.int32).view(torch.float32), "view"),
        (lambda x, _: x.cumsum(1), "cumsum"), (lambda x, _: x.sort(1).values, "sort"), (lambda x, _: x ** 0.5, "powers"),
        (lambda x, t: x + (t // 2).unsqueeze(-1) * 0.0, "div"),
    ],
)  # fmt: skip
def test_the_first_forbidden_operation_is_named_with_its_line(tmp_path, body, said):
    found = forbidden(tmp_path, body)
    assert said in found
    assert "test_scorer.py, line" in found


def test_a_module_that_mixes_sequences_is_refused(tmp_path):
    class Mixing(Everything):
        def forward(self, tokens):
            x = self.embedding(tokens)
            return self.out(x + x.sum(0, keepdim=True))

    with pytest.raises(ValueError, match="sequences of a batch"):
        export(Mixing(), TOY, tmp_path)


def test_training_and_evaluation_run_as_instructed(data, tmp_path):
    """A few steps, from a copy of the files that participants get."""
    for file in (HERE / "start").glob("*.py"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    for command in (["train.py", "--steps", "3"], ["evaluate.py", "--sequences", "20"]):
        done = subprocess.run([sys.executable, "-B", *command, "--data", data / "visible"], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert "nats a masked token on 20 sequences" in done.stdout
    assert 5 < scorer.score("small", tmp_path, data / "visible", data / "protected")[1]["loss"] < 8


# Data


def test_preparation_is_deterministic_and_keeps_the_answer_back(tmp_path, data):
    prepare.prepare("small", tmp_path, "real", tmp_path)
    files = sorted(path.relative_to(data) for path in data.rglob("*") if path.is_file())
    assert len(files) == 8
    for file in files:
        assert (tmp_path / file).read_bytes() == (data / file).read_bytes()
    seen = {row.tobytes() for name in ("text", "validation") for row in np.load(data / "visible" / f"{name}.npy")}
    assert not seen & {row.tobytes() for row in np.load(data / "protected" / "hidden.npy")}


def test_no_text_holds_the_mask(data):
    for path in (data / "visible" / "text.npy", data / "visible" / "validation.npy", data / "protected" / "hidden.npy"):
        assert np.load(path).max() < text.MASK


def test_without_network_full_says_so_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(full.openwebtext, "SOURCES", {"vocab.json": ("http://127.0.0.1:9/vocab.json", "0" * 64)})
    with pytest.raises(SystemExit, match="cannot be reached") as caught:
        prepare.prepare("full", tmp_path, "real", tmp_path / "cache")
    assert "--data synthetic" in str(caught.value) and "\n" not in str(caught.value)


def test_full_in_its_shapes(tmp_path, monkeypatch):
    """Synthetic, fewer sequences: tokens of 128 places, logits of 50,258, the given graph scored."""
    monkeypatch.setattr(full, "SYNTHETIC_SEQUENCES", {"hidden": 4, "validation": 2, "text": 2_000})
    prepare.prepare("full", tmp_path, "synthetic", tmp_path)
    (tmp_path / "submission").mkdir()
    raw, details = scorer.score("full", tmp_path / "submission", tmp_path / "visible", tmp_path / "protected")
    config = read_config(tmp_path / "protected")
    assert (config["length"], config["vocabulary"], config["mask"], config["synthetic"]) == (128, 50258, 50257, True)
    assert details["given"] and math.isfinite(raw)


def test_documents_are_cut_into_sequences():
    class Letters:
        def encode(self, text):
            return [ord(letter) for letter in text]

    found = full.openwebtext.sequences(iter(["abc", "de", "fgh"]), Letters(), 2, 4)
    assert found.tolist() == [[50256, 97, 98, 99], [50256, 100, 101, 50256]]
    with pytest.raises(SystemExit, match="ended after 4"):
        full.openwebtext.sequences(iter(["abc"]), Letters(), 2, 4)


def test_the_answer_is_one_line(toy, tmp_path):
    write(tmp_path, graph(honest_nodes()), honest_weights())
    arguments = ["--tier", "small", "--submission", tmp_path, "--visible", toy / "visible", "--protected", toy / "protected"]
    done = subprocess.run([sys.executable, HERE / "scorer.py", *arguments], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert math.isfinite(answer["score"]) and answer["reason"] == "" and answer["details"]["nodes"] == 1


def test_a_fault_of_ours_is_no_answer(toy, tmp_path):
    arguments = ["--tier", "small", "--submission", tmp_path, "--visible", toy / "visible", "--protected", tmp_path]
    done = subprocess.run([sys.executable, HERE / "scorer.py", *arguments], capture_output=True, text=True)
    assert done.returncode != 0 and done.stdout == ""


def test_masked_loss_sees_no_masked_token():
    """The logits may depend on what is there, and hidden tokens are not."""
    tokens = np.arange(32, dtype=np.uint16).reshape(4, 8) % 15
    masks = draw_masks(np.random.default_rng(3), 4, 8)
    seen = []
    masked_loss(lambda rows: (seen.append(rows.clone()), torch.zeros(*rows.shape, 16))[1], tokens, masks, 15, 3)
    found = torch.cat(seen).numpy()
    assert (found[masks] == 15).all() and (found[~masks] == tokens[~masks]).all()


def test_kinds_cannot_be_mixed_up():
    assert Tensor("index", (2, 3), (0, 1)).bytes == 48 and Tensor("value", (2, 3)).bytes == 24

"""Known cheats and some of our own: each gets no score, or the honest one, and no message that helps."""
import json
import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
import scorer
import torch
from conftest import LENGTH, TOY, VOCABULARY, graph, honest_nodes, honest_weights, logits_of, node, write
from graph import MAX_GRAPH_BYTES, MAX_NODES, BadGraph, build_graph
from masking import draw_masks
from operations import OPERATIONS

HONEST = honest_nodes()


# Operations that are not permitted


@pytest.mark.parametrize(
    "name",
    [
        "softmax", "exp", "div", "divide", "mean", "layer_norm", "sigmoid", "tanh", "gelu", "maximum", "greater", "equal", "where",
        "argmax", "sort",
        "cast", "to", "view", "view_as_int", "round", "floor", "abs", "sqrt", "cumsum", "attention", "eval", "__import__", "__class__",
        "run",
        "aten.relu", "torch.relu", "ReLU", "relu ", " relu", "relu\u0000", "ｒｅｌｕ", "", "Relu", "add_", "index_put", "scatter",
        "random",
        "load",
    ],
)  # fmt: skip
def test_other_operations_under_any_name(submit, name):
    found = submit(logits_of([node("x", name, ["table"])]))
    assert "op must be one of" in found


@pytest.mark.parametrize("op", [None, 3, ["relu"], {"relu": 1}, True])
def test_operations_that_are_no_names(submit, op):
    assert "op must be one of" in submit(logits_of([node("x", op, ["table"])]))


def test_an_operation_within_an_attribute(submit):
    for extra in ({"function": "softmax"}, {"dtype": "int64"}, {"out": "table"}, {"alpha": 2}, {"axis": 0}):
        assert "attributes" in submit(logits_of([node("x", "relu", ["table"], **extra)]))


# From values to indexes


VALUES = node("x", "take", ["table", "tokens"], axis=0)


@pytest.mark.parametrize(
    "nodes",
    [
        [node("y", "take", ["table", "x"], axis=0)],  # values as indexes
        [node("y", "gather", ["x", "x"], axis=1)],
        [node("y", "add", ["x", "tokens"])],  # kinds mixed
        [node("y", "multiply", ["tokens", "x"])],
        [node("y", "concatenate", ["tokens", "x"], axis=0)],
        [node("y", "matmul", ["x", "places"])],
        [node("y", "relu", ["tokens"])],  # indexes as values, and a comparison of them
        [node("y", "sum", ["tokens"], axes=[1])],
        [node("y", "matmul", ["tokens", "places"])],
        [node("y", "add", ["tokens", 0.5])],
        [node("y", "multiply", ["tokens", 1.0])],
        [node("y", "add", [1, 2])],
    ],
)
def test_no_way_from_values_to_indexes_or_back(submit, nodes):
    weights = honest_weights() | {"places": torch.zeros(VOCABULARY, 2, dtype=torch.int64)}
    found = submit(logits_of([VALUES, *nodes]), weights)
    assert isinstance(found, str) and "node y" in found


def test_no_operation_takes_values_and_gives_indexes():
    """Over all operations: whatever is tried, a result that depends on values is of values."""
    weights = honest_weights() | {"same": torch.randn(4, 4), "places": torch.zeros(4, 4, dtype=torch.int64)}
    attributes = {
        "sum": {"axes": [0]}, "take": {"axis": 0}, "gather": {"axis": 0}, "reshape": {"shape": [16]}, "permute": {"axes": [1, 0]},
        "expand": {"shape": [2, 4, 4]}, "slice": {"axis": 0, "start": 0, "end": 2, "step": 1}, "concatenate": {"axis": 0},
        "flip": {"axes": [0]},
    }  # fmt: skip
    tried = 0
    for op, rules in OPERATIONS.items():
        for inputs in (["same"], ["same", "same"], ["same", "places"], ["places", "same"]):
            if not rules.inputs[0] <= len(inputs) <= rules.inputs[1]:
                continue
            nodes = [node("y", op, inputs, **attributes.get(op, {})), node("z", "take", ["table", "y"], axis=0)]
            with pytest.raises(BadGraph):
                build_graph(logits_of(nodes), weights, TOY)
            tried += 1
    assert tried > 20


def test_integers_that_are_bits_of_values(submit):
    """A tensor of either type is read as what it is: there is no view of one as the other."""
    bits = honest_weights()["table"].view(torch.int32).long()
    assert "this is index" in submit(logits_of([node("y", "relu", ["bits"])]), honest_weights() | {"bits": bits})


@pytest.mark.parametrize(("factor", "added"), [(1, 1), (1, -1), (2, 0), (-1, 0), (10**6, 0)])
def test_indexes_beyond_their_table_are_found_before_anything_runs(submit, factor, added):
    nodes = [node("more", "multiply", ["tokens", factor]), node("index", "add", ["more", added]),
    node("y", "take", ["table", "index"], axis=0)]
    assert "its indexes can be" in submit(logits_of(nodes))


def test_indexes_cannot_overflow(submit):
    nodes = [node("i0", "multiply", ["tokens", 2**20])] + [node(f"i{at}", "multiply", [f"i{at - 1}", f"i{at - 1}"]) for at in range(1, 4)]
    assert "could get beyond" in submit(logits_of(nodes))
    assert "an integer may not be beyond" in submit(logits_of([node("y", "add", ["tokens", 2**70])]))
    never = [node("z", "multiply", ["tokens", 0]), node("y", "multiply", ["z", 10**20])]  # it would be 0 all the same
    assert "an integer may not be beyond" in submit(logits_of(never))
    assert "number" in submit(logits_of([node("y", "add", ["tokens", 10**31])]))


# A bad attempt that wants to vanish: whatever a graph does, it gets a score or is not valid


def test_steps_larger_than_torch_can_hold(submit):
    rows = [node("x", "take", ["table", "tokens"], axis=0), node("y", "slice", ["x"], axis=1, start=0, end=1, step=2**31)]
    assert isinstance(submit(logits_of(rows)), float)


def test_what_fails_in_a_graph_is_its_own_fault(submit, monkeypatch):
    def fails(error):
        relu = replace(OPERATIONS["relu"], run=lambda *_: (_ for _ in ()).throw(error))
        monkeypatch.setitem(OPERATIONS, "relu", relu)
        return submit(logits_of([node("y", "relu", ["table"])]))

    assert fails(RuntimeError("IntArrayRef contains an int that cannot be represented")) == "the graph could not be run"
    for ours in (MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")):
        with pytest.raises(type(ours)):
            fails(ours)


def test_a_graph_has_a_limit_in_time_too(submit, monkeypatch):
    monkeypatch.setitem(scorer.SECONDS, "small", -1)
    assert submit(logits_of([])) == "the graph takes longer than -1 s on the hidden text"


def test_inputs_cost_though_they_are_small():
    ones = {f"w{at}": torch.zeros(1) for at in range(1000)}
    many = build_graph(logits_of([node("y", "concatenate", list(ones), axis=0)]), honest_weights() | ones, TOY)
    assert many.work - build_graph(logits_of([]), honest_weights(), TOY).work > 256_000


# Other sequences, the masked tokens, hidden data


def test_masks_are_not_to_be_guessed(toy):
    """Who knew which places are masked in which sequence could have a graph answer for one sequence alone, and read its tokens in the score."""
    masks = np.load(toy / "protected" / "masks.npy")
    dates = [year * 10000 + month * 100 + day for year in range(2020, 2031) for month in range(1, 13) for day in range(1, 32)]
    assert not any((draw_masks(np.random.default_rng(seed), *masks.shape) == masks).all() for seed in [*range(10_000), *dates])


def test_other_sequences_of_a_batch_are_out_of_reach(toy):
    """A graph that sums, flips and rearranges its leading axis gives each sequence the logits that it would get alone."""
    nodes = [
        VALUES,
        node("total", "sum", ["x"], axes=[0]),
        node("flat", "reshape", ["x"], shape=[LENGTH, VOCABULARY]),
        node("other", "flip", ["x"], axes=[0]),
        node("first", "slice", ["x"], axis=0, start=0, end=1, step=1),
        node("y", "add", ["total", "flat"]),
        node("z", "add", ["y", "other"]),
        node("logits", "add", ["z", "first"]),
    ]
    found = build_graph(graph(nodes), honest_weights(), TOY)
    tokens = torch.randint(VOCABULARY, (6, LENGTH))
    together = found.logits(tokens)
    alone = torch.cat([found.logits(row[None]) for row in tokens])
    shuffled = found.logits(tokens.flip(0)).flip(0)
    assert torch.allclose(together, alone) and torch.allclose(together, shuffled)


def test_a_batch_as_large_as_the_scorers_cannot_be_named(submit):
    for shape in ([scorer.BATCH["small"], LENGTH], [LENGTH], [2, LENGTH // 2, 2]):
        found = submit(logits_of([node("y", "reshape", ["tokens"], shape=shape)]))
        assert ("cannot become" in found) == (math.prod(shape) != LENGTH) if isinstance(found, str) else math.prod(shape) == LENGTH


def test_files_of_ours_cannot_be_named(submit):
    for path in ("/protected/hidden.npy", "../protected/hidden.npy", "hidden", "masks", "__builtins__"):
        assert "neither tokens" in submit(logits_of([node("y", "relu", [path])]))


def test_hidden_data_by_a_link(toy, score):
    def links(name, target):
        def fill(folder):
            write(folder, graph(HONEST), honest_weights())
            (folder / name).unlink()
            (folder / name).symlink_to(target)

        return fill

    for name in ("graph.json", "weights.safetensors"):
        for target in (toy / "protected" / "hidden.npy", "/etc/passwd", "/dev/zero", "/nowhere"):
            found = score(links(name, target))
            assert "regular file" in found and str(toy) not in found and "passwd" not in found


def test_config_and_code_beside_the_graph_change_nothing(submit, score):
    def fill(folder):
        write(folder, graph(HONEST), honest_weights())
        (folder / "config.json").write_text(json.dumps(TOY | {"mask": 0, "vocabulary": 2}))
        for name in ("graph.py", "operations.py", "masking.py", "sitecustomize.py"):
            (folder / name).write_text("raise SystemExit('this ran')")

    assert score(fill) == submit(graph(HONEST))


def test_noise_again_and_again_gains_nothing(submit, score):
    given = score(lambda folder: None)
    for seed in range(20):
        assert submit(graph(HONEST), {name: 3 * value for name, value in honest_weights(seed).items()}) > given


def test_the_same_submission_gets_the_same_score(submit):
    assert submit(graph(HONEST)) == submit(graph(HONEST))


# Values that are not finite


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_weights_that_are_not_finite(submit, value):
    weights = honest_weights()
    weights["table"][3, 5] = value
    assert "not finite" in submit(graph(HONEST), weights)


def test_logits_that_are_not_finite(submit):
    """Made on the way, from finite weights: infinities, and NaN out of their difference."""
    huge = [node("x0", "take", ["table", "tokens"], axis=0), *[node(f"x{at}", "multiply", [f"x{at - 1}", 1e30]) for at in range(1, 4)]]
    infinite = graph([*huge, node("logits", "add", ["x3", 0])])
    nan = graph([*huge, node("y", "multiply", ["x3", 0]), node("logits", "add", ["y", 0])])
    for described in (infinite, nan):
        assert submit(described) == "the graph's logits are not all finite numbers"


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", '"1"', "null", "true", "[1]", "1e31"])
def test_numbers_that_are_not_finite(submit, text):
    described = json.dumps(logits_of([VALUES, node("y", "multiply", ["x", "NUMBER"])])).replace('"NUMBER"', text)
    assert isinstance(submit(described.encode()), str)
    described = json.dumps(logits_of([node("y", "full", [], shape=[2], value="NUMBER")])).replace('"NUMBER"', text)
    assert isinstance(submit(described.encode()), str)


# Memory and time


@pytest.mark.parametrize(
    "bomb",
    [
        node("y", "full", [], shape=[2**31, 2**31], value=0), node("y", "full", [], shape=[2**31] * 8, value=0),
        node("y", "expand", ["x"], shape=[10**6, LENGTH, VOCABULARY]),
        node("y", "range", [], start=0, step=1, count=2**31), node("y", "range", [], start=0, step=0, count=10**9),
        node("y", "concatenate", ["x"] * 1024, axis=0), node("y", "take", ["x", "many"], axis=2),
    ],
)  # fmt: skip
def test_huge_tensors_are_found_before_anything_runs(submit, bomb):
    weights = honest_weights() | {"many": torch.zeros(4000, dtype=torch.int64)}
    assert "memory" in submit(logits_of([VALUES, bomb]), weights)


def test_many_tensors_at_once(submit):
    kept = [node(f"k{at}", "full", [], shape=[1, LENGTH, VOCABULARY], value=1) for at in range(2000)]
    used = [node("u0", "add", ["k0", 0]), *[node(f"u{at}", "add", [f"u{at - 1}", f"k{at}"]) for at in range(1, 2000)]]
    found = submit(graph([*kept, *used, node("logits", "add", ["u1999", 0])]))
    assert "bytes a sequence at once" in found or "operations" in found


def test_matrix_products_that_torch_would_spread_out(submit):
    """Small results of inputs that would be repeated for every leading axis."""
    weights = honest_weights() | {"wide": torch.zeros(1, 64, 64), "tall": torch.zeros(2000, 64, 1)[:400]}
    assert "memory" in submit(logits_of([node("y", "matmul", ["wide", "tall"])]), weights)


def test_too_much_work(submit):
    weights = honest_weights() | {"square": torch.zeros(128, 128)}
    nodes = [node("y0", "add", ["square", 0]), *[node(f"y{at}", "matmul", [f"y{at - 1}", "square"]) for at in range(1, 50)]]
    assert "operations a sequence" in submit(logits_of(nodes), weights)


def test_a_million_nodes(submit):
    many = json.dumps(logits_of([node("x", "relu", ["table"])])).encode().replace(b'"nodes": [', b'"nodes": [' + b'{"a":1},' * 900_000)
    assert len(many) < MAX_GRAPH_BYTES and f"1 to {MAX_NODES}" in submit(many)
    assert "bytes" in submit(many + b" " * MAX_GRAPH_BYTES)


def test_names_that_are_huge(submit):
    assert "name" in submit(logits_of([node("x" * 10**5, "relu", ["table"])]))
    found = submit(logits_of([node("x", "relu", ["y" * 10**6])]))
    assert "neither tokens" in found and len(found) < 300


# Graphs that are none


def test_large_integers_go_with_values_as_floats(submit):
    nodes = [VALUES, node("y", "multiply", ["x", 10**25]), node("logits", "multiply", ["y", 1e-25])]
    assert submit(graph(nodes)) == pytest.approx(submit(graph(HONEST)), abs=1e-4)


def test_cycles_and_dangling_names(submit):
    assert "neither tokens" in submit(logits_of([node("a", "relu", ["a"])]))
    assert "neither tokens" in submit(logits_of([node("a", "relu", ["b"]), node("b", "relu", ["a"])]))
    assert "neither tokens" in submit(graph([node("logits", "add", ["later", 0]), node("later", "take", ["table", "tokens"], axis=0)]))
    for output in ("nothing", "tokens", "table", None, 3, ["logits"], ""):
        assert "output must be" in submit(graph(HONEST, output))


@pytest.mark.parametrize("name", ["table", "tokens", "twice"])
def test_names_that_occur_twice(submit, name):
    first = [node("twice", "relu", ["table"])] if name == "twice" else []
    assert "already" in submit(logits_of([*first, node(name, "relu", ["table"])]))


def test_a_weight_called_tokens(submit):
    assert "called tokens" in submit(graph(HONEST), honest_weights() | {"tokens": torch.zeros(1, LENGTH, dtype=torch.int64)})


def test_other_outputs(submit):
    weights = honest_weights() | {"places": torch.zeros(1, LENGTH, VOCABULARY, dtype=torch.int64),
    "narrow": torch.zeros(VOCABULARY, VOCABULARY - 1)}
    for nodes in ([node("logits", "take", ["narrow", "tokens"], axis=0)], [node("logits", "add", ["places", 0])], [node("logits",
    "add", ["table", 0])]):
        assert "the output must be values of shape" in submit(graph(nodes), weights)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0", b"\xff\xfe", b"null", b"[]", b"3", b'"graph"', b"{}", b"{",
        b"[" * 200_000, b'{"a":' * 100_000, b"9" * 5_000, b"-" + b"9" * 400_000,
        b'{"version": 1, "nodes": [], "output": "x"}',
        b'{"version": 2, "nodes": [1], "output": "x"}',
        b'{"version": 1, "nodes": {"0": 1}, "output": "x"}',
        b'{"version": 1, "version": 1, "nodes": [1], "output": "x"}',
        b'{"version": 1, "nodes": [1], "output": "x", "more": 1}',
        b'{"version": 1, "nodes": [null], "output": "x"}',
        b'{"version": 1, "nodes": [{"name": ["x"]}], "output": "x"}',
        b'{"version": true, "nodes": [{"name": "logits", "op": "take", "inputs": ["table", "tokens"], "axis": 0}], "output": "logits"}',
        b'{"version": 1, "nodes": [{"name": "\\ud800", "op": "relu"}], "output": "x"}',
        pickle.dumps({"version": 1}),
        b'{"version": 1, "nodes": [{"name": "x", "op": "relu"}], "output": "x"}',
        b'{"version": 1, "nodes": [{"name": "x", "op": "relu", "inputs": "tokens"}], "output": "x"}',
        b'{"version": 1, "nodes": [{"name": "x", "op": "relu", "inputs": [["tokens"]]}], "output": "x"}',
        b'{"version": 1, "nodes": [{"name": "x", "op": "relu", "inputs": [{}]}], "output": "x"}',
    ],
    ids=range(27),
)  # fmt: skip
def test_hostile_json(submit, content):
    found = submit(content)
    assert isinstance(found, str) and "Traceback" not in found


@pytest.mark.parametrize(
    ("op", "attributes"),
    [
        ("reshape", {"shape": [-1]}), ("reshape", {"shape": [0]}), ("reshape", {"shape": [True]}), ("reshape", {"shape": [16.0, 16]}),
        ("reshape", {"shape": "256"}),
        ("reshape", {"shape": [10**40]}), ("reshape", {"shape": [1] * 9}), ("reshape", {"shape": {}}), ("permute", {"axes": [0, 0]}),
        ("permute", {"axes": [0, 1, 2]}),
        ("permute", {"axes": [1]}), ("permute", {"axes": [-1, 0]}), ("sum", {"axes": []}), ("sum", {"axes": [2]}),
        ("sum", {"axes": [0, 0]}), ("sum", {"axes": None}),
        ("flip", {"axes": [5]}), ("slice", {"axis": 0, "start": 0, "end": 17, "step": 1}),
        ("slice", {"axis": 0, "start": -1, "end": 2, "step": 1}),
        ("slice", {"axis": 0, "start": 2, "end": 2, "step": 1}), ("slice", {"axis": 0, "start": 0, "end": 2, "step": 0}),
        ("slice", {"axis": 7, "start": 0, "end": 2, "step": 1}),
        ("expand", {"shape": [16]}), ("expand", {"shape": [3, 16]}), ("expand", {"shape": []}), ("concatenate", {"axis": 3}),
        ("concatenate", {"axis": "0"}),
    ],
)  # fmt: skip
def test_wrong_attributes(submit, op, attributes):
    assert "node y" in submit(logits_of([node("y", op, ["table"], **attributes)]))


@pytest.mark.parametrize(("op", "count"), [("relu", 0), ("relu", 2), ("add", 1), ("add", 3), ("matmul", 1), ("concatenate", 0)])
def test_wrong_numbers_of_inputs(submit, op, count):
    attributes = {"axis": 0} if op == "concatenate" else {}
    assert "inputs" in submit(logits_of([node("y", op, ["table"] * count, **attributes)]))


def test_notes_are_words_for_their_author_alone(submit):
    found = submit(logits_of([node("y", "softmax", ["table"], at="model.py, line 3: x.softmax(-1)")]))
    assert "line 3" in found
    for note in (3, None, ["x"], "x" * 10**5):
        assert len(submit(logits_of([node("y", "softmax", ["table"], at=note)]))) < 300

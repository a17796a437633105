"""The operations of a graph: what each takes, what comes out of it, what it costs, how it runs. There are no others.

A tensor is of one of two kinds. *Values* are float32: weights, and what is computed from them. *Indexes* are integers: the tokens,
constants, and what follows from these by adding, multiplying, looking up and rearranging. Values are looked up by indexes, and
no operation makes an index of values. Of every index its smallest and largest possible value is known before anything runs.
"""
import math
from dataclasses import dataclass
from typing import Callable

import torch
from tensors import MAX_INDEX, MAX_RANK

VALUE, INDEX = "value", "index"
MAX_INPUTS = 1024  # of one node
MAX_NUMBER = 1e30  # of a number that stands in the graph
INPUT_WORK = 256  # what each of many inputs costs beside its elements
MOVE_WORK = 16  # writing one element costs about as much time as this many operations of a matrix product


class BadNode(Exception):
    """A node that may not be there. The message is for whoever made it."""


@dataclass(frozen=True)
class Tensor:
    """
    What is known of a tensor beforehand. `bounds`: smallest and largest possible number of an index; None for values.
    `shared`: whether it is the same for all sequences, because it depends on no tokens.
    """

    kind: str
    shape: tuple[int, ...]
    bounds: tuple[int, int] | None = None
    shared: bool = False

    @property
    def elements(self) -> int:
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        return self.elements * (4 if self.kind == VALUE else 8)


@dataclass(frozen=True)
class Operation:
    """`inputs`: fewest and most; `attributes`: name → check, which returns the attribute as it is used."""

    inputs: tuple[int, int]
    attributes: dict[str, Callable]
    result: Callable  # (inputs, attributes) → Tensor; raises BadNode
    run: Callable  # (values, attributes) → torch tensor of one sequence
    work: Callable = lambda inputs, attributes, result: 0  # in operations, beside writing what comes out
    extra_bytes: Callable = lambda inputs, attributes, result: 0  # in bytes, beside inputs and result


# Attributes


def _integer(value, least: int = -MAX_INDEX) -> int:
    if type(value) is not int or not least <= value <= MAX_INDEX:
        raise BadNode("it must be an integer" + (f" of at least {least}" if least > -MAX_INDEX else ""))
    return value


def _positive(value) -> int:
    return _integer(value, 1)


def _natural(value) -> int:
    return _integer(value, 0)


def _shape(value) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > MAX_RANK:
        raise BadNode(f"it must be a list of at most {MAX_RANK} integers")
    return tuple(_positive(side) for side in value)


def _axes(value) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > MAX_RANK:
        raise BadNode(f"it must be a list of at most {MAX_RANK} integers")
    axes = tuple(_natural(axis) for axis in value)
    if len(set(axes)) != len(axes):
        raise BadNode("an axis occurs twice")
    return axes


def number(value) -> float | int:
    if type(value) not in (int, float) or not abs(value) <= MAX_NUMBER:  # NaN is not
        raise BadNode(f"it must be a number of at most {MAX_NUMBER:g}")
    return value


# Results


def _kind(inputs, *kinds: str) -> str:
    """The one kind of all tensors among the inputs."""
    found = {one.kind for one in inputs if isinstance(one, Tensor)}
    if len(found) != 1:
        raise BadNode("its inputs must be all values, or all indexes" if found else "one of its inputs must be a tensor")
    (kind,) = found
    if kinds and kind not in kinds:
        raise BadNode(f"it takes {' or '.join(kinds)} inputs, and this is {kind}")
    return kind


def _tensors(inputs) -> None:
    if not all(isinstance(one, Tensor) for one in inputs):
        raise BadNode("it takes no plain numbers")


def _broadcast(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    sides = [set(sides) - {1} for sides in zip(*padded)]
    if any(len(side) > 1 for side in sides):
        raise BadNode(f"shapes {' and '.join(map(str, map(list, shapes)))} do not broadcast")
    return tuple(side.pop() if side else 1 for side in sides)


def _bounded(low: int, high: int) -> tuple[int, int]:
    if low < -MAX_INDEX or high > MAX_INDEX:
        raise BadNode(f"an index could get beyond ±{MAX_INDEX}")
    return low, high


def _elementwise(combine: Callable[[int, int], int]):
    def result(inputs, _):
        kind = _kind(inputs)
        numbers = [one for one in inputs if not isinstance(one, Tensor)]
        if kind == INDEX and any(type(one) is not int for one in numbers):
            raise BadNode("indexes go with integers only")
        if kind == INDEX and any(abs(one) > MAX_INDEX for one in numbers):
            raise BadNode(f"an integer may not be beyond ±{MAX_INDEX}")
        shape = _broadcast(*(one.shape if isinstance(one, Tensor) else () for one in inputs))
        if kind == VALUE:
            return Tensor(VALUE, shape)
        first, second = (one.bounds if isinstance(one, Tensor) else (one, one) for one in inputs)
        ends = [combine(a, b) for a in first for b in second]
        return Tensor(INDEX, shape, _bounded(min(ends), max(ends)))

    return result


def _relu(inputs, _):
    _tensors(inputs)
    _kind(inputs, VALUE)
    return inputs[0]


def _matmul(inputs, _):
    _tensors(inputs)
    _kind(inputs, VALUE)
    first, second = (one.shape for one in inputs)
    if len(first) < 2 or len(second) < 2 or first[-1] != second[-2]:
        raise BadNode(f"shapes {list(first)} and {list(second)} do not fit a matrix product")
    return Tensor(VALUE, (*_broadcast(first[:-2], second[:-2]), first[-2], second[-1]))


def _matmul_work(inputs, _, result) -> int:
    return 2 * result.elements * inputs[0].shape[-1] + MOVE_WORK * (_matmul_extra_bytes(inputs, _, result) // 4)


def _matmul_extra_bytes(inputs, _, result) -> int:
    """Torch may copy both inputs, repeated for all leading axes and sequences; but not a plain matrix of weights."""
    copied = [one for one in inputs if not (one.shared and len(one.shape) == 2)]
    return 4 * sum(math.prod(result.shape[:-2]) * math.prod(one.shape[-2:]) for one in copied)


def _within(axis: int, shape: tuple[int, ...]) -> None:
    if axis >= len(shape):
        raise BadNode(f"there is no axis {axis} in shape {list(shape)}")


def _sum(inputs, attributes):
    _tensors(inputs)
    _kind(inputs, VALUE)
    shape = inputs[0].shape
    for axis in attributes["axes"]:
        _within(axis, shape)
    if not attributes["axes"]:
        raise BadNode("axes must name at least one")
    return Tensor(VALUE, tuple(side for axis, side in enumerate(shape) if axis not in attributes["axes"]))


def _index_for(index, side: int) -> None:
    _kind([index], INDEX)
    low, high = index.bounds
    if low < 0 or high >= side:
        raise BadNode(f"its indexes can be {low} to {high}, and there is 0 to {side - 1}")


def _take(inputs, attributes):
    _tensors(inputs)
    source, index = inputs
    axis = attributes["axis"]
    _within(axis, source.shape)
    _index_for(index, source.shape[axis])
    return Tensor(source.kind, _ranked((*source.shape[:axis], *index.shape, *source.shape[axis + 1 :])), source.bounds)


def _gather(inputs, attributes):
    _tensors(inputs)
    source, index = inputs
    axis = attributes["axis"]
    _within(axis, source.shape)
    _index_for(index, source.shape[axis])
    if len(index.shape) != len(source.shape) or any(a > b for at, (a, b) in enumerate(zip(index.shape, source.shape)) if at != axis):
        raise BadNode(f"shape {list(index.shape)} of the index does not fit shape {list(source.shape)}")
    return Tensor(source.kind, index.shape, source.bounds)


def _ranked(shape: tuple[int, ...]) -> tuple[int, ...]:
    if len(shape) > MAX_RANK:
        raise BadNode(f"the result has more than {MAX_RANK} axes")
    return shape


def _reshaped(inputs, shape: tuple[int, ...]) -> Tensor:
    return Tensor(inputs[0].kind, shape, inputs[0].bounds)


def _reshape(inputs, attributes):
    _tensors(inputs)
    if inputs[0].elements != math.prod(attributes["shape"]):
        raise BadNode(f"shape {list(inputs[0].shape)} cannot become {list(attributes['shape'])}")
    return _reshaped(inputs, attributes["shape"])


def _permute(inputs, attributes):
    _tensors(inputs)
    shape, axes = inputs[0].shape, attributes["axes"]
    if sorted(axes) != list(range(len(shape))):
        raise BadNode(f"axes must name each axis of shape {list(shape)} once")
    return _reshaped(inputs, tuple(shape[axis] for axis in axes))


def _expand(inputs, attributes):
    _tensors(inputs)
    if _broadcast(inputs[0].shape, attributes["shape"]) != attributes["shape"]:
        raise BadNode(f"shape {list(inputs[0].shape)} cannot be expanded to {list(attributes['shape'])}")
    return _reshaped(inputs, attributes["shape"])


def _slice(inputs, attributes):
    _tensors(inputs)
    shape, (axis, start, end, step) = inputs[0].shape, (attributes[name] for name in ("axis", "start", "end", "step"))
    _within(axis, shape)
    if not start < end <= shape[axis]:
        raise BadNode(f"there is no slice {start} to {end} of an axis of {shape[axis]}")
    return _reshaped(inputs, (*shape[:axis], -(-(end - start) // step), *shape[axis + 1 :]))


def _concatenate(inputs, attributes):
    _tensors(inputs)
    kind, axis, shape = _kind(inputs), attributes["axis"], inputs[0].shape
    _within(axis, shape)
    for other in inputs[1:]:
        if len(other.shape) != len(shape) or any(a != b for at, (a, b) in enumerate(zip(shape, other.shape)) if at != axis):
            raise BadNode(f"shapes {list(shape)} and {list(other.shape)} cannot be concatenated along axis {axis}")
    joined = (*shape[:axis], sum(one.shape[axis] for one in inputs), *shape[axis + 1 :])
    if kind == VALUE:
        return Tensor(VALUE, joined)
    return Tensor(INDEX, joined, (min(one.bounds[0] for one in inputs), max(one.bounds[1] for one in inputs)))


def _flip(inputs, attributes):
    _tensors(inputs)
    for axis in attributes["axes"]:
        _within(axis, inputs[0].shape)
    return inputs[0]


def _range(_, attributes):
    start, last = attributes["start"], attributes["start"] + attributes["step"] * (attributes["count"] - 1)
    return Tensor(INDEX, (attributes["count"],), _bounded(min(start, last), max(start, last)))


# Running


def _run_take(values, attributes):
    source, index = values
    axis = attributes["axis"]
    shape = (*source.shape[:axis], *index.shape, *source.shape[axis + 1 :])
    return source.index_select(axis, index.reshape(-1)).reshape(shape)


def _run_slice(values, attributes):
    axis, start, end, step = (attributes[name] for name in ("axis", "start", "end", "step"))
    return values[0][(slice(None),) * axis + (slice(start, end, min(step, end - start)),)]  # larger steps are no numbers to torch


def _run_range(_, attributes):
    start, step, count = (attributes[name] for name in ("start", "step", "count"))
    return torch.arange(count) * step + start


OPERATIONS: dict[str, Operation] = {
    "add": Operation((2, 2), {}, _elementwise(lambda a, b: a + b), lambda values, _: torch.add(*values)),
    "multiply": Operation((2, 2), {}, _elementwise(lambda a, b: a * b), lambda values, _: torch.mul(*values)),
    "relu": Operation((1, 1), {}, _relu, lambda values, _: torch.relu(*values)),
    "matmul": Operation((2, 2), {}, _matmul, lambda values, _: torch.matmul(*values), _matmul_work, _matmul_extra_bytes),
    "sum": Operation(
        (1, 1), {"axes": _axes}, _sum,
        lambda values, attributes: values[0].sum(attributes["axes"]),
        lambda inputs, _, result: MOVE_WORK * inputs[0].elements,
    ),
    "take": Operation(
        (2, 2), {"axis": _natural}, _take, _run_take,
        lambda inputs, _, result: MOVE_WORK * result.elements,
        lambda inputs, _, result: 12 * result.elements,
    ),
    "gather": Operation(
        (2, 2), {"axis": _natural}, _gather,
        lambda values, attributes: values[0].gather(attributes["axis"], values[1]),
        lambda inputs, _, result: 2 * MOVE_WORK * result.elements,
        lambda inputs, _, result: inputs[0].bytes,
    ),
    "reshape": Operation((1, 1), {"shape": _shape}, _reshape, lambda values, attributes: values[0].reshape(attributes["shape"])),
    "permute": Operation((1, 1), {"axes": _axes}, _permute, lambda values, attributes: values[0].permute(attributes["axes"])),
    "expand": Operation((1, 1), {"shape": _shape}, _expand, lambda values, attributes: values[0].expand(attributes["shape"])),
    "slice": Operation((1, 1), {"axis": _natural, "start": _natural, "end": _positive, "step": _positive}, _slice, _run_slice),
    "concatenate": Operation(
        (1, MAX_INPUTS), {"axis": _natural}, _concatenate,
        lambda values, attributes: torch.cat(values, attributes["axis"]),
        lambda inputs, _, result: INPUT_WORK * len(inputs),
    ),
    "flip": Operation((1, 1), {"axes": _axes}, _flip, lambda values, attributes: values[0].flip(attributes["axes"])),
    "full": Operation(
        (0, 0), {"shape": _shape, "value": number}, lambda _, attributes: Tensor(VALUE, attributes["shape"]),
        lambda _, attributes: torch.full(attributes["shape"], float(attributes["value"])),
    ),
    "range": Operation((0, 0), {"start": _natural, "step": _integer, "count": _positive}, _range, _run_range),
}  # fmt: skip

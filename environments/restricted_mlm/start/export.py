"""Makes graph.json and weights.safetensors from a PyTorch module, by torch.export.

    from export import export
    export(model, config, Path("."))

The module is traced with one sequence of tokens, (1, length) → (1, length, vocabulary), and taken apart into torch's basic operations.
What depends on no tokens is computed here, by whatever operations, and stored as weights; all else has to be one of
those below, or ForbiddenOperation names it with its line. At the end the graph is read and run as the scorer does, and its logits are
compared with the module's.

`python export.py model.pt` exports a module that torch.save(model, "model.pt") wrote.
"""
import argparse
import json
import operator
import os
import re
import warnings
from pathlib import Path

import torch
from config import read_config
from graph import GRAPH, TOKENS, VERSION, WEIGHTS, load_graph
from tensors import write_tensors

HINTS = {
    "div": "there is no division; multiply by a constant",
    "mean": "there are no means; use a sum, times a constant",
    "softmax": "there is no softmax",
    "exp": "there are no exponentials",
    "_to_copy": "casts are not permitted; look values up in a table by index",
    "layer_norm": "there are no normalisation layers",
    "pow": "only the powers 2, 3 and 4 are permitted, as products",
}
TOLERANCE = 1e-3  # of the largest logit


class ForbiddenOperation(Exception):
    """An operation that no graph may hold, with the line that it comes from."""


def export(model: torch.nn.Module, config: dict, folder: Path) -> None:
    """Writes graph.json and weights.safetensors into `folder`; `config` is config.json of the data."""
    model = model.eval()
    tokens = torch.zeros(1, config["length"], dtype=torch.int64, device="cpu")
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # torch's about itself
        program = torch.export.export(model, (tokens,)).run_decompositions()
    nodes, output, weights = _Writer(program).written()
    folder.mkdir(parents=True, exist_ok=True)
    write_tensors(folder / WEIGHTS, weights)
    (folder / GRAPH).write_text(json.dumps({"version": VERSION, "nodes": nodes, "output": output}, indent=0) + "\n")
    _compare(model, config, folder)


def _compare(model: torch.nn.Module, config: dict, folder: Path) -> None:
    tokens = torch.randint(config["vocabulary"], (3, config["length"]), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = model(tokens)
    found = load_graph(folder, config).logits(tokens)
    scale = expected.abs().max().item() + 1e-6
    difference = (expected - found).abs().max().item()
    if not difference <= TOLERANCE * scale:
        raise ValueError(
            f"the graph's logits differ from the module's by {difference:.3g}, where the largest is {scale:.3g}; "
            "a graph handles one sequence at a time: does the module let sequences of a batch see each other, or use randomness?"
        )


class _Writer:
    """Goes through torch's graph once: computes what depends on no tokens, and writes the rest in our operations."""

    def __init__(self, program: torch.export.ExportedProgram):
        self.program = program
        self.known: dict[str, torch.Tensor] = {}  # what depends on no tokens, by torch's names
        self.names: dict[str, str] = {}  # torch's names → ours
        self.shapes: dict[str, tuple[int, ...]] = {}  # ours → shape
        self.parts: dict[str, list[str]] = {}  # torch's name of what gives several tensors → ours of each
        self.nodes: list[dict] = []
        self.weights: dict[str, torch.Tensor] = {}
        self.at = ""

    def written(self) -> tuple[list[dict], str, dict[str, torch.Tensor]]:
        signature = self.program.graph_signature
        tensors = {**dict(self.program.state_dict), **dict(self.program.constants)}
        places = {**signature.inputs_to_parameters, **signature.inputs_to_buffers, **signature.inputs_to_lifted_tensor_constants}
        for node in self.program.graph.nodes:
            if node.op == "placeholder" and node.name in places:
                self.known[node.name] = tensors[places[node.name]].detach().cpu()
            elif node.op == "placeholder":
                self._name(node, TOKENS)
            elif node.op == "call_function":
                self.at = _line(node)
                self._call(node)
            elif node.op == "output":
                return self.nodes, self._output(node.args[0]), self.weights
        raise AssertionError("a graph without output")

    def _output(self, results) -> str:
        if len(results) != 1:
            raise ForbiddenOperation("the module must return one tensor of logits, and change no buffers")
        name = self._input(results[0])
        return name if name in self.shapes and name not in self.weights else self._add("add", [name, 0], self._shape(name))

    def _call(self, node) -> None:
        if node.target is operator.getitem and node.args[0].name in self.parts:
            self._name(node, self.parts[node.args[0].name][node.args[1]])
            return
        fixed = [node.args, node.kwargs]
        used = list(node.all_input_nodes)
        if all(one.name in self.known for one in used):
            arguments, keywords = torch.fx.node.map_arg(fixed, lambda one: self.known[one.name])
            self.known[node.name] = node.target(*arguments, **{**keywords, **({"device": "cpu"} if "device" in keywords else {})})
            return
        if node.target is torch.ops.aten.full_like.default:
            self.known[node.name] = torch.full(node.meta["val"].shape, node.args[1], dtype=node.meta["val"].dtype)
            return
        if "_assert" in str(node.target):
            return  # torch's own, about shapes and types before a cast
        write = getattr(self, f"_write_{str(node.target).split('.')[1]}", None)
        results = node.meta["val"] if isinstance(node.meta["val"], (list, tuple)) else [node.meta["val"]]
        if write is None or not all(one.dtype in (torch.float32, torch.int64) for one in results):
            raise self._forbidden(str(node.target))
        written = write(*node.args, **node.kwargs)
        if isinstance(written, list):
            self.parts[node.name] = written
        else:
            self._name(node, written)

    def _forbidden(self, operation: str, hint: str = "") -> ForbiddenOperation:
        kind = operation.removeprefix("aten.").split(".")[0]
        hint = hint or next((text for word, text in HINTS.items() if word in kind), "it is none of the permitted operations")
        return ForbiddenOperation(f"{operation}: {hint}{' — ' + self.at if self.at else ''}")

    # Ours

    def _name(self, node, name: str) -> None:
        self.names[node.name] = name
        self.shapes[name] = tuple(node.meta["val"].shape)

    def _shape(self, name: str) -> tuple[int, ...]:
        return tuple(self.weights[name].shape) if name in self.weights else self.shapes[name]

    def _input(self, argument) -> str | int | float:
        """Our name of an input; what depends on no tokens becomes a weight when it is first used."""
        if isinstance(argument, (int, float)) and not isinstance(argument, bool):
            return argument
        if argument.name in self.known and argument.name not in self.names:
            tensor = self.known[argument.name]
            if tensor.dtype not in (torch.float32, torch.int64):
                raise self._forbidden(f"a constant of {tensor.dtype}", "constants must be float32 or int64")
            name = re.sub(r"[^A-Za-z0-9_.]", "_", argument.name)[:100]
            self.names[argument.name] = name
            self.weights[name] = tensor
        return self.names[argument.name]

    def _add(self, operation: str, inputs: list, result: tuple[int, ...], **attributes) -> str:
        name = f"n{len(self.nodes)}"
        note = {"at": self.at[:200]} if self.at else {}
        self.nodes.append({"name": name, "op": operation, "inputs": inputs, **attributes, **note})
        self.shapes[name] = result
        return name

    def _reshaped(self, name: str, shape) -> str:
        shape = tuple(shape)
        return name if self._shape(name) == shape else self._add("reshape", [name], shape, shape=list(shape))

    def _axis(self, axis: int, rank: int) -> int:
        return axis % rank if rank else 0

    # Torch's basic operations in ours. Arguments are as torch has them.

    def _write_add(self, a, b, alpha=1):
        return self._binary("add", a, b if alpha == 1 else self._scaled(b, alpha))

    def _write_sub(self, a, b, alpha=1):
        return self._binary("add", a, self._scaled(b, -alpha))

    def _write_rsub(self, a, b, alpha=1):
        return self._binary("add", b, self._scaled(a, -alpha))

    def _write_mul(self, a, b):
        return self._binary("multiply", a, b)

    def _write_neg(self, a):
        return self._scaled(a, -1)

    def _write_pow(self, a, exponent):
        if exponent not in (2, 3, 4):
            raise self._forbidden("aten.pow")
        name = square = self._binary("multiply", a, a)
        return name if exponent == 2 else self._binary("multiply", square, a if exponent == 3 else square)

    def _binary(self, operation: str, a, b) -> str:
        inputs = [one if isinstance(one, str) else self._input(one) for one in (a, b)]
        shapes = [self._shape(one) for one in inputs if isinstance(one, str)]
        return self._add(operation, inputs, tuple(torch.broadcast_shapes(*shapes)))

    def _scaled(self, a, factor):
        return a * factor if isinstance(a, (int, float)) else self._binary("multiply", a, factor)

    def _write_relu(self, a):
        name = self._input(a)
        return self._add("relu", [name], self._shape(name))

    def _write_mm(self, a, b):
        first, second = self._input(a), self._input(b)
        return self._add("matmul", [first, second], (*self._shape(first)[:-1], self._shape(second)[-1]))

    def _write_bmm(self, a, b):
        return self._write_mm(a, b)

    def _write_addmm(self, bias, a, b, beta=1, alpha=1):
        if (alpha, beta) != (1, 1):
            raise self._forbidden("aten.addmm", "scale its parts by multiplication")
        return self._binary("add", self._write_mm(a, b), bias)

    def _write_sum(self, a, axes=None, keep=False, dtype=None):
        name = self._input(a)
        shape = self._shape(name)
        summed = sorted({self._axis(axis, len(shape)) for axis in (axes or range(len(shape)))})
        result = self._add("sum", [name], tuple(side for axis, side in enumerate(shape) if axis not in summed), axes=summed)
        return self._reshaped(result, (1 if axis in summed else side for axis, side in enumerate(shape))) if keep else result

    def _write_embedding(self, table, index, padding_idx=-1, scale_grad_by_freq=False, sparse=False):
        return self._take(table, 0, index)

    def _write_index_select(self, a, axis, index):
        return self._take(a, axis, index)

    def _write_index(self, a, indices):
        places = [axis for axis, index in enumerate(indices) if index is not None]
        if len(places) != 1:
            raise self._forbidden("aten.index", "index along one axis at a time")
        return self._take(a, places[0], indices[places[0]])

    def _take(self, a, axis: int, index) -> str:
        source, places = self._input(a), self._wrapped(a, axis, index)
        shape = self._shape(source)
        axis = self._axis(axis, len(shape))
        return self._add("take", [source, places], (*shape[:axis], *self._shape(places), *shape[axis + 1 :]), axis=axis)

    def _wrapped(self, a, axis: int, index) -> str:
        """Constants may count from the end, as in torch."""
        if index.name in self.known and index.name not in self.names and self.known[index.name].dtype == torch.int64:
            side = self._shape(self._input(a))[axis]
            constant = self.known[index.name]
            self.known[index.name] = torch.where(constant < 0, constant + side, constant)
        return self._input(index)

    def _write_gather(self, a, axis, index, sparse_grad=False):
        source, places = self._input(a), self._input(index)
        return self._add("gather", [source, places], self._shape(places), axis=self._axis(axis, len(self._shape(source))))

    def _write_view(self, a, shape):
        name = self._input(a)
        return self._reshaped(name, torch.empty(self._shape(name), device="meta").reshape(tuple(shape)).shape)

    _write__unsafe_view = _write_reshape = _write_view

    def _write_unsqueeze(self, a, axis):
        name = self._input(a)
        return self._reshaped(name, torch.empty(self._shape(name), device="meta").unsqueeze(axis).shape)

    def _write_squeeze(self, a, axes=None):
        name = self._input(a)
        shape = torch.empty(self._shape(name), device="meta")
        axes = range(shape.ndim) if axes is None else [axes] if isinstance(axes, int) else axes
        return self._reshaped(name, shape.squeeze(tuple(axes)).shape)

    def _write_permute(self, a, axes):
        name = self._input(a)
        shape = self._shape(name)
        axes = [self._axis(axis, len(shape)) for axis in axes]
        if axes == list(range(len(shape))):
            return name
        return self._add("permute", [name], tuple(shape[axis] for axis in axes), axes=axes)

    def _write_transpose(self, a, first, second):
        axes = list(range(len(self._shape(self._input(a)))))
        axes[first], axes[second] = axes[second], axes[first]
        return self._write_permute(a, axes)

    def _write_expand(self, a, shape, implicit=False):
        name = self._input(a)
        wanted = tuple(torch.empty(self._shape(name), device="meta").expand(tuple(shape)).shape)
        return name if wanted == self._shape(name) else self._add("expand", [name], wanted, shape=list(wanted))

    def _write_repeat(self, a, repeats):
        name = self._input(a)
        shape = (1,) * (len(repeats) - len(self._shape(name))) + self._shape(name)
        name = self._reshaped(name, shape)
        for axis, times in enumerate(repeats):
            if times != 1:
                shape = (*shape[:axis], shape[axis] * times, *shape[axis + 1 :])
                name = self._add("concatenate", [name] * times, shape, axis=axis)
        return name

    def _write_slice(self, a, axis=0, start=None, end=None, step=1):
        name = self._input(a)
        shape = self._shape(name)
        axis = self._axis(axis, len(shape))
        start, end, step = slice(start, end, step).indices(shape[axis])
        count = len(range(start, end, step))
        if count == 0:
            raise self._forbidden("aten.slice", "it takes nothing, and tensors without elements are not permitted")
        if count == shape[axis]:
            return name
        sliced = (*shape[:axis], count, *shape[axis + 1 :])
        return self._add("slice", [name], sliced, axis=axis, start=start, end=end, step=step)

    def _write_split_with_sizes(self, a, sizes, axis=0):
        ends = [sum(sizes[: at + 1]) for at in range(len(sizes))]
        return [self._write_slice(a, axis, end - size, end) for size, end in zip(sizes, ends)]

    def _write_select(self, a, axis, at):
        shape = self._shape(self._input(a))
        axis = self._axis(axis, len(shape))
        at %= shape[axis]
        return self._reshaped(self._write_slice(a, axis, at, at + 1), (*shape[:axis], *shape[axis + 1 :]))

    def _write_cat(self, tensors, axis=0):
        names = [self._input(one) for one in tensors]
        shape = self._shape(names[0])
        axis = self._axis(axis, len(shape))
        joined = (*shape[:axis], sum(self._shape(name)[axis] for name in names), *shape[axis + 1 :])
        return self._add("concatenate", names, joined, axis=axis)

    def _write_flip(self, a, axes):
        name = self._input(a)
        return self._add("flip", [name], self._shape(name), axes=sorted({self._axis(axis, len(self._shape(name))) for axis in axes}))

    def _write_constant_pad_nd(self, a, pad, value=0):
        name = self._input(a)
        for pair in range(len(pad) // 2):
            shape = self._shape(name)
            axis = len(shape) - 1 - pair
            before, after = pad[2 * pair : 2 * pair + 2]
            if before < 0 or after < 0:
                raise self._forbidden("aten.constant_pad_nd", "pad by at least 0, or slice")
            side = lambda count: (*shape[:axis], count, *shape[axis + 1 :])  # noqa: E731
            parts = [self._add("full", [], side(before), shape=list(side(before)), value=value)] if before else []
            parts += [name]
            parts += [self._add("full", [], side(after), shape=list(side(after)), value=value)] if after else []
            name = self._add("concatenate", parts, side(before + shape[axis] + after), axis=axis) if len(parts) > 1 else name
        return name

    def _write_clone(self, a, memory_format=None):
        return self._input(a)

    _write_alias = _write_detach = _write_lift_fresh_copy = _write_clone


def _line(node) -> str:
    """`model.py, line 12: x = x / 2`: the last place of the stack that is not in torch."""
    frames = re.findall(r'File "([^"]+)", line (\d+), in [^\n]*\n\s*([^\n]*)', node.meta.get("stack_trace") or "")
    own = [frame for frame in frames if f"{os.sep}torch{os.sep}" not in frame[0]] or frames
    return f"{os.path.basename(own[-1][0])}, line {own[-1][1]}: {own[-1][2].strip()}" if own else ""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="a module that torch.save wrote; your own, since loading it runs code")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("DATA", "/data")))
    given = parser.parse_args()
    try:
        export(torch.load(given.model, map_location="cpu", weights_only=False), read_config(given.data), Path("."))
    except ForbiddenOperation as error:
        raise SystemExit(f"forbidden: {error}") from None

"""Graphs: read from graph.json and weights.safetensors, checked whole, then run. The scorer runs this same file.

A graph describes one sequence: its input `tokens` has shape [1, length]. It is run for many sequences side by side by torch.vmap,
which is why no sequence can see another, whatever the graph does with its leading axis. What could go wrong is found before
anything runs: kinds, shapes, indexes out of range, and about what it would take in memory and time.
"""
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from operations import INDEX, MAX_INPUTS, MOVE_WORK, OPERATIONS, VALUE, BadNode, Tensor, number
from tensors import NAME, BadTensors, open_regular, parse_json, read_tensors

GRAPH, WEIGHTS, TOKENS = "graph.json", "weights.safetensors", "tokens"
VERSION = 1
MAX_GRAPH_BYTES = 8 << 20
MAX_NODES = 5_000
MAX_NOTE = 200


class BadGraph(Exception):
    """The graph may not be run. The message is for whoever made it."""


@dataclass(frozen=True)
class Node:
    name: str
    operation: str
    inputs: tuple  # names of tensors, or numbers
    attributes: dict


@dataclass(frozen=True)
class Graph:
    nodes: tuple[Node, ...]
    output: str
    weights: dict[str, torch.Tensor]
    last_uses: dict[str, list[str]]  # node → what is not needed after it
    work: int  # operations for one sequence, moves counted
    live_bytes: int  # at most at once, for one sequence, beside the weights

    def to(self, device: str) -> "Graph":
        moved = {name: tensor.to(device) for name, tensor in self.weights.items()}
        return Graph(self.nodes, self.output, moved, self.last_uses, self.work, self.live_bytes)

    def logits(self, tokens: torch.Tensor) -> torch.Tensor:
        """(batch, length) int64 → (batch, length, vocabulary) float32."""
        with torch.no_grad(), torch.device(tokens.device):
            return torch.vmap(self._one)(tokens[:, None]).squeeze(1)

    def _one(self, tokens: torch.Tensor) -> torch.Tensor:
        known = {TOKENS: tokens, **self.weights}
        for node in self.nodes:
            values = [known[one] if isinstance(one, str) else one for one in node.inputs]
            known[node.name] = OPERATIONS[node.operation].run(values, node.attributes)
            for name in self.last_uses.get(node.name, ()):
                del known[name]
        return known[self.output]


def load_graph(folder: Path, config: dict) -> Graph:
    """The graph in `folder`, which fits `config` (length, vocabulary, limits); BadGraph otherwise."""
    limits = config["limits"]
    try:
        described = _read_json(folder / GRAPH)
        weights = read_tensors(folder / WEIGHTS, limits["weightsBytes"])
    except BadTensors as error:
        raise BadGraph(str(error)) from error
    return build_graph(described, weights, config)


def build_graph(described, weights: dict[str, torch.Tensor], config: dict) -> Graph:
    limits = config["limits"]
    if not isinstance(described, dict) or described.keys() != {"version", "nodes", "output"} or not _is_version(described["version"]):
        raise BadGraph(f"{GRAPH} must be an object with version ({VERSION}), nodes and output")
    written = described["nodes"]
    if not isinstance(written, list) or not 0 < len(written) <= MAX_NODES:
        raise BadGraph(f"nodes must be a list of 1 to {MAX_NODES}")
    if TOKENS in weights:
        raise BadGraph(f"a tensor of {WEIGHTS} is called {TOKENS}, which is the name of the input")
    known = {name: _described(tensor) for name, tensor in weights.items()}
    known[TOKENS] = Tensor(INDEX, (1, config["length"]), (0, config["vocabulary"] - 1))
    nodes, work = [], 0
    for at, entry in enumerate(written):
        node, result, cost = _checked(at, entry, known, limits)
        known[node.name] = result
        nodes.append(node)
        work += cost
        if work > limits["work"]:
            raise BadGraph(f"the graph takes more than {limits['work']:.2g} operations a sequence, which is the limit")
    _check_output(described["output"], known, nodes, config)
    uses = _last_uses(nodes, weights, described["output"])
    live = _live_bytes(nodes, known, uses)
    if live > limits["liveBytes"]:
        raise BadGraph(f"the graph needs {live} bytes a sequence at once; at most {limits['liveBytes']} are allowed")
    return Graph(tuple(nodes), described["output"], weights, uses, work, live)


def _is_version(found) -> bool:
    return type(found) is int and found == VERSION


def _read_json(path: Path):
    with open_regular(path) as file:
        content = file.read(MAX_GRAPH_BYTES + 1)
    if len(content) > MAX_GRAPH_BYTES:
        raise BadGraph(f"{path.name} has more than {MAX_GRAPH_BYTES} bytes")
    try:
        return parse_json(content)
    except ValueError as error:
        raise BadGraph(f"{path.name} is not JSON, or has a name twice in one object") from error


def _described(tensor: torch.Tensor) -> Tensor:
    if tensor.dtype == torch.float32:
        return Tensor(VALUE, tuple(tensor.shape), shared=True)
    return Tensor(INDEX, tuple(tensor.shape), (int(tensor.min()), int(tensor.max())), shared=True)


def _checked(at: int, entry, known: dict[str, Tensor], limits: dict) -> tuple[Node, Tensor, int]:
    """The node, what comes out of it, and its work."""
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not NAME.fullmatch(entry["name"]):
        raise BadGraph(f"node {at} must have a name of at most 120 letters, digits, _ and .")
    name, operation = entry["name"], entry.get("op")
    where = f"node {name}"
    if isinstance(entry.get("at"), str) and len(entry["at"]) <= MAX_NOTE:
        where += f" ({entry['at']})"
    if name in known:
        raise BadGraph(f"{where}: there is something of this name already")
    if not isinstance(operation, str) or operation not in OPERATIONS:
        raise BadGraph(f"{where}: op must be one of {', '.join(OPERATIONS)}")
    try:
        node = Node(name, operation, _inputs(entry, known), _attributes(entry, operation))
        inputs = [known[one] if isinstance(one, str) else one for one in node.inputs]
        rules = OPERATIONS[operation]
        if not rules.inputs[0] <= len(inputs) <= rules.inputs[1]:
            raise BadNode(f"it takes {rules.inputs[0]} inputs" + (" or more" if rules.inputs[1] == MAX_INPUTS else ""))
        shared = all(one.shared for one in inputs if isinstance(one, Tensor))
        result = replace(rules.result(inputs, node.attributes), shared=shared)
        if result.bytes + rules.extra_bytes(inputs, node.attributes, result) > limits["liveBytes"]:
            raise BadNode(f"its result of shape {list(result.shape)} needs more memory than the limit allows")
        if result.kind == VALUE:
            node = replace(node, inputs=tuple(float(one) if isinstance(one, int) else one for one in node.inputs))
        return node, result, rules.work(inputs, node.attributes, result) + MOVE_WORK * result.elements
    except BadNode as error:
        raise BadGraph(f"{where}, {operation}: {error}") from error


def _inputs(entry: dict, known: dict[str, Tensor]) -> tuple:
    written = entry.get("inputs")
    if not isinstance(written, list) or len(written) > MAX_INPUTS:
        raise BadNode(f"inputs must be a list of at most {MAX_INPUTS}")
    for one in written:
        if isinstance(one, str) and one not in known:
            raise BadNode("an input is neither tokens, nor a weight, nor an earlier node")
    return tuple(one if isinstance(one, str) else number(one) for one in written)


def _attributes(entry: dict, operation: str) -> dict:
    wanted = OPERATIONS[operation].attributes
    found = entry.keys() - {"name", "op", "inputs", "at"}
    if found != wanted.keys():
        raise BadNode(f"its attributes must be {', '.join(wanted) or 'none'}")
    attributes = {}
    for name, check in wanted.items():
        try:
            attributes[name] = check(entry[name])
        except BadNode as error:
            raise BadNode(f"{name}: {error}") from error
    return attributes


def _check_output(output, known: dict[str, Tensor], nodes: list[Node], config: dict) -> None:
    if not isinstance(output, str) or output not in {node.name for node in nodes}:
        raise BadGraph("output must be the name of a node")
    expected = (1, config["length"], config["vocabulary"])
    if known[output].kind != VALUE or known[output].shape != expected:
        found = f"{output} is {known[output].kind} of {list(known[output].shape)}"
        raise BadGraph(f"the output must be values of shape {list(expected)}; {found}")


def _last_uses(nodes: list[Node], weights: dict, output: str) -> dict[str, list[str]]:
    last = {node.name: node.name for node in nodes}
    for node in nodes:
        last.update({one: node.name for one in node.inputs if isinstance(one, str) and one != TOKENS and one not in weights})
    uses: dict[str, list[str]] = {}
    for name, user in last.items():
        if name != output:
            uses.setdefault(user, []).append(name)
    return uses


def _live_bytes(nodes: list[Node], known: dict[str, Tensor], uses: dict[str, list[str]]) -> int:
    """As if every result were new memory; rearranging often shares it, but must not be relied on."""
    live = peak = known[TOKENS].bytes
    for node in nodes:
        inputs = [known[one] if isinstance(one, str) else one for one in node.inputs]
        extra = OPERATIONS[node.operation].extra_bytes(inputs, node.attributes, known[node.name])
        live += known[node.name].bytes
        peak = max(peak, live + extra)
        live -= sum(known[name].bytes for name in uses.get(node.name, ()))
    return peak

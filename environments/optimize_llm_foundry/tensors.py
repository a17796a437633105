"""Weights as safetensors, read as data that may be hostile, and how far two results of training are apart. numpy alone."""

import json
import math

import numpy as np
from rebench_lib.answers import InvalidSubmission

MAX_HEADER_BYTES = 1 << 20
DTYPES = {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}
SIZES = {"F32": 4, "F16": 2, "BF16": 2}
# Distance between neighbouring numbers over the power of two below them, and the smallest such distance
SPACING = {"float32": (2.0**-23, 2.0**-149), "float16": (2.0**-10, 2.0**-24), "bfloat16": (2.0**-7, 2.0**-133)}


def shapes(config: dict) -> dict[str, tuple[int, ...]]:
    """Name → shape of every tensor of a model."""
    width, inner, vocabulary = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
    shared = width // config["num_attention_heads"] * config["num_key_value_heads"]
    found = {"model.embed_tokens.weight": (vocabulary, width), "model.norm.weight": (width,)}
    for layer in range(config["num_hidden_layers"]):
        parts = {
            **{"input_layernorm": (width,), "post_attention_layernorm": (width,)},
            **{"self_attn.q_proj": (width, width), "self_attn.k_proj": (shared, width), "self_attn.v_proj": (shared, width)},
            **{"self_attn.o_proj": (width, width), "mlp.gate_proj": (inner, width), "mlp.up_proj": (inner, width)},
            "mlp.down_proj": (width, inner),
        }
        found |= {f"model.layers.{layer}.{name}.weight": shape for name, shape in parts.items()}
    return found if config["tie_word_embeddings"] else {**found, "lm_head.weight": (vocabulary, width)}


def written(tensors: dict[str, np.ndarray]) -> bytes:
    """A file of float32 tensors."""
    header, offset = {}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [offset, offset + 4 * values.size]}
        offset += 4 * values.size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return b"".join(
        [len(text).to_bytes(8, "little"), text, *(np.ascontiguousarray(values, "<f4").tobytes() for values in tensors.values())]
    )


def largest_file(expected: dict[str, tuple[int, ...]]) -> int:
    return 8 + MAX_HEADER_BYTES + 4 * sum(map(math.prod, expected.values()))


def read(content: memoryview, expected: dict[str, tuple[int, ...]], dtype: str) -> dict[str, np.ndarray]:
    """The tensors of a submitted file as float32. Exactly those expected, all finite; anything else is invalid."""
    if len(content) < 8:
        raise InvalidSubmission("your program wrote no weights to the output")
    length = int.from_bytes(content[:8], "little")
    if length > min(MAX_HEADER_BYTES, len(content) - 8):
        raise InvalidSubmission("the output is no safetensors file: its header is too long")
    try:
        header = json.loads(bytes(content[8 : 8 + length]))
        header.pop("__metadata__", None)
    except (ValueError, RecursionError, AttributeError) as error:
        raise InvalidSubmission("the output is no safetensors file: its header is no JSON object") from error
    if set(header) != set(expected):
        raise InvalidSubmission(f"the output must hold {len(expected)} tensors with the names of the given weights; it differs in some")
    body = content[8 + length :]
    return {name: _tensor(name, header[name], shape, body, dtype) for name, shape in expected.items()}


def _tensor(name: str, entry: object, shape: tuple[int, ...], body: memoryview, dtype: str) -> np.ndarray:
    code, count = DTYPES[dtype], math.prod(shape)
    if not isinstance(entry, dict) or entry.get("dtype") != code or entry.get("shape") != list(shape):
        raise InvalidSubmission(f"{name} in the output must be {code} of shape {list(shape)}")
    offsets = entry.get("data_offsets")
    if not isinstance(offsets, list) or len(offsets) != 2 or not all(type(offset) is int for offset in offsets):
        raise InvalidSubmission(f"{name} in the output has no data_offsets")
    begin, end = offsets
    if not 0 <= begin <= end <= len(body) or end - begin != count * SIZES[code]:
        raise InvalidSubmission(f"{name} in the output has wrong data_offsets")
    if code == "BF16":
        bits = np.frombuffer(body[begin:end], "<u2").astype(np.uint32) << 16
        values = bits.view(np.float32)
    else:
        values = np.frombuffer(body[begin:end], {"F32": "<f4", "F16": "<f2"}[code]).astype(np.float32)
    if not np.isfinite(values).all():
        raise InvalidSubmission(f"{name} in the output has values that are not finite")
    return values.reshape(shape)


def deviation(found: np.ndarray, truth: np.ndarray, initial: np.ndarray, dtype: str) -> float:
    """
    How far a tensor is from the truth, as a share d of its update U = truth − initial: ‖found − truth‖ = d·‖U‖ for float32.

    Rounding to fewer digits turns a difference of δ into one of a spacing s with probability δ/s, so that of two results
    d·‖U‖ apart the squared distance is expected to grow to (d·‖U‖)² + d·‖U‖·‖s‖ at most; this is solved for d.
    An update of exactly zero must be found exactly: d is then 0, or infinite.
    """
    update = float(np.linalg.norm(truth.astype(np.float64) - initial))
    difference = float(np.linalg.norm(found.astype(np.float64) - truth))
    if difference == 0:
        return 0.0
    if update == 0:
        return math.inf
    rounding = 0.0 if dtype == "float32" else float(np.linalg.norm(spacing(truth, dtype)))
    return (math.sqrt(rounding**2 + 4 * difference**2) - rounding) / (2 * update)


def spacing(values: np.ndarray, dtype: str) -> np.ndarray:
    relative, smallest = SPACING[dtype]
    return np.maximum(relative * 2.0 ** np.floor(np.log2(np.maximum(np.abs(values.astype(np.float64)), 1e-300))), smallest)

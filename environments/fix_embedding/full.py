"""Tier full: GPT-2 XL with its embedding permuted, GPT-2 as it is, and OpenWebText in GPT-2's tokens."""
import hashlib
import io
import json
import lzma
import shutil
import sys
import tarfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Iterator

import numpy as np
from permute import permutation
from weights import expected_shapes, write_weights

LARGE = {"n_layer": 48, "n_head": 25, "n_embd": 1600, "n_positions": 1024, "vocab_size": 50257}
SMALL = {"n_layer": 12, "n_head": 12, "n_embd": 768, "n_positions": 1024, "vocab_size": 50257}
HUB = "https://huggingface.co"
XL = f"{HUB}/openai-community/gpt2-xl/resolve/15ea56dee5df4983c59b2538573817e1667135e2"
BASE = f"{HUB}/openai-community/gpt2/resolve/607a30d783dfa663caf39e06633721c8d4cfcd7e"
# file → address, SHA-256. The text has no checksum known to us: the one that the Hub announces for it is checked, and printed.
SOURCES = {
    "gpt2-xl.safetensors": (f"{XL}/model.safetensors", "0f8b28eb05a8075f48b61b6f35332978c74fc7763fa9fb4051a1c30511736a6a"),
    "gpt2.safetensors": (f"{BASE}/model.safetensors", "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707"),
    "vocab.json": (f"{BASE}/vocab.json", "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783"),
    "merges.txt": (f"{BASE}/merges.txt", "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5"),
    "openwebtext-00.tar": (f"{HUB}/datasets/Skylion007/openwebtext/resolve/main/subsets/urlsf_subset00.tar", None),
}
PERMUTATION_SEED = 20241122
VISIBLE_SEQUENCES, VALIDATION_SEQUENCES, LENGTH = 20_000, 256, 1025
SYNTHETIC_SEQUENCES = 64


def real(visible: Path, protected: Path, cache: Path) -> str:
    files = {name: fetch(name, *SOURCES[name], cache) for name in SOURCES}
    shuffle = permutation(LARGE["vocab_size"], PERMUTATION_SEED)
    convert(files["gpt2-xl.safetensors"], visible / "large.safetensors", LARGE, shuffle)
    convert(files["gpt2.safetensors"], visible / "small.safetensors", SMALL, None)
    write_configs(visible, protected, LARGE, SMALL, synthetic=False)
    wanted = VALIDATION_SEQUENCES + VISIBLE_SEQUENCES
    text = sequences(documents(files["openwebtext-00.tar"]), files["vocab.json"], files["merges.txt"], wanted)
    np.save(protected / "validation.npy", text[:VALIDATION_SEQUENCES])
    np.save(visible / "text.npy", text[VALIDATION_SEQUENCES:])
    return f"GPT-2 XL permuted, GPT-2, {len(text)} sequences of {LENGTH} tokens of OpenWebText"


def synthetic(visible: Path, protected: Path, large: dict = LARGE, small: dict = SMALL, length: int = LENGTH) -> str:
    """Random weights and random text of the same shapes: tries the path and its cost, and says nothing about skill."""
    for seed, (name, config) in enumerate({"large": large, "small": small}.items()):
        random = np.random.default_rng(seed)
        shapes = expected_shapes(config)
        write_weights(visible / f"{name}.safetensors", shapes, "F16", lambda name: random_tensor(random, name, shapes[name]))
    write_configs(visible, protected, large, small, synthetic=True)
    random = np.random.default_rng(9)
    for path in (visible / "text.npy", protected / "validation.npy"):
        ranks = random.zipf(1.2, size=(SYNTHETIC_SEQUENCES, length))
        np.save(path, (ranks % large["vocab_size"]).astype(np.uint16))
    return "SYNTHETIC: random weights and random text; scores mean nothing here"


def random_tensor(random: np.random.Generator, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """GPT-2's initialisation."""
    if name.endswith(".bias"):
        return np.zeros(shape, dtype=np.float16)
    if ".ln_" in name or name.startswith("ln_"):
        return np.ones(shape, dtype=np.float16)
    return random.normal(0, 0.02, size=shape).astype(np.float16)


def write_configs(visible: Path, protected: Path, large: dict, small: dict, synthetic: bool) -> None:
    for folder, name, config in [(visible, "large", large), (visible, "small", small), (protected, "large", large)]:
        (folder / f"{name}.json").write_text(json.dumps(config | {"synthetic": synthetic}, indent=2) + "\n")


def fetch(name: str, address: str, sha256: str | None, cache: Path) -> Path:
    """The file from the cache, or from the network; in both cases its checksum is right."""
    path = cache / name
    cache.mkdir(parents=True, exist_ok=True)
    try:
        if sha256 is None and not path.exists():
            sha256 = announced_sha256(address)
            print(f"{address}: the Hub announces SHA-256 {sha256}", file=sys.stderr)
        if not path.exists():
            with urllib.request.urlopen(address, timeout=60) as response, open(path.with_suffix(".part"), "wb") as part:
                shutil.copyfileobj(response, part, 1 << 20)
            check_sha256(path.with_suffix(".part"), sha256, address)
            path.with_suffix(".part").rename(path)
        elif sha256 is not None:
            check_sha256(path, sha256, address)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise SystemExit(f"tier full needs {address}, which cannot be reached ({reason}): run this where there is network, or use --data synthetic") from None
    return path


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def announced_sha256(address: str) -> str:
    """Of a large file on the Hub: the header of its redirect."""
    try:
        headers = urllib.request.build_opener(_NoRedirect).open(urllib.request.Request(address, method="HEAD"), timeout=60).headers
    except urllib.error.HTTPError as error:
        headers = error.headers
    announced = (headers.get("X-Linked-ETag") or "").strip('"')
    if len(announced) != 64:
        raise SystemExit(f"the Hub announces no SHA-256 for {address}: put the file into the cache by hand, see --cache")
    return announced


def check_sha256(path: Path, expected: str, address: str) -> None:
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise SystemExit(f"{path} from {address} has SHA-256 {found}, expected {expected}: delete it and run this again")


def convert(source: Path, target: Path, config: dict, shuffle: np.ndarray | None) -> None:
    """The Hub's file in our names, its embedding permuted where `shuffle` is given. float32, as published."""
    with open(source, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    values = np.memmap(source, dtype=np.uint8, mode="r", offset=8 + length)
    shapes = expected_shapes(config)

    def tensor(name: str) -> np.ndarray:
        entry = header.get(name) or header[f"transformer.{name}"]
        begin, end = entry["data_offsets"]
        found = values[begin:end].view({"F32": "<f4", "F16": "<f2"}[entry["dtype"]]).reshape(entry["shape"])
        return found[shuffle] if name == "wte.weight" and shuffle is not None else found

    write_weights(target, shapes, "F32", tensor)


def documents(tar: Path) -> Iterator[str]:
    """The texts of OpenWebText's archive, in its order: a tar of .xz tars of .txt files."""
    with tarfile.open(tar) as outer:
        for part in outer:
            if not part.name.endswith(".xz"):
                continue
            with tarfile.open(fileobj=io.BytesIO(lzma.decompress(outer.extractfile(part).read()))) as inner:
                for member in inner:
                    if member.isfile():
                        yield inner.extractfile(member).read().decode("utf-8", "replace")


def sequences(texts: Iterator[str], vocabulary: Path, merges: Path, count: int) -> np.ndarray:
    """`count` sequences of LENGTH tokens, uint16: the documents one after the other, each begun by the end-of-text token."""
    from bpe import END_OF_TEXT, Tokenizer

    tokenizer = Tokenizer(vocabulary, merges)
    found: list[int] = []
    for text in texts:
        found += [END_OF_TEXT, *tokenizer.encode(text)]
        if len(found) >= count * LENGTH:
            return np.array(found[: count * LENGTH], dtype=np.uint16).reshape(count, LENGTH)
    raise SystemExit(f"the text ended after {len(found)} tokens; {count * LENGTH} are needed")

"""Makes the starting model of tier small, the opponents' answers, and the sums that prepare.py checks.

For maintainers; two minutes of one core.

Usage: make_models.py OUT [--steps N] [--start FILE]

The model learns to answer as talk.py does: right and wrong, well and badly formed. Steps, seeds and threads are fixed, so one
machine makes the same files again; another kind of processor may round differently, which is why the files are tracked.
The first opponent are samples of the starting model; the second is the best of four samples, as the judge sees it.
"""
import argparse
import hashlib
import json
import math
import random
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start")]

import preferences  # noqa: E402
import prepare  # noqa: E402
import talk  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
import world  # noqa: E402
from gpt import Gpt, generate  # noqa: E402
from tokens import Words  # noqa: E402
from weights import expected_shapes, load_weights, write_weights  # noqa: E402

CONFIG = {"n_layer": 3, "n_head": 2, "n_embd": 64, "n_positions": 64, "vocab_size": len(world.vocabulary())}
STEPS, PROMPTS, ANSWERS = 1500, 24, 6  # of a step: prompts, and answers to each
RATE, MATRIX_RATE, MOMENTUM = 3e-3, 0.02, 0.95
PLACES, SCALE, INITIAL_SEED = 24, 0.2, 3  # of the initial weights: width for places, standard deviation of the embedding
SAMPLES, SAMPLING_SEED = 4, 11
TOKENS = Words(world.vocabulary())


def train(steps: int) -> Gpt:
    torch.manual_seed(1)
    model = Gpt(CONFIG)
    initialize(model)
    matrices = [weight for path, weight in model.named_parameters() if weight.ndim == 2 and path.startswith("h.")]
    others = [weight for path, weight in model.named_parameters() if not (weight.ndim == 2 and path.startswith("h."))]
    adam = torch.optim.AdamW(others, lr=RATE, betas=(0.9, 0.98), weight_decay=0)
    momenta = [torch.zeros_like(weight) for weight in matrices]
    dice, begin = random.Random(5), time.monotonic()
    for step in range(steps):
        questions = world.questions(PROMPTS, world.SEEN + world.HELD_OUT, seed=1000 + step)
        tokens, positions, mask, places, wanted = packed(questions, dice)
        hidden = model.hidden(tokens, positions, mask).flatten(0, 1)[places]
        loss = F.cross_entropy(hidden @ model.wte.weight.T, wanted)
        for weight in [*matrices, *others]:
            weight.grad = None
        loss.backward()
        torch.nn.utils.clip_grad_norm_(others, 1.0)
        share = min(1, (step + 1) / 100) * min(1, (steps - step) / (0.5 * steps))
        for group in adam.param_groups:
            group["lr"] = RATE * share
        adam.step()
        muon_step(matrices, momenta, MATRIX_RATE * share)
        if step % 100 == 0:
            print(f"step {step}, loss {loss.item():.4f}, {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    return model.requires_grad_(False)


def packed(questions: list[world.Question], dice: random.Random):
    """Each row is a prompt and ANSWERS answers to it, none of which sees another.

    Returns tokens and positions (rows, length), mask (rows, 1, length, length), and for every token of every answer the place
    that foretells it, among rows × length, and the token itself.
    """
    rows, positions, parts, foretold = [], [], [], []
    for question in questions:
        row = TOKENS.encode(question.prompt)
        prompt = len(row)
        place, part = list(range(prompt)), [0] * prompt
        for number in range(1, ANSWERS + 1):
            answer = [*TOKENS.encode(talk.answer(dice, question)), TOKENS.end]
            foretold += [(len(rows), at, token) for at, token in zip([prompt - 1, *range(len(row), len(row) + len(answer) - 1)], answer)]
            row += answer[:-1]
            place += range(prompt, prompt + len(answer) - 1)
            part += [number] * (len(answer) - 1)
        rows.append(row)
        positions.append(place)
        parts.append(part)
    length = max(map(len, rows))
    filled = ((rows, 0), (positions, 0), (parts, -1))
    tokens, places, parts = (torch.tensor([row + [fill] * (length - len(row)) for row in some]) for some, fill in filled)
    order = torch.arange(length)
    mask = (order[:, None] >= order) & ((parts[:, None] == 0) | (parts[:, None] == parts[:, :, None]))
    where = torch.tensor([row * length + at for row, at, _ in foretold])
    return tokens, places, mask[:, None], where, torch.tensor([token for *_, token in foretold])


@torch.no_grad()
def initialize(model: Gpt) -> None:
    """Random weights in which a few attention heads already do what takes longest to learn: to find things in the prompt.

    A part of the width is for places, the rest for words, and words of one kind begin alike. Block 0 writes to each place which
    words stand one and three places before it. Block 1 looks for places of the kind of word that stood three before (in "town of
    ada :" a town), and for those that come after the word read last (after "radio" what the radio said), and copies what is there.
    """
    random = torch.Generator().manual_seed(INITIAL_SEED)
    width = CONFIG["n_embd"]
    words, head = width - PLACES, width // CONFIG["n_head"]
    for path, weight in model.named_parameters():
        if weight.ndim == 2 and path.startswith("h."):
            weight.copy_(torch.randn(weight.shape, generator=random) * (0.1 if "c_proj" in path else 1) / math.sqrt(weight.shape[0]))
    model.wte.weight.zero_()
    model.wte.weight[:, :words] = word_vectors(words, random) * SCALE
    model.wpe.weight.zero_()
    turns = torch.arange(CONFIG["n_positions"])[:, None] * ((torch.arange(PLACES // 2) + 0.5) / (PLACES // 2) * math.pi)
    model.wpe.weight[:, words::2], model.wpe.weight[:, words + 1 :: 2] = torch.sin(turns) * SCALE * 1.4, torch.cos(turns) * SCALE * 1.4
    before = [rows(words, words, random), rows(words, words, random)]  # how block 0 writes a word that stood one or three places before
    for at, distance in enumerate((1, 3)):
        query, key = looks_back(width, head, distance)
        copied = rows(head, words, random)
        set_head(model.h[0].attn, at, query * 2, key * 2, copied, copied @ before[at].T * SCALE)
    for at in range(2):
        compared, copied = rows(head, words, random), rows(head, words, random)
        mine, theirs = (compared @ before[1].T, compared) if at == 0 else (compared, compared @ before[0].T)
        set_head(model.h[1].attn, at, on_words(mine, width) * 1.5, on_words(theirs, width) * 1.5, copied, copied * SCALE * 2)


def word_vectors(width: int, random: torch.Generator) -> torch.Tensor:
    """(vocabulary, width): words of one kind share a part, and ages and numbers lie in their order."""
    vectors = torch.randn(len(TOKENS.words), width, generator=random) * 0.7
    kinds = [world.SOURCES, world.SEEN + world.HELD_OUT, world.NUMBERS, *([relation, *values] for relation, values in world.VALUES.items())]
    for kind in kinds:
        vectors[[TOKENS.numbers[word] for word in kind]] += torch.randn(width, generator=random) * 0.7
    for ordered in (world.AGES, world.NUMBERS):
        along = torch.linspace(-1, 1, len(ordered))[:, None] * torch.randn(width, generator=random) * 0.7
        vectors[[TOKENS.numbers[word] for word in ordered]] += along
    return vectors


def rows(count: int, width: int, random: torch.Generator) -> torch.Tensor:
    """(count, width): orthonormal rows."""
    return torch.linalg.qr(torch.randn(width, count, generator=random))[0].T


def on_words(matrix: torch.Tensor, width: int) -> torch.Tensor:
    """(head, words) → (width, head), which does not see places."""
    return F.pad(matrix.T, (0, 0, 0, width - matrix.shape[1]))


def looks_back(width: int, head: int, distance: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Query and key, (width, head), whose product is largest where the key stands `distance` places before the query."""
    query, key = torch.zeros(width, head), torch.zeros(width, head)
    for wave in range(PLACES // 2):
        angle = (wave + 0.5) / (PLACES // 2) * math.pi * distance
        sine, cosine = width - PLACES + 2 * wave, width - PLACES + 2 * wave + 1
        key[sine, 2 * wave] = key[cosine, 2 * wave + 1] = 1
        query[sine, 2 * wave], query[cosine, 2 * wave] = math.cos(angle), -math.sin(angle)
        query[cosine, 2 * wave + 1], query[sine, 2 * wave + 1] = math.cos(angle), math.sin(angle)
    return query, key


def set_head(attention, at: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, out: torch.Tensor) -> None:
    """Query and key (width, head); value and out (head, words): what is read, and what is written for it."""
    width, head = query.shape
    for part, matrix in enumerate((query, key, on_words(value, width))):
        attention.c_attn.weight[:, part * width + at * head : part * width + (at + 1) * head] = matrix
    attention.c_proj.weight[at * head : (at + 1) * head] = F.pad(out, (0, width - out.shape[1]))


@torch.no_grad()
def muon_step(matrices: list, momenta: list, rate: float) -> None:
    """Momentum made orthogonal by Newton and Schulz's iteration (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon)."""
    for weight, momentum in zip(matrices, momenta):
        momentum.mul_(MOMENTUM).add_(weight.grad)
        update = weight.grad + MOMENTUM * momentum
        update = update / (update.norm() + 1e-7)
        for _ in range(5):
            square = update @ update.T
            update = 3.4445 * update + (-4.7750 * square + 2.0315 * square @ square) @ update
        weight.sub_(update, alpha=rate * max(1, weight.shape[1] / weight.shape[0]) ** 0.5)


def opponents(model: Gpt) -> dict[str, list[str]]:
    """Answers to the held-out prompts: of the starting model, and the best of SAMPLES of its answers."""
    questions = prepare.held_out()
    prompts = [TOKENS.encode(question.prompt) for question in questions]
    random, limit = torch.Generator().manual_seed(SAMPLING_SEED), prepare.RULES["maxNewTokens"]
    drawn = [generate(model, prompts, TOKENS.end, limit, 1.0, random) for _ in range(SAMPLES + 1)]
    sampled, *others = ([TOKENS.decode(answer) for answer in answers] for answers in drawn)
    best = [max(some, key=lambda answer: preferences.quality(question, answer)) for question, some in zip(questions, zip(*others))]
    return {"sampled": sampled, "bestOfFour": best}


def main(out: Path, steps: int, start: Path | None) -> None:
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    if start is None:
        trained = dict(train(steps).named_parameters())
        write_weights(out / "start.safetensors", expected_shapes(CONFIG), "F16", lambda name: trained[name].numpy())
    elif start != out / "start.safetensors":
        (out / "start.safetensors").write_bytes(start.read_bytes())
    (out / "start.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    model = Gpt(CONFIG).requires_grad_(False)
    load_weights(model, out / "start.safetensors", CONFIG)  # rounded to float16, as participants get it
    prepare.write(out / "opponents.json", opponents(model))
    names = ["opponents.json", "start.json", "start.safetensors"]
    (out / "SHA256SUMS").write_text("".join(f"{hashlib.sha256((out / name).read_bytes()).hexdigest()}  {name}\n" for name in names))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--start", type=Path, help="weights made before: only the opponents are made")
    given = parser.parse_args()
    main(given.out, given.steps, given.start)

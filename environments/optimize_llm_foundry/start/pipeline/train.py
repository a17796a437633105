"""Training: batches of rows, gradients, optimizer steps, checkpoints. environment's instructions describe every option."""

import math
import random
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch.nn import functional

from model import Model
from tokenise import Example, Tokenizer, count_rows, make_example, read_row

PADDING = 0


def train(rows: Path, tokenizer: Tokenizer, weights: Path, model_config: dict, options: dict, work: Path) -> list[Path]:
    """Returns the checkpoints of which the mean is the result: those of the last `average_last` steps."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = Model(model_config).to(device)
    model.load_state_dict(load_file(weights, device=device))
    if options["freeze_embeddings"]:
        model.model.embed_tokens.weight.requires_grad_(False)
    count = count_rows(rows) - options["eval_rows"]
    optimizer = Optimizer(model, options)
    steps = sum(len(batches(rows, count, tokenizer, options, epoch)) for epoch in range(options["epochs"]))
    checkpoints: list[Path] = []
    step = 0
    with (work / "losses.txt").open("w") as log:
        for epoch in range(options["epochs"]):
            for batch in batches(rows, count, tokenizer, options, epoch):
                loss = accumulate_gradients(model, batch, options["max_length"], device)
                optimizer.step(learning_rate(step, steps, options))
                step += 1
                log.write(f"step {step} of {steps}: loss {loss:.4f}\n")
                if step % options["eval_every"] == 0:
                    loss = evaluate(model, rows, count, tokenizer, options, device)
                    log.write(f"step {step} of {steps}: loss of rows that are not trained on {loss:.4f}\n")
                if step % options["save_every"] == 0 or step > steps - options["average_last"]:
                    checkpoints.append(work / f"step-{step}.pt")
                    torch.save(model.state_dict(), checkpoints[-1])
    return checkpoints[-min(options["average_last"], steps) :]


def batches(rows: Path, count: int, tokenizer: Tokenizer, options: dict, epoch: int) -> list[list[list[Example]]]:
    """
    An epoch's batches of sequences of examples. The first `count` rows are shuffled; with `packing` a sequence takes one row after the
    other while they fit, without it a sequence is one row. The last batch may be smaller.
    """
    order = list(range(count))
    random.Random(f"{options['seed']}-{epoch}").shuffle(order)
    sequences: list[list[Example]] = []
    for index in order:
        example = make_example(read_row(rows, index), tokenizer, options["max_length"], options["loss_on"])
        used = sum(len(other.tokens) for other in sequences[-1]) if sequences else 0
        if options["packing"] and sequences and used + len(example.tokens) <= options["max_length"]:
            sequences[-1].append(example)
        else:
            sequences.append([example])
    size = options["batch_size"]
    return [sequences[at : at + size] for at in range(0, len(sequences), size)]


def accumulate_gradients(model: Model, batch: list[list[Example]], max_length: int, device: str) -> float:
    """Gradients of the mean loss over all learned tokens of the batch, one sequence at a time; returns that mean."""
    model.zero_grad()
    learned = sum(sum(example.learned) for sequence in batch for example in sequence)
    total = 0.0
    for sequence in batch:
        loss = sequence_loss(model, sequence, max_length, device) / max(learned, 1)
        loss.backward()
        total += loss.item()
    return total


def sequence_loss(model: Model, sequence: list[Example], max_length: int, device: str) -> torch.Tensor:
    """Sum of the cross-entropies of a sequence's learned tokens, nats."""
    tokens = torch.full((max_length,), PADDING)
    positions = torch.zeros(max_length, dtype=torch.long)
    learned = torch.zeros(max_length, dtype=torch.bool)
    mask = torch.eye(max_length, dtype=torch.bool)
    begin = 0
    for example in sequence:  # which see nothing of each other
        end = begin + len(example.tokens)
        tokens[begin:end] = torch.tensor(example.tokens)
        positions[begin:end] = torch.arange(end - begin)
        learned[begin:end] = torch.tensor(example.learned)
        mask[begin:end, begin:end] = torch.ones(end - begin, end - begin, dtype=torch.bool).tril()
        begin = end
    logits = model(tokens[None].to(device), positions[None].to(device), mask[None].to(device))[0]
    losses = functional.cross_entropy(logits[:-1], tokens[1:].to(device), reduction="none")
    return (losses * learned[1:].to(device)).sum()


@torch.no_grad()
def evaluate(model: Model, rows: Path, count: int, tokenizer: Tokenizer, options: dict, device: str) -> float:
    """Mean loss of the learned tokens of the last `eval_rows` rows."""
    total, learned = 0.0, 0
    for index in range(count, count + options["eval_rows"]):
        example = make_example(read_row(rows, index), tokenizer, options["max_length"], options["loss_on"])
        total += sequence_loss(model, [example], options["max_length"], device).item()
        learned += sum(example.learned)
    return total / max(learned, 1)


def learning_rate(step: int, steps: int, options: dict) -> float:
    """Of step 0, 1, … steps − 1. It rises over `warmup_steps`, then stays, or falls to `final_share` of its peak."""
    peak, warmup = options["learning_rate"], options["warmup_steps"]
    if step < warmup:
        return peak * (step + 1) / warmup
    passed = (step - warmup) / max(steps - warmup, 1)
    left = {"constant": 1.0, "linear": 1 - passed, "cosine": (1 + math.cos(math.pi * passed)) / 2}[options["schedule"]]
    return peak * (options["final_share"] + (1 - options["final_share"]) * left)


class Optimizer:
    """AdamW, or SGD with momentum; both with weight decay apart from the gradient, of matrices alone."""

    def __init__(self, model: Model, options: dict) -> None:
        self.parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.options = options
        self.first = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.second = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.steps = 0

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        self.steps += 1
        if self.options["clip_norm"] is not None:
            self._clip(self.options["clip_norm"])
        for parameter, first, second in zip(self.parameters, self.first, self.second):
            if parameter.dim() > 1:
                parameter.copy_(parameter * (1 - learning_rate * self.options["weight_decay"]))
            change = self._adam(parameter.grad, first, second) if self.options["optimizer"] == "adamw" else self._sgd(parameter.grad, first)
            parameter.copy_(parameter - learning_rate * change)

    def _adam(self, gradient: torch.Tensor, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
        beta1, beta2 = self.options["betas"]
        first.copy_(beta1 * first + (1 - beta1) * gradient)
        second.copy_(beta2 * second + (1 - beta2) * gradient * gradient)
        unbiased = second / (1 - beta2**self.steps)
        return first / (1 - beta1**self.steps) / (torch.sqrt(unbiased) + self.options["epsilon"])

    def _sgd(self, gradient: torch.Tensor, first: torch.Tensor) -> torch.Tensor:
        first.copy_(self.options["momentum"] * first + gradient)
        return first

    def _clip(self, limit: float) -> None:
        """Scales all gradients so that their common norm is at most `limit`."""
        norm = math.sqrt(sum(parameter.grad.double().pow(2).sum().item() for parameter in self.parameters))
        if norm > limit:
            for parameter in self.parameters:
                parameter.grad.copy_(parameter.grad * (limit / norm))

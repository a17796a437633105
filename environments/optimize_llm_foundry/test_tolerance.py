"""How far results are from the unmodified pipeline's: honest changes far below what is allowed, shortcuts far above it."""

import importlib
import math
import random
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn import functional

import scorer
import tensors
from conftest import PIPELINE, START, forget_pipeline
from jobs import SMALL, Job

PLAN = scorer.plan_of("small", None, None)
MARGIN = 5  # between tolerance and both


def trained(job: Job, tokenizer: bytes, room, change=lambda modules: None) -> dict[str, np.ndarray]:
    """The result of the unmodified pipeline after `change` was made to its modules."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    sys.path.insert(0, str(START))
    try:
        forget_pipeline()
        modules = SimpleNamespace(**{name: importlib.import_module(name) for name in PIPELINE})
        change(modules)
        room.mkdir()
        job.write(room)
        (room / "tokenizer.json").write_bytes(tokenizer)
        (room / "output").touch()
        names = {"rows": "rows.jsonl", "config": "config.json", "tokenizer": "tokenizer.json", "weights": "weights.safetensors"}
        modules.run.run(**{name: room / file for name, file in names.items()}, output=room / "output", work=room)
    finally:
        sys.path.pop(0)
        forget_pipeline()
        torch.set_num_threads(threads)
    return tensors.read(memoryview((room / "output").read_bytes()), tensors.shapes(job.model), job.options["output_dtype"])


@pytest.fixture(scope="module")
def truth(tokenizer, tmp_path_factory):
    """A job of the size that is timed, and its result."""
    job = SMALL.draw(random.Random(7), PLAN.rows, {})
    return job, trained(job, tokenizer, tmp_path_factory.mktemp("truth") / "room")


@pytest.fixture
def largest_deviation(truth, tokenizer, tmp_path):
    def measured(change):
        job, expected = truth
        found = trained(job, tokenizer, tmp_path / "room", change)
        return max(tensors.deviation(found[name], expected[name], job.initial[name], "float32") for name in expected)

    return measured


def batched(modules):
    """A batch is one pass, padded to its longest sequence, through torch's own attention and loss."""

    def accumulate(model, batch, max_length, device):
        model.zero_grad()
        longest = max(sum(len(one.tokens) for one in sequence) for sequence in batch)
        padded = [sequence[0].tokens + [0] * (longest - len(sequence[0].tokens)) for sequence in batch]
        learned = torch.tensor([one.learned + [False] * (longest - len(one.learned)) for (one,) in batch])
        tokens = torch.tensor(padded)
        logits = model(
            tokens, torch.arange(longest).expand(tokens.shape), torch.ones(len(batch), longest, longest, dtype=torch.bool).tril()
        )
        targets = torch.where(learned, tokens, -100)[:, 1:]
        loss = functional.cross_entropy(logits[:, :-1].flatten(0, 1), targets.flatten())
        loss.backward()
        return loss.item()

    modules.train.accumulate_gradients = accumulate


def torch_attention(modules):
    def forward(self, x, positions, mask):
        batch, length, _ = x.shape
        parts = [(self.q_proj, self.heads), (self.k_proj, self.shared), (self.v_proj, self.shared)]
        q, k, v = (part(x).view(batch, length, heads, self.size).transpose(1, 2) for part, heads in parts)
        q, k = modules.model.rotated(q, positions, self.theta), modules.model.rotated(k, positions, self.theta)
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None], enable_gqa=True)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))

    modules.model.Attention.forward = forward


def torch_adamw(modules):
    """torch's fused AdamW and its clipping."""

    class Optimizer:
        def __init__(self, model, options):
            self.options = options
            self.parameters = list(model.parameters())
            groups = [
                {"params": [one for one in self.parameters if one.dim() > 1], "weight_decay": options["weight_decay"]},
                {"params": [one for one in self.parameters if one.dim() == 1], "weight_decay": 0.0},
            ]
            self.inner = torch.optim.AdamW(groups, betas=options["betas"], eps=options["epsilon"], fused=True)

        def step(self, learning_rate):
            torch.nn.utils.clip_grad_norm_(self.parameters, self.options["clip_norm"])
            for group in self.inner.param_groups:
                group["lr"] = learning_rate
            self.inner.step()

    modules.train.Optimizer = Optimizer


def double_precision(modules):
    """What the unmodified pipeline would give without rounding."""
    load = modules.train.load_file
    modules.train.load_file = lambda *rest, **named: {name: value.double() for name, value in load(*rest, **named).items()}
    build = modules.train.Model
    modules.train.Model = lambda config: build(config).double()


def reversed_sums(modules):
    """The sequences of a batch in another order."""
    accumulate = modules.train.accumulate_gradients
    modules.train.accumulate_gradients = lambda model, batch, *rest: accumulate(model, batch[::-1], *rest)


def all_at_once(modules):
    for change in (batched, torch_attention, torch_adamw):
        change(modules)


HONEST = [batched, torch_attention, torch_adamw, double_precision, reversed_sums, all_at_once]


@pytest.mark.parametrize("change", HONEST, ids=lambda change: change.__name__)
def test_honest_changes_stay_far_below_the_tolerance(largest_deviation, change):
    found = largest_deviation(change)
    print(f"{change.__name__}: {found:.1e}")
    assert 0 < found < PLAN.tolerance / MARGIN


def at_last_step(modules, instead):
    """`instead(optimizer)` in place of the last step, whose gradients are not computed."""
    seen = {}
    rate, accumulate, step = modules.train.learning_rate, modules.train.accumulate_gradients, modules.train.Optimizer.step
    total = 2 * -(-(PLAN.rows - SMALL.main["eval_rows"]) // SMALL.main["batch_size"])

    def gradients(*rest):
        seen["step"] = seen.get("step", 0) + 1
        return 0.0 if seen["step"] == total else accumulate(*rest)

    def stepped(self, learning_rate):
        if seen["step"] == total:
            instead(self, learning_rate, step)
        else:
            step(self, learning_rate)

    assert rate(total - 1, total, SMALL.main) > 0
    modules.train.accumulate_gradients, modules.train.Optimizer.step = gradients, stepped


def no_last_step(modules):
    at_last_step(modules, lambda optimizer, learning_rate, step: None)


def last_step_from_momentum(modules):
    def guessed(optimizer, learning_rate, step):
        correction = 1 - optimizer.options["betas"][0] ** optimizer.steps
        for parameter, first in zip(optimizer.parameters, optimizer.first):
            parameter.grad = first / correction
        step(optimizer, learning_rate)

    at_last_step(modules, guessed)


def with_batches(edit):
    def change(modules):
        every = modules.train.batches
        modules.train.batches = lambda *rest: edit(every(*rest))

    return change


def with_examples(edit):
    """What happens to an example on its way to the model."""

    def change(modules):
        make = modules.train.make_example
        example = modules.tokenise.Example
        modules.train.make_example = lambda *rest: (lambda one: example(*edit(one.tokens, one.learned)))(make(*rest))

    return change


def with_options(**options):
    def change(modules):
        train = modules.run.train
        modules.run.train = lambda rows, tokenizer, weights, model, given, work: train(
            rows, tokenizer, weights, model, given | options, work
        )

    return change


def lower_precision(dtype):
    def change(modules):
        accumulate = modules.train.accumulate_gradients

        def gradients(*rest):
            with torch.autocast("cpu", dtype=dtype):
                return accumulate(*rest)

        modules.train.accumulate_gradients = gradients

    return change


def noise_on_update(share):
    def change(modules):
        convert = modules.run.convert

        def noisy(checkpoints, output, dtype):
            weights = torch.load(checkpoints[-1], weights_only=True)
            initial = modules.train.load_file(output.with_name("weights.safetensors"))
            torch.manual_seed(1)
            for name, value in weights.items():
                value += share * (value - initial[name]).norm() * torch.randn(value.shape) / math.sqrt(value.numel())
            torch.save(weights, checkpoints[-1])
            convert(checkpoints, output, dtype)

        modules.run.convert = noisy

    return change


SHORTCUTS = {
    "the last step left out": no_last_step,
    "the last step guessed from momentum": last_step_from_momentum,
    "one row of the last batch left out": with_batches(lambda batches: [*batches[:-1], batches[-1][1:]]),
    "one batch left out": with_batches(lambda batches: [*batches[:2], *batches[3:]]),
    "two batches in one step": with_batches(lambda batches: [a + b for a, b in zip(batches[::2], batches[1::2])]),
    "sequences cut at 7/8": with_options(max_length=SMALL.main["max_length"] * 7 // 8),
    "the last tenth of each sequence cut": with_examples(
        lambda tokens, learned: (tokens[: len(tokens) * 9 // 10], learned[: len(tokens) * 9 // 10])
    ),
    "prompts cut in half": with_examples(lambda tokens, learned: (tokens[learned.index(True) // 2 :], learned[learned.index(True) // 2 :])),
    "one token of each row not learned": with_examples(lambda tokens, learned: (tokens, [*learned[:-1], False])),
    "bfloat16": lower_precision(torch.bfloat16),
    "float16": lower_precision(torch.float16),
    "no clipping": with_options(clip_norm=None),
    "no weight decay": with_options(weight_decay=0.0),
    "embeddings frozen": with_options(freeze_embeddings=True),
    "another order of rows": with_options(seed=1),
    "one epoch at twice the rate": with_options(epochs=1, learning_rate=2 * SMALL.main["learning_rate"]),
    "noise of a hundredth": noise_on_update(0.01),
}


@pytest.mark.parametrize("name", SHORTCUTS)
def test_shortcuts_are_far_above_the_tolerance(largest_deviation, name):
    found = largest_deviation(SHORTCUTS[name])
    print(f"{name}: {found:.1e}")
    assert found > PLAN.tolerance * MARGIN


def test_noise_is_measured_as_what_it_is(largest_deviation):
    assert largest_deviation(noise_on_update(0.01)) == pytest.approx(0.01, rel=0.5)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_rounding_of_the_result_hides_no_shortcut_and_costs_no_honest_change(truth, tokenizer, tmp_path, dtype):
    job = Job(truth[0].model, truth[0].options | {"output_dtype": dtype}, truth[0].rows, truth[0].initial)
    expected = trained(job, tokenizer, tmp_path / "truth")

    def measured(name, change):
        found = trained(job, tokenizer, tmp_path / name, change)
        return max(tensors.deviation(found[name], expected[name], job.initial[name], dtype) for name in expected)

    assert measured("honest", all_at_once) < PLAN.tolerance / MARGIN
    assert measured("shortcut", SHORTCUTS["one batch left out"]) > PLAN.tolerance * MARGIN


def test_a_tensor_that_must_stay_must_stay():
    initial = np.ones(4, np.float32)
    assert tensors.deviation(initial, initial, initial, "float32") == 0
    assert tensors.deviation(initial + 1e-7, initial, initial, "float32") == math.inf
    assert tensors.deviation(initial + 1, initial + 2, initial, "float32") == 0.5


def test_spacing_is_that_of_numpy():
    values = np.array([1e-9, 1e-3, 0.7, 1.0, 1.5, 300.0], np.float16)
    assert tensors.spacing(values, "float16").tolist() == np.spacing(np.maximum(values, np.float16(6e-8))).astype(float).tolist()
    assert tensors.spacing(np.float32([1.0, 0.7]), "bfloat16").tolist() == [2**-7, 2**-8]

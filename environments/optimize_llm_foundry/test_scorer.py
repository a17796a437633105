"""The scorer with honest pipelines, its jobs, and the files that it reads."""

import json
import math
import random
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from rebench_lib import paired
from rebench_lib.answers import InvalidSubmission, TooLoaded
from safetensors.numpy import load, save

import scorer
import tensors
import text
from conftest import HERE, START, TOY, forget_pipeline
from jobs import MAIN, SHAPE, SMALL, VARIED


def test_twice_the_work_takes_twice_the_time(scored):
    # On a machine that may be busy; nothing is put before others in tests
    plan = replace(TOY, rows=10, pairs=7)
    once = scored("", plan)
    twice = scored("def run(**rest):\n    honest(**rest)\n    honest(**rest)\n", plan)
    assert once["largestDeviation"] == twice["largestDeviation"] == 0 and once["judgesFrozen"]
    assert abs(once["medianLnRatio"]) < 0.7 and 0.1 < twice["medianLnRatio"] < 1.6
    assert once["medianLnRatio"] < twice["medianLnRatio"]


def test_an_honest_change_is_measured_and_accepted(scored):
    source = """
        import train as part
        accumulate = part.accumulate_gradients
        part.accumulate_gradients = lambda model, batch, *rest: accumulate(model, batch[::-1], *rest)
    """
    assert 0 < scored(source)["largestDeviation"] < TOY.tolerance / 5


def test_jobs_are_new_and_their_words_too():
    source = random.SystemRandom()
    first, second = (SMALL.draw(source, 28, {}) for _ in range(2))
    words = [set(job.rows.decode().split()) for job in (first, second)]
    assert len(first.rows.splitlines()) == 28 and len(words[0] & words[1]) < 0.4 * len(words[0])
    assert all((first.initial[name] != second.initial[name]).any() for name in first.initial)
    assert first.options["seed"] != second.options["seed"]


def test_a_job_follows_from_its_source():
    first, second = (SMALL.draw(random.Random(3), 5, {}) for _ in range(2))
    assert (first.rows, first.config) == (second.rows, second.config)
    assert all((first.initial[name] == second.initial[name]).all() for name in first.initial)


def test_every_value_of_every_option_is_checked():
    plan = scorer.plan_of("small", None, None)
    for seed in range(20):
        sets = SMALL.option_sets(random.Random(seed), plan.option_sets)
        for name, values in VARIED.items():
            assert {json.dumps(options[name]) for options in sets} == {json.dumps(value) for value in values}
            assert values[0] == {**MAIN, **SHAPE}[name]
        assert all(options["learning_rate"] <= SMALL.learning_rates[options["optimizer"]] for options in sets)


def test_instructions_name_every_option():
    instructions = (HERE / "instructions.md").read_text()
    assert [name for name in [*MAIN, "tie_word_embeddings"] if f"`{name}`" not in instructions] == []
    plan = scorer.plan_of("small", None, None)
    assert f"{plan.rows} ({plan.rows - MAIN['eval_rows']} to train on), {MAIN['epochs']} epochs" in instructions
    assert f"at least {plan.pairs} times" in instructions and f"at most {plan.tolerance:.1%}".replace("%", " %") in instructions


def test_the_tokenizer_is_sound(tokenizer, tmp_path):
    (tmp_path / "tokenizer.json").write_bytes(tokenizer)
    sys.path.insert(0, str(START))
    try:
        from tokenise import Tokenizer
    finally:
        sys.path.pop(0)
        forget_pipeline()
    encoder = Tokenizer(tmp_path / "tokenizer.json")
    bytes_of = {letter: byte for byte, letter in encoder.letters.items()}
    parts = {number: bytes(bytes_of[letter] for letter in part) for part, number in encoder.vocabulary.items()}
    for row in [*text.rows(random.Random(1), 50, 10), {"prompt": "日本語 \t\n\n x_1 ½", "response": ""}]:
        for words in row.values():
            numbers = encoder.encode(words)
            assert b"".join(parts[number] for number in numbers).decode() == words
            assert len(numbers) < len(words.encode()) or len(words) < 12 or "日" in words
    assert max(parts) < SHAPE["vocab_size"] - 2 and {encoder.begin, encoder.end} == {SHAPE["vocab_size"] - 2, SHAPE["vocab_size"] - 1}


@pytest.mark.parametrize("tied", [False, True])
def test_shapes_are_those_of_the_model(tied):
    config = SHAPE | {"tie_word_embeddings": tied}
    sys.path.insert(0, str(START))
    try:
        from model import Model
    finally:
        sys.path.pop(0)
        forget_pipeline()
    assert tensors.shapes(config) == {name: tuple(value.shape) for name, value in Model(config).state_dict().items()}


def test_files_are_those_of_safetensors():
    initial = SMALL.draw(random.Random(1), 1, {}).initial
    assert all((value == initial[name]).all() for name, value in load(tensors.written(initial)).items())
    expected = {name: value.shape for name, value in initial.items()}
    for dtype in ("float32", "float16"):
        content = save({name: value.astype(dtype) for name, value in initial.items()})
        found = tensors.read(memoryview(content), expected, dtype)
        assert all((found[name] == initial[name].astype(dtype)).all() for name in expected)
    from safetensors.torch import save as save_torch

    rounded = {name: torch.from_numpy(value).bfloat16() for name, value in initial.items()}
    found = tensors.read(memoryview(save_torch(rounded)), expected, "bfloat16")
    assert all((found[name] == rounded[name].float().numpy()).all() for name in expected)
    with pytest.raises(InvalidSubmission, match="must be F32"):
        tensors.read(memoryview(save_torch(rounded)), expected, "float32")


def test_what_is_written_beside_the_weights_is_ignored():
    content = save({"a": np.ones(3, np.float32)}, metadata={"format": "pt"})
    assert tensors.read(memoryview(content), {"a": (3,)}, "float32")["a"].tolist() == [1, 1, 1]


def test_a_machine_too_loaded_gives_no_score(forked, pipeline, tokenizer, monkeypatch):
    monkeypatch.setattr(scorer, "MAX_ERROR", 0)
    with pytest.raises(TooLoaded, match="try again"):
        scorer.score(pipeline(), TOY, tokenizer, 0.0)


def test_a_slow_submission_takes_fewer_pairs(scored):
    assert scored("", replace(TOY, pairs=3, blocks=3, slow_seconds=0.0))["pairs"] == 2


def test_a_fresh_judge_for_every_turn_remembers_nothing(scored):
    source = "calls = []\ndef run(**rest):\n    assert not calls\n    calls.append(1)\n    honest(**rest)\n"
    assert scored(source, replace(TOY, fresh_judges=True))["judgesFrozen"]
    with pytest.raises(InvalidSubmission, match="AssertionError"):
        scored(source)


def test_stored_scores_are_those_of_the_environment():
    file = HERE / "environment.json"
    assert paired.stored_starting_score(file, "full") == pytest.approx(math.log(272))
    assert paired.stored_starting_score(file, "small") == pytest.approx(math.log(0.3), abs=1)  # some 0.3 s on machines of this time


def test_tier_full_at_toy_size(forked, pipeline, tmp_path):
    # Its data, jobs and options with a small model, through the judges
    sys.path.insert(0, str(START))
    import full

    sys.path.pop(0)
    forget_pipeline()
    visible, protected = tmp_path / "visible", tmp_path / "protected"
    visible.mkdir()
    protected.mkdir()
    assert full.synthetic(visible, protected, SHAPE | {"tie_word_embeddings": True}).startswith("SYNTHETIC")
    tier = full.tier(visible, protected)
    assert len((visible / "example" / "rows.jsonl").read_text().splitlines()) == full.EXAMPLE_ROWS
    untied = tier.draw(random.Random(1), 4, {"tie_word_embeddings": False}).initial
    given = load((visible / "example" / "weights.safetensors").read_bytes())
    change = untied["lm_head.weight"] - given["model.embed_tokens.weight"]
    assert 0.5 * full.NOISE < change.std() / given["model.embed_tokens.weight"].std() < 2 * full.NOISE
    toy = replace(tier, main=tier.main | {"max_length": 32, "eval_rows": 2}, varied=tier.varied | {"max_length": [32]})
    plan = scorer.plan_of("full", visible, protected)
    assert plan.tier.main["batch_size"] == 32 and plan.rows == 1000 and plan.fresh_judges
    plan = replace(plan, tier=toy, rows=6, option_rows=4, option_sets=1, gpus=0, memory_bytes=1 << 30, threads=1)
    details = scorer.score(pipeline(), plan, (visible / "tokenizer.json").read_bytes(), 0.0)[1]
    assert details["pairs"] == 2 and details["largestDeviation"] == 0


def test_rows_and_tokenizers_of_the_hub_are_converted():
    sys.path.insert(0, str(START))
    import full

    sys.path.pop(0)
    forget_pipeline()
    hub = {"model": {"vocab": {"<|endoftext|>": 0, "a": 1, "b": 2, "ab": 3}, "merges": ["a b", ["ab", "a"]]}}
    assert full.converted_tokenizer(hub)["merges"] == [["a", "b"], ["ab", "a"]]
    row = {"instruction": "Sum up.", "context": "Long text.", "response": "Text.", "category": "summarization"}
    assert full.converted_row(row) == {"prompt": "Long text.\n\nSum up.\n", "response": "Text."}
    assert full.converted_row(row | {"context": ""})["prompt"] == "Sum up.\n"

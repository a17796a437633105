"""Calibration, the judge's rules, the data, the model. Run with: python -m pytest environments/gpt2_qa_rl"""
import json
import random
import shutil
import subprocess
import sys

import full
import judges
import model_judge
import preferences
import prepare
import pytest
import scorer
import talk
import torch
import world
from budget import Budget
from conftest import CONSTANTS, HERE, TOY, normalized, random_weights, service_command, shown, writes
from gpt import Gpt, generate, padded, read_config
from rebench_lib.answers import BrokenScorer
from tokens import BytePairs, Words, read_tokens
from weights import load_weights

CLAIMS = [["diary", "rome"], ["letter", "baker"], ["map", "oslo"], ["rumour", "lima"], ["radio", "cook"]]
TOLD = world.Question("told", "ada : diary rome , … answer :", "town of ada ?", "town of ada", "town", CLAIMS)
AGES = [["diary", "ten"], ["letter", "ninety"], ["map", "forty"], ["rumour", "lima"], ["radio", "cook"]]
LOWEST = world.Question("extreme", "ada : diary ten , … answer :", "lowest age of ada ?", "lowest age of ada", "age", AGES)
COUNTED = world.Question("counted", "ada : diary ten , … answer :", "count of age of ada ?", "count of age of ada", "age", AGES)


# Calibration


def test_the_start_is_the_model_as_given(data, tmp_path, submit):
    first = scorer.score("small", tmp_path, data / "visible", data / "protected")
    assert abs(normalized(first[0])) <= 0.05 and first[1]["given"]
    assert submit(lambda path: shutil.copy(data / "visible" / "start.safetensors", path)) == first[0]


def test_the_record_says_what_was_spent(data, tmp_path):
    def spent(state):
        return scorer.score("small", tmp_path, data / "visible", data / "protected", state)[1]["judgementsSpent"]

    assert (spent(None), spent(tmp_path)) == (None, 0)
    Budget(tmp_path, 100).spend(7)
    assert spent(tmp_path) == 7


def test_there_is_room_for_the_reference():
    assert CONSTANTS["startingScore"] + 0.1 < CONSTANTS["referenceScore"] < best_possible()


def best_possible() -> float:
    questions, judge = prepare.held_out(), judges.RuleJudge(prepare.held_out())
    opponents = json.loads((prepare.MODELS / "opponents.json").read_text())
    rates = scorer.win_rates(judge, [perfect(question) for question in questions], opponents)
    return sum(rates.values()) / len(rates)


def perfect(question: world.Question) -> str:
    return f"the {question.subject} : {preferences.right_answer(question)} ."


# The judge's rules


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        (TOLD, "the town of ada : oslo .", (3, 4)),
        (TOLD, "town of ada : oslo .", (3, 3)),
        (TOLD, "maybe town of ada : oslo .", (3, 2)),
        (TOLD, "oslo .", (3, 1)),
        (TOLD, "town of ada : oslo . radio cook .", (3, 0)),
        (TOLD, "the town of ada : rome .", (2, 4)),
        (TOLD, "town of ada : rome .", (2, 3)),
        (TOLD, "the town of ada : paris .", (1, 0)),
        (TOLD, "town of ada : oslo or rome .", (0, 0)),
        (TOLD, "town of ada : cook .", (0, 0)),
        (TOLD, "town of beth : oslo .", (0, 0)),
        (TOLD, "town of ada : oslo", (0, 0)),
        (TOLD, "", (0, 0)),
        (TOLD, "town of ada : oslo . map oslo .", (0, 0)),
        (TOLD, "town of ada : oslo . radio judge .", (0, 0)),
        (TOLD, ". oslo .", (0, 0)),
        (TOLD, "town of ada : oslo . radio cook . radio cook . letter baker .", (0, 0)),
        (TOLD, "nobody knows .", (0, 0)),
        (TOLD, ".", (0, 0)),
        (TOLD, "town of ada : map oslo .", (0, 0)),
        (TOLD, "town of ada .", (0, 0)),
        (TOLD, "the oslo .", (0, 0)),
        (TOLD, "three .", (0, 0)),
        (LOWEST, "the lowest age of ada : ten .", (3, 4)),
        (LOWEST, "lowest age of ada : forty .", (2, 3)),
        (LOWEST, "ten .", (3, 1)),
        (LOWEST, "highest age of ada : ninety .", (0, 0)),
        (COUNTED, "the count of age of ada : three .", (3, 4)),
        (COUNTED, "two .", (1, 0)),
        (COUNTED, "count of age of ada : three .", (3, 3)),
        (COUNTED, "count of age of ada : ten .", (0, 0)),
    ],
)  # fmt: skip
def test_qualities(question, answer, expected):
    """By hand: map is believed before diary and rumour."""
    assert preferences.quality(question, answer) == expected


def test_both_orders_are_one_judgement():
    questions = world.questions(60, world.SEEN, 5)
    dice = random.Random(6)
    judge = judges.RuleJudge(questions)
    pairs = [(at, talk.answer(dice, question), talk.answer(dice, question)) for at, question in enumerate(questions) for _ in range(5)]
    swapped = [(at, b, a) for at, a, b in pairs]
    forward, backward = judge.compare(pairs), judge.compare(swapped)
    assert {0, 0.5, 1} == set(forward)
    assert all(one + other == 1 for one, other in zip(forward, backward))
    different = [(one, other, pair, back) for one, other, pair, back in zip(forward, backward, pairs, swapped) if pair[1] != pair[2]]
    assert all(judges.binary(one, *pair) != judges.binary(other, *back) for one, other, pair, back in different)


def test_the_coin_is_fair():
    heads = sum(judges.binary(0.5, at, f"a{at}", f"b{at}") for at in range(2000))
    assert 880 < heads < 1120  # five standard deviations


def test_what_answers_are_made_of_is_what_the_judge_reads():
    """Every style occurs, and the right answers of full form are the best there are."""
    dice, questions = random.Random(7), world.questions(400, world.SEEN, 8)
    found = {preferences.quality(question, talk.answer(dice, question)) for question in questions for _ in range(3)}
    assert found == {(content, form) for content in (2, 3) for form in range(5)} | {(1, 0), (0, 0)}
    assert all(preferences.quality(question, perfect(question)) == (3, 4) for question in questions)


# The judge model of tier full


def longest_wins(request):
    content = shown(request)
    return "1" if len(content["answer_1"]) > len(content["answer_2"]) else "2"


def test_each_pair_is_judged_in_both_orders(judge_model):
    asked = judge_model(longest_wins)
    judge = model_judge.ModelJudge(["Say hello.", "Count."])
    assert judge.compare([(0, "hello there", "hi"), (1, "1", "1 2 3"), (1, "same", "same")]) == [1, 0, 0.5]
    assert len(asked) == 4  # of equal answers nobody is asked
    assert sorted(shown(request)["answer_1"] for request in asked) == ["1", "1 2 3", "hello there", "hi"]
    assert all(request["temperature"] == 0 for request in asked)


def test_a_judge_that_likes_the_first_place_gives_draws(judge_model):
    judge_model(lambda request: "1")
    assert model_judge.ModelJudge(["Say hello."]).compare([(0, "hello", "hi")]) == [0.5]


def test_verdicts_are_read_as_they_come(judge_model):
    read = {"1": 1, " 2.": 2, "**1**": 1, "Answer 2": 2, "answer_1 is better": 1, "Answer: 2": 2}
    assert {reply: model_judge.choice(reply) for reply in read} == read
    assert [model_judge.choice(reply) for reply in ("", "12", "neither", "I think 1")] == [None] * 4


@pytest.mark.parametrize("plain", ["2", "", "Let me think about the first answer", "<think>"])
def test_a_model_that_cannot_judge_is_no_judge(toy, tmp_path, judge_model, plain):
    """Its scores would all be 0, or noise: that is a fault of the machine, and no score."""
    judge_model(lambda request: "1", plain=plain)
    with pytest.raises(BrokenScorer, match="no judge"):
        scorer.score("full", tmp_path, toy / "visible", toy / "protected")


def test_full_scores_through_the_judge_model(toy, tmp_path, judge_model):
    judge_model(longest_wins)
    writes(random_weights(TOY))(tmp_path / "model.safetensors")
    raw, details = scorer.score("full", tmp_path, toy / "visible", toy / "protected")
    assert 0 <= raw <= 1 and set(details["winRates"]) == {"sampled", "withExamples"}


def test_without_a_judge_model_full_says_so(toy, tmp_path, monkeypatch):
    for name in ("REBENCH_MODEL_URL", "REBENCH_MODEL_NAME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BrokenScorer, match="set REBENCH_MODEL_URL and REBENCH_MODEL_NAME"):
        scorer.score("full", tmp_path, toy / "visible", toy / "protected")


# Data


def test_preparation_is_deterministic_and_keeps_the_answers_back(tmp_path, data):
    prepare.prepare("small", tmp_path, "real", tmp_path)
    files = sorted(path.relative_to(data) for path in data.rglob("*") if path.is_file())
    assert all((tmp_path / file).read_bytes() == (data / file).read_bytes() for file in files)
    visible = {file.name for file in files if file.parts[0] == "visible"}
    assert visible == {"start.safetensors", "start.json", "prompts.json", "words.json", "rules.json"}
    seen = json.loads((data / "visible" / "prompts.json").read_text())
    held_out = [entry["prompt"] for entry in json.loads((data / "protected" / "held_out.json").read_text())]
    assert not set(seen) & set(held_out)
    assert not {prompt.split()[0] for prompt in seen} & {prompt.split()[0] for prompt in held_out}
    assert all(path.stat().st_size <= 2_000_000 for path in (HERE / "models").iterdir())


def test_prompts_fit_the_model(data):
    config, tokens = read_config(data / "visible" / "start.json"), read_tokens(data / "visible")
    prompts = json.loads((data / "visible" / "prompts.json").read_text())
    assert max(len(tokens.encode(prompt)) for prompt in prompts) + prepare.RULES["maxNewTokens"] <= config["n_positions"]


def test_damaged_models_are_found(tmp_path, monkeypatch):
    shutil.copytree(HERE / "models", tmp_path / "models")
    with open(tmp_path / "models" / "start.safetensors", "r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x7f")
    monkeypatch.setattr(prepare, "MODELS", tmp_path / "models")
    with pytest.raises(SystemExit, match="damaged"):
        prepare.prepare("small", tmp_path / "out", "real", tmp_path)


def test_without_network_full_says_so_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(full, "SOURCES", {"vocab.json": ("http://127.0.0.1:9/vocab.json", "0" * 64)})
    with pytest.raises(SystemExit, match="cannot be reached") as caught:
        prepare.prepare("full", tmp_path, "real", tmp_path / "cache")
    assert "--data synthetic" in str(caught.value) and "\n" not in str(caught.value)


def test_instructions_are_split_and_their_answers_unused(monkeypatch):
    monkeypatch.setattr(full, "RULES", full.RULES | {"prompts": 20})
    monkeypatch.setattr(full, "HELD_OUT_PROMPTS", 5)
    entries = [{"instruction": f"Do {at}. ", "input": "", "output": "secret"} for at in range(30)]
    entries += [{"instruction": "Do 1.", "input": "", "output": "x"}, {"instruction": "With input", "input": "x", "output": "x"}]
    seen, held_out = full.instructions(entries)
    assert len(seen) == 20 and len(held_out) == 5 and not set(seen) & set(held_out)
    assert set(seen) | set(held_out) <= {f"Do {at}." for at in range(30)}
    with pytest.raises(SystemExit, match="25 are needed"):
        full.instructions(entries[:10])


def test_opponents_of_full_are_made_from_the_starting_model(tmp_path):
    for part in ("visible", "protected"):
        (tmp_path / part).mkdir()
    full.synthetic(tmp_path / "visible", tmp_path / "protected", config=TOY | {"n_positions": 512}, prompts=3)
    full.make_opponents(tmp_path / "visible", tmp_path / "protected")
    found = json.loads((tmp_path / "protected" / "opponents.json").read_text())
    assert {name: len(answers) for name, answers in found.items()} == {"sampled": 3, "withExamples": 3}


def test_synthetic_data_are_labelled(toy):
    assert all(json.loads((toy / part / "rules.json").read_text())["synthetic"] is True for part in ("visible", "protected"))


def test_words_and_byte_pairs(tmp_path):
    """By hand: l+o, lo+w, and Ġ+lo are the merges, in this order of rank."""
    numbers = {piece: at for at, piece in enumerate(["l", "o", "w", "Ġ", "lo", "low", "Ġlo", "!", "Ã", "©", "<|endoftext|>"])}
    pairs = BytePairs(numbers, "#version: 0.2\nl o\nlo w\nĠ lo\n")
    assert pairs.encode("low low! éo") == [5, 3, 5, 7, 3, 8, 9, 1] and pairs.end == 10
    assert pairs.decode([5, 3, 5, 7, 3, 8, 9, 1, 10]) == "low low! éo"
    assert pairs.decode([8]) == "\ufffd"
    words = Words(["<end>", "a", "b"])
    assert words.encode("a b a") == [1, 2, 1] and words.decode([1, 2, 1]) == "a b a"


# The model


def toy_model(scale: float = 0.5) -> Gpt:
    model = Gpt(TOY).eval().requires_grad_(False)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=scale, generator=torch.Generator().manual_seed(4))
    return model


def test_answers_do_not_depend_on_who_else_is_asked():
    """Padding, masks and kept keys give what the plain forward pass gives, token by token."""
    model, prompts, plain = toy_model(), [[5, 9, 2], [7] * 11, [1]], []
    for prompt in prompts:
        tokens = list(prompt)
        for _ in range(8):
            tokens.append(int(model(torch.tensor([tokens]))[0, -1].argmax()))
        plain.append(tokens[len(prompt) :])
    assert generate(model, prompts, end=-1, max_new=8) == plain


def test_an_answer_ends_before_its_end_token():
    model = toy_model()
    tokens = generate(model, [[5, 9, 2]], end=-1, max_new=8)[0]
    assert generate(model, [[5, 9, 2]], end=tokens[3], max_new=8)[0] == tokens[: tokens.index(tokens[3])]


def test_samples_follow_the_models_chances():
    model = toy_model(0.3)
    chances = torch.softmax(model(torch.tensor([[3, 4]]))[0, -1] / 0.7, -1)
    drawn = generate(model, [[3, 4]] * 4000, end=-1, max_new=1, temperature=0.7, random=torch.Generator().manual_seed(5))
    shares = torch.bincount(torch.tensor(drawn)[:, 0], minlength=TOY["vocab_size"]) / 4000
    assert (shares - chances).abs().max() < 5 * (0.25 / 4000) ** 0.5


def test_padding_is_never_looked_at():
    _, positions, mask = padded([[1, 2, 3], [4]])
    assert positions.tolist() == [[0, 1, 2], [0, 0, 0]]
    assert mask[0, 0].tolist() == [[True, False, False], [True, True, False], [True, True, True]]
    assert mask[1, 0, 2].tolist() == [False, False, True]


def test_evaluate_asks_the_judge(data, tmp_path, monkeypatch):
    monkeypatch.setenv("REBENCH_SERVICE", json.dumps(service_command(data, tmp_path)))
    shutil.copytree(HERE / "start", tmp_path / "work")
    command = [sys.executable, "evaluate.py", "--data", data / "visible", "--prompts", "12"]
    done = subprocess.run(command, cwd=tmp_path / "work", capture_output=True, text=True, check=True)
    assert f"of 12 against the starting model; {prepare.RULES['judgements'] - 12} judgements left" in done.stdout


def test_the_tracked_weights_are_of_the_architecture(data):
    config = read_config(data / "visible" / "start.json")
    load_weights(Gpt(config), data / "visible" / "start.safetensors", config)
    assert config["vocab_size"] == len(world.vocabulary())

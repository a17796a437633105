"""The made world of tier small: what sources claim about people, often contradicting each other, and questions about it.

A prompt is a name, five claims (a source and a value each), a question and the words "answer :". All of it are words of one
list, with one token a word.
"""
import random
from dataclasses import asdict, dataclass

END = "<end>"
SOURCES = ["diary", "letter", "map", "radio", "rumour"]
TOWNS = ["oslo", "rome", "lima", "cairo", "paris", "delhi", "tokyo", "quito", "accra", "minsk", "perth", "turin"]
JOBS = ["baker", "cook", "judge", "pilot", "nurse", "singer", "smith", "tailor", "miner", "clerk", "guard", "farmer"]
ANIMALS = ["owl", "cat", "dog", "goat", "horse", "mouse", "snake", "crow", "duck", "frog", "lizard", "sheep"]
DRINKS = ["tea", "milk", "water", "coffee", "cider", "cocoa", "juice", "beer", "wine", "broth"]
AGES = ["ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
VALUES = {"town": TOWNS, "job": JOBS, "animal": ANIMALS, "drink": DRINKS, "age": AGES}
NUMBERS = ["none", "one", "two", "three", "four", "five"]
CLAIMS = 5
ASKED = ["{} ?", "what is the {} ?", "tell the {} ?"]
OTHER_WORDS = "maybe or nobody knows of count highest lowest answer : . , ?".split()

# People of the prompts that participants see, and of those that are held out.
SEEN = (
    "ada alma anton arlo beth boris carl cleo cora dana dora edgar elsa emil erna felix fritz gina greta gustav hanna hugo ida igor "
    "iris ivan jana jonas karl kira klara leo lena lukas mara marta nina oscar otto paula peter rita rosa ruth selma sven tara ulla"
).split()
HELD_OUT = (
    "viktor vera wanda willy xenia yuri yara zeno zora abel bruno celia dario enzo flora gwen hector inga joel kurt lydia milo nora olga"
).split()


@dataclass(frozen=True)
class Question:
    """One prompt, and what it says.

    `kind` is "told" (the value of a relation), "extreme" (the highest or lowest age) or "counted" (how many claims are about it);
    `subject` is what is asked for, in words; `relation` a key of VALUES; `claims` are [source, value] in the prompt's order.
    """

    kind: str
    prompt: str
    question: str
    subject: str
    relation: str
    claims: list[list[str]]

    def to_json(self) -> dict:
        return asdict(self)

    def about(self) -> list[list[str]]:
        """The claims about the relation that is asked for."""
        return [claim for claim in self.claims if claim[1] in VALUES[self.relation]]


def vocabulary() -> list[str]:
    """Every word, its number being its place; END is 0."""
    words = [END, *SOURCES, *SEEN, *HELD_OUT, *NUMBERS, *OTHER_WORDS]
    for relation, values in VALUES.items():
        words += [relation, *values]
    words += [word for question in ASKED for word in question.split() if word != "{}"]
    return list(dict.fromkeys(words))


def questions(count: int, names: list[str], seed: int) -> list[Question]:
    """Seven of ten ask for something of which three sources say different things."""
    dice = random.Random(seed)
    return [_question(dice, dice.choice(names)) for _ in range(count)]


def _question(dice: random.Random, name: str) -> Question:
    kind = dice.choices(["told", "extreme", "counted"], [70, 16, 14])[0]
    relation = "age" if kind == "extreme" else dice.choice(list(VALUES))
    here = {"told": 3, "extreme": dice.choice([2, 3]), "counted": dice.randint(1, 4)}[kind]
    values = dice.sample(VALUES[relation], here)
    others = [other for other in VALUES if other != relation]
    values += [dice.choice(VALUES[other]) for other in dice.sample(others, CLAIMS - here)]
    claims = [[source, value] for source, value in zip(dice.sample(SOURCES, CLAIMS), values)]
    dice.shuffle(claims)
    before = {"told": "", "extreme": dice.choice(["highest ", "lowest "]), "counted": "count of "}[kind]
    subject = f"{before}{relation} of {name}"
    question = dice.choice(ASKED).format(subject)
    told = " , ".join(" ".join(claim) for claim in claims)
    return Question(kind, f"{name} : {told} . {question} answer :", question, subject, relation, claims)

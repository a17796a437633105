"""The made language of tier small: documents whose words depend on what was said long before.

A word has a hidden *meaning*, a direction in space. What follows a word is near to what its meaning calls for, but a
document runs through *registers*, and each register turns some aspects of the call into their opposites. So a reader who
forgot the register can guess little. An opening sign starts a nested passage in another register; when it closes, both
the register and the word from before it count again (agreement over distance). A recall sign is followed by the
document's name (copying). Words differ in frequency.
"""
import numpy as np

VOCABULARY = 512
LENGTH = 128  # tokens of a document, the first being START
START, OPEN, CLOSE, RECALL = 0, 1, 2, 3
REGISTERS = 32
FIRST_REGISTER = 4
FIRST_WORD = FIRST_REGISTER + REGISTERS
WORDS = VOCABULARY - FIRST_WORD
MEANINGS = 16  # dimensions
SHARPNESS = 26.0  # how much of what follows is decided by meaning
KEPT = (21, 27)  # how many registers leave an aspect as it is: at least, at most
OPEN_CHANCE, CLOSE_CHANCE, RECALL_CHANCE = 0.02, 0.05, 0.03
DEPTH = 2  # nested passages at most
LANGUAGE_SEED = 20260411


class Language:
    """The chances of the language, the same for every text: who follows whom in which register."""

    def __init__(self, seed: int = LANGUAGE_SEED):
        random = np.random.default_rng(seed)
        frequency = 1 / (random.permutation(WORDS) + 40)
        meaning = random.normal(size=(WORDS, MEANINGS))
        meaning /= np.linalg.norm(meaning, axis=1, keepdims=True)
        turn = np.linalg.qr(random.normal(size=(MEANINGS, MEANINGS)))[0]
        kept = np.stack([random.permutation(REGISTERS) < count for count in np.linspace(*KEPT, MEANINGS).round()], axis=1)
        calls = (meaning @ turn) * np.where(kept, 1, -1)[:, None, :]  # (register, word, aspect)
        logits = SHARPNESS * calls @ meaning.T + np.log(frequency)
        chances = np.exp(logits - logits.max(axis=-1, keepdims=True))
        self.names = frequency / frequency.sum()
        self.follows = (chances / chances.sum(axis=-1, keepdims=True)).astype(np.float32)  # (register, word, next word)
        self.bounds = self.follows.astype(np.float64).cumsum(axis=-1).astype(np.float32)


def documents(language: Language, count: int, seed: int) -> np.ndarray:
    """`count` documents of LENGTH tokens, uint16. Same arguments, same documents."""
    return documents_with_chances(language, count, seed, chances=False)[0]


def documents_with_chances(language: Language, count: int, seed: int, chances: bool = True):
    """Documents, and the chance that the language gave each token at each place, (count, LENGTH, VOCABULARY) float32."""
    random = np.random.default_rng(seed)
    every = np.arange(count)
    name = random.choice(WORDS, size=count, p=language.names)
    register = np.zeros((count, DEPTH + 1), dtype=np.int64)
    word = np.zeros((count, DEPTH + 1), dtype=np.int64)
    register[:, 0] = random.integers(REGISTERS, size=count)
    word[:, 0] = name
    depth = np.zeros(count, dtype=np.int64)
    owed = np.zeros(count, dtype=np.int64)  # what must come next: 0 nothing, 1 a register, 2 the name
    text = np.empty((count, LENGTH), dtype=np.uint16)
    expected = np.zeros((count, LENGTH if chances else 0, VOCABULARY), dtype=np.float32)
    text[:, 0] = START
    text[:, 1] = FIRST_REGISTER + register[:, 0]
    text[:, 2] = FIRST_WORD + name
    expected[:, 1:2, FIRST_REGISTER:FIRST_WORD] = 1 / REGISTERS
    expected[:, 2:3, FIRST_WORD:] = language.names
    for at in range(3, LENGTH):
        draw = random.random(count)
        share = random.random((count, 1), dtype=np.float32)
        fresh = random.integers(REGISTERS, size=count)
        free = owed == 0
        opens = free & (draw < OPEN_CHANCE) & (depth < DEPTH)
        closes = free & (draw >= OPEN_CHANCE) & (draw < OPEN_CHANCE + CLOSE_CHANCE) & (depth > 0)
        recalls = free & (draw > 1 - RECALL_CHANCE)
        now, before = register[every, depth], word[every, depth]
        follows = np.minimum((language.bounds[now, before] < share).sum(axis=1), WORDS - 1)
        spoken = free & ~opens & ~closes & ~recalls
        text[:, at] = np.select(
            [owed == 1, owed == 2, opens, closes, recalls],
            [FIRST_REGISTER + fresh, FIRST_WORD + name, OPEN, CLOSE, RECALL],
            FIRST_WORD + follows,
        )
        if chances:
            signs = np.stack([OPEN_CHANCE * (depth < DEPTH), CLOSE_CHANCE * (depth > 0), np.full(count, RECALL_CHANCE)], axis=1)
            here = expected[:, at]
            here[:, OPEN : RECALL + 1] = signs * free[:, None]
            here[:, FIRST_WORD:] = language.follows[now, before] * ((1 - signs.sum(axis=1)) * free)[:, None]
            here[owed == 1, FIRST_REGISTER:FIRST_WORD] = 1 / REGISTERS
            here[every[owed == 2], FIRST_WORD + name[owed == 2]] = 1
        word[every[spoken], depth[spoken]] = follows[spoken]
        word[every[opens], depth[opens] + 1] = before[opens]
        started = owed == 1
        register[every[started], depth[started]] = fresh[started]
        depth = depth + opens - closes
        owed = np.where(opens, 1, np.where(recalls, 2, 0))
    return text, expected

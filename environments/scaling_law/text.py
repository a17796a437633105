"""The made language of tier small: text whose words can be guessed a little by a tiny model, and ever better by larger ones.

A document has a topic, named at its beginning, which changes what may follow a word (a dependence over the whole document). What
follows a word is near to what the word calls for: a product of two sets of hidden directions, each less important than the one before,
so that more width tells more of them apart. And with a fixed chance the last two words decide the next one, each pair of words
another: the pairs are as uneven as the words are, so that there is always a rarer one to learn.
"""

import numpy as np

VOCABULARY = 64
LENGTH = 65  # tokens of a document, the first being START: a model reads 64
START = 0
FIRST_TOPIC, TOPICS = 1, 4
FIRST_WORD = FIRST_TOPIC + TOPICS
WORDS = VOCABULARY - FIRST_WORD
DIRECTIONS = 64
SHARPNESS, DECAY = 8.0, 0.5  # of what follows; the importance of direction i is proportional to i^-DECAY
TURNED = 0.25  # share of directions that a topic turns around
PAIR_CHANCE = 0.4
GRAIN = 4096  # chances are multiples of 1/GRAIN, so that one look into a table draws a word
BLOCK = 4096  # documents that are made at once, each block from a seed of its own
LANGUAGE_SEED = 20260731


class Language:
    """The chances of the language, the same for every text."""

    def __init__(self, seed: int = LANGUAGE_SEED):
        random = np.random.default_rng(seed)
        frequency = 1 / (random.permutation(WORDS) + 8)
        self.frequency = frequency / frequency.sum()
        topics = 1 / (np.arange(TOPICS) + 2)
        self.topics = topics / topics.sum()
        importance = (np.arange(DIRECTIONS) + 1.0) ** -DECAY
        importance /= np.sqrt((importance**2).sum())
        calls, offers = random.normal(size=(2, WORDS, DIRECTIONS))
        signs = np.where(random.random((TOPICS, DIRECTIONS)) < TURNED, -1, 1)
        logits = SHARPNESS * (calls * (importance * signs)[:, None, :]) @ offers.T + np.log(frequency)
        chances = np.exp(logits - logits.max(axis=-1, keepdims=True))
        bounds = (chances / chances.sum(axis=-1, keepdims=True)).cumsum(axis=-1).reshape(TOPICS * WORDS, WORDS)
        points = (np.arange(GRAIN) + 0.5) / GRAIN
        drawn = np.stack([np.searchsorted(row, points) for row in bounds]).clip(max=WORDS - 1)
        self.follows = drawn.astype(np.uint8).reshape(TOPICS, WORDS, GRAIN)  # (topic, word, draw) → next word
        self.pairs = random.integers(WORDS, size=(WORDS, WORDS)).astype(np.uint8)  # (word before, word) → next word


def documents(language: Language, count: int, seed: int) -> np.ndarray:
    """`count` documents, (count, LENGTH) uint8. More documents of a seed begin with the fewer ones."""
    blocks = [_block(language, np.random.default_rng([seed, number])) for number in range(-(-count // BLOCK))]
    return np.concatenate(blocks)[:count]


def _block(language: Language, random: np.random.Generator) -> np.ndarray:
    topic = random.choice(TOPICS, size=BLOCK, p=language.topics)
    before = word = random.choice(WORDS, size=BLOCK, p=language.frequency)
    text = np.empty((BLOCK, LENGTH), dtype=np.uint8)
    text[:, 0] = START
    text[:, 1] = FIRST_TOPIC + topic
    text[:, 2] = FIRST_WORD + word
    for at in range(3, LENGTH):
        free = language.follows[topic, word, random.integers(GRAIN, size=BLOCK)]
        decided = random.random(BLOCK) < PAIR_CHANCE
        before, word = word, np.where(decided, language.pairs[before, word], free)
        text[:, at] = FIRST_WORD + word
    return text

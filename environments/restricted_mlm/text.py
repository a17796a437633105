"""The made language of tier small: sequences in which a hidden token can be told from near and from far.

A word has a hidden *meaning*, a direction in space; the next word is near to what its meaning calls for. A *mood* turns some
aspects of every call into their opposites and favours some words, and lasts for tens of tokens, so that it has to be read off
the words around. A sequence is also about a few *people*: whenever a name appears, the epithet of that person follows, which
was drawn for this sequence alone, so that a hidden one is found by looking for the other places where the name stands
(and a hidden name by its epithet).
"""
import numpy as np

LENGTH = 64
VOCABULARY = 256
WORDS, NAMES, EPITHETS = 175, 40, 40
FIRST_NAME = WORDS
FIRST_EPITHET = WORDS + NAMES
MASK = VOCABULARY - 1  # never part of a text
PEOPLE = 3  # in a sequence
MOODS = 6
MEANINGS = 8  # dimensions
SHARPNESS = 6.0  # how much of what follows is decided by meaning
FAVOUR = 1.0  # how strongly a mood favours words: deviation of their log chances
KEPT = (2, 4)  # how many moods leave an aspect as it is: at least, at most
NAME_CHANCE, MOOD_CHANCE = 0.15, 0.015
LANGUAGE_SEED = 20260907


class Language:
    """The chances of the language, the same for every text."""

    def __init__(self, seed: int = LANGUAGE_SEED):
        random = np.random.default_rng(seed)
        frequency = 1 / (random.permutation(WORDS) + 12)
        meaning = random.normal(size=(WORDS, MEANINGS))
        meaning /= np.linalg.norm(meaning, axis=1, keepdims=True)
        turn = np.linalg.qr(random.normal(size=(MEANINGS, MEANINGS)))[0]
        kept = np.stack([random.permutation(MOODS) < count for count in np.linspace(*KEPT, MEANINGS).round()], axis=1)
        favoured = FAVOUR * random.normal(size=(MOODS, WORDS))
        calls = (meaning @ turn) * np.where(kept, 1, -1)[:, None, :]  # (mood, word, aspect)
        logits = SHARPNESS * calls @ meaning.T + favoured[:, None, :] + np.log(frequency)
        chances = np.exp(logits - logits.max(axis=-1, keepdims=True))
        self.follows = chances / chances.sum(axis=-1, keepdims=True)  # (mood, word, next word)
        self.bounds = self.follows.cumsum(axis=-1)


def sequences(language: Language, count: int, seed: int) -> np.ndarray:
    """`count` sequences of LENGTH tokens, uint16. Same arguments, same sequences."""
    return sequences_with_moods(language, count, seed)[0]


def sequences_with_moods(language: Language, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sequences, and the mood at each place."""
    random = np.random.default_rng(seed)
    every = np.arange(count)
    names = random.random((count, NAMES)).argsort(axis=1)[:, :PEOPLE]
    epithets = random.random((count, EPITHETS)).argsort(axis=1)[:, :PEOPLE]
    mood = random.integers(MOODS, size=count)
    word = random.integers(WORDS, size=count)
    person = np.full(count, -1)  # whose epithet comes next; -1 nobody's
    text = np.empty((count, LENGTH), dtype=np.uint16)
    moods = np.empty((count, LENGTH), dtype=np.uint8)
    for at in range(LENGTH):
        turns = random.random(count) < MOOD_CHANCE
        mood = np.where(turns, random.integers(MOODS, size=count), mood)
        share, drawn = random.random((count, 1)), random.integers(PEOPLE, size=count)
        named = (random.random(count) < NAME_CHANCE) & (person < 0)
        owed = person >= 0
        follows = np.minimum((language.bounds[mood, word] < share).sum(axis=1), WORDS - 1)
        word = np.where(named | owed, word, follows)
        text[:, at] = np.select([owed, named], [FIRST_EPITHET + epithets[every, person], FIRST_NAME + names[every, drawn]], word)
        moods[:, at] = mood
        person = np.where(named, drawn, -1)
    return text, moods

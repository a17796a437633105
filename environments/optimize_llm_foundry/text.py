"""Made rows of text for finetuning, and the tokenizer of tier small. A job's words are its own, so that nothing can be looked up."""

import random
from collections import Counter

ONSETS = ["b", "br", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "pl", "r", "s", "sh", "st", "t", "tr", "v", "z", ""]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou", "é", "ö"]
CODAS = ["", "", "", "n", "r", "s", "l", "m", "nd", "st", "ck"]
ODD = ["don't", "it's", "e-mail", "α→β", "naïve", "snake_case", "3.14", "№7", "😀", "50%", "they'll", "x²"]
LEXICON = 300


def lexicon(source: random.Random) -> list[str]:
    """Words of one to three syllables."""
    return ["".join(map(source.choice, [ONSETS, VOWELS, CODAS] * source.choice([1, 2, 2, 3]))) for _ in range(LEXICON)]


def rows(source: random.Random, count: int, longest: int) -> list[dict[str, str]]:
    """Questions about lists of words with their answers; a list has 2 to `longest` words."""
    words = lexicon(source)
    return [_row(source, words, longest) for _ in range(count)]


def _row(source: random.Random, words: list[str], longest: int) -> dict[str, str]:
    chosen = [source.choice(ODD) if source.random() < 0.04 else source.choice(words) for _ in range(source.randint(2, longest))]
    listed, place = ", ".join(chosen), source.randrange(len(chosen))
    prompt, response = source.choice(
        [
            (f"Say it backwards: {listed}.", f"{', '.join(reversed(chosen))}."),
            (f"What comes before {chosen[place]}?\n{listed}", chosen[place - 1] if place else "Nothing does."),
            (f"How many words are there in: {listed}", f"There are {len(chosen)}."),
            (f"Sort these by the alphabet:\n  {listed}", f"{' < '.join(sorted(chosen))}"),
            (f'Give me the letters of "{chosen[0]}" and of "{chosen[-1]}".', f"{'-'.join(chosen[0])}; {'-'.join(chosen[-1])}"),
            (
                f"{listed.capitalize()} -- which is the longest?",
                f"The longest is {max(chosen, key=len)!r}, of {len(max(chosen, key=len))} letters.",
            ),
        ]
    )
    return {"prompt": prompt, "response": response}


def tokenizer(vocabulary_size: int, pieces, byte_letters: dict[int, str], merged, seed: str = "tokenizer") -> dict:
    """
    Byte-pair merges learned from made rows; the last two numbers are begin and end.

    pieces: a pattern that cuts text; byte_letters: byte → its letter; merged: joins a pair in a list of parts. All of the pipeline.
    """
    source = random.Random(seed)
    text = [part for _ in range(3) for row in rows(source, 100, 10) for part in row.values()]
    counts = Counter(piece for part in text for piece in pieces.findall(part))
    words = {piece: [byte_letters[byte] for byte in piece.encode()] for piece in counts}
    vocabulary = [byte_letters[byte] for byte in range(256)]
    merges: list[tuple[str, str]] = []
    while len(vocabulary) < vocabulary_size - 2:
        pairs = Counter()
        for piece, parts in words.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += counts[piece]
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        vocabulary.append("".join(best))
        words = {piece: merged(parts, best) if len(parts) > 1 else parts for piece, parts in words.items()}
    numbers = {part: number for number, part in enumerate(vocabulary)}
    return {"vocabulary": numbers, "merges": merges, "begin": vocabulary_size - 2, "end": vocabulary_size - 1}

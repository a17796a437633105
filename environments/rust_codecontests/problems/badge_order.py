"""
Badge order

Runners collect badges. The list of honour shows runners with more gold badges first; among equals those with more silver badges, then
those with more badges in all, and at last those whose name comes first in the alphabet. Runners whose three numbers are the same share
a rank, and the ranks after them are skipped: with two runners on rank 1 the next one has rank 3.

Input: the first line has n (1 ≤ n ≤ 5000). Each of the next n lines has a name (1 to 12 lower-case letters, all different) and the
numbers of gold, silver and bronze badges, from 0 to 1000000000 each.
Output: n lines in the order of the list, each with rank and name.
"""

DIFFICULTY = 2
EXAMPLES = ["4\nbo 1 0 5\nal 1 0 5\ncy 0 9 9\ndi 2 0 0\n", "2\nzoe 0 0 1\nann 0 0 0\n"]


def solve(text):
    words = text.split()
    rows = [(words[i], *map(int, words[i + 1 : i + 4])) for i in range(1, len(words), 4)]
    order = sorted((-gold, -silver, -(gold + silver + bronze), name) for name, gold, silver, bronze in rows)
    lines, rank = [], 0
    for i, row in enumerate(order):
        if i == 0 or row[:3] != order[i - 1][:3]:
            rank = i + 1
        lines.append(f"{rank} {row[3]}\n")
    return "".join(lines)


def tests(random):
    yield "1\na 0 0 0\n"
    yield "3\nc 1 1 1\nb 1 1 1\na 1 1 1\n"
    yield "4\nd 5 5 1\nc 5 5 2\nb 5 4 900\na 5 5 1\n"
    for n, top in [(12, 2), (800, 3), (5000, 12), (5000, 10**9)]:
        names = set()
        while len(names) < n:
            names.add("".join(random.choice("abcdexyz") for _ in range(random.randint(2, 12))))
        rows = [f"{name} {' '.join(str(random.randint(0, top)) for _ in range(3))}\n" for name in sorted(names)]
        random.shuffle(rows)
        yield f"{n}\n{''.join(rows)}"

"""
Odd stamps

A collector swaps stamps that she has twice. So of each motif she keeps one stamp if she had an odd number of them, and none otherwise.

Print how many stamps she keeps, and below that the motifs that she keeps, in ascending order. If she keeps none, print 0 alone.

Input: the first line has n (1 ≤ n ≤ 30000). The second line has n motifs, whole numbers from -1000000000 to 1000000000.
Output: the number of stamps, and on a second line the motifs.
"""

DIFFICULTY = 1
EXAMPLES = ["7\n3 -1 3 8 3 8 8\n", "4\n5 5 6 6\n"]


def solve(text):
    _, *motifs = map(int, text.split())
    counts = {}
    for motif in motifs:
        counts[motif] = counts.get(motif, 0) + 1
    kept = sorted(motif for motif, count in counts.items() if count % 2)
    return f"{len(kept)}\n{' '.join(map(str, kept))}\n"


def tests(random):
    yield "1\n-7\n"
    yield "6\n1 1 1 1 1 2\n"
    yield "5\n0 -1 1 0 -1\n"
    for n, top in [(20, 5), (3000, 800), (30000, 10**9), (30000, 100)]:
        yield f"{n}\n{' '.join(str(random.randint(-top, top)) for _ in range(n))}\n"

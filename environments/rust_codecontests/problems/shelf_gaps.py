"""
Shelf gaps

A shelf is w centimetres long. Books of no thickness worth mentioning stand at the given places, in no order, perhaps several at one
place. A gap is the free space between two neighbouring places with books; the space before the first book and after the last one are
gaps, too.

A vase needs a gap of at least v centimetres. Print the length of the largest gap, and in how many gaps the vase could stand.

Input: the first line has w, n and v (1 ≤ w ≤ 1000000000, 1 ≤ n ≤ 40000, 1 ≤ v ≤ w). The second line has n places from 0 to w.
Output: two numbers.
"""

DIFFICULTY = 1
EXAMPLES = ["20 4 5\n12 3 3 18\n", "10 1 6\n5\n"]


def solve(text):
    w, n, v, *places = map(int, text.split())
    edges = [0, *sorted(places), w]
    gaps = [b - a for a, b in zip(edges, edges[1:])]
    return f"{max(gaps)} {sum(gap >= v for gap in gaps)}\n"


def tests(random):
    yield "1 1 1\n0\n"
    yield "7 2 7\n7 7\n"
    yield "9 3 3\n3 6 9\n"
    for w, n, v in [(50, 10, 4), (1000, 40, 20), (10**9, 40000, 30000), (10**9, 5, 10**8)]:
        yield f"{w} {n} {v}\n{' '.join(str(random.randint(0, w)) for _ in range(n))}\n"

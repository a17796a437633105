"""
Island cables

A telephone company wants to join n islands with undersea cables. It has offers for cables between pairs of islands, each with a price.
Some offers come from the state and must be accepted, whatever they cost. Find the lowest total price for which all islands are joined,
directly or over others.

Input: the first line has n and m (1 ≤ n ≤ 10000, 0 ≤ m ≤ 20000). Each of the next m lines has a, b, a price p (1 ≤ p ≤ 1000000000), and
s, which is 1 for an offer from the state and else 0. There may be several offers for a pair, and a may be equal to b.
Output: the lowest price, or `impossible`.
"""

DIFFICULTY = 3
EXAMPLES = ["3 4\n1 2 5 0\n2 3 4 0\n1 3 1 0\n1 2 9 1\n", "3 1\n1 2 1 0\n"]


def solve(text):
    n, m, *rest = map(int, text.split())
    offers = sorted((1 - rest[i + 3], rest[i + 2], rest[i], rest[i + 1]) for i in range(0, 4 * m, 4))
    leader = list(range(n + 1))

    def find(a):
        while leader[a] != a:
            leader[a] = leader[leader[a]]
            a = leader[a]
        return a

    total, parts = 0, n
    for free, price, a, b in offers:
        a, b = find(a), find(b)
        if a != b or not free:
            total += price
        if a != b:
            leader[a] = b
            parts -= 1
    return f"{total}\n" if parts == 1 else "impossible\n"


def tests(random):
    yield "1 0\n"
    yield "2 0\n"
    yield "2 3\n1 1 7 1\n1 2 3 1\n2 1 4 1\n"
    yield "2 2\n1 2 1 0\n1 1 1000000000 1\n"
    for n, m, top, state in [(6, 10, 9, 0.2), (300, 900, 1000, 0.05), (10000, 20000, 10**9, 0.1), (10000, 20000, 10**9, 0)]:
        rows = [(i, random.randint(1, i - 1)) for i in range(2, n + 1)]
        while len(rows) < m:
            rows.append((random.randint(1, n), random.randint(1, n)))
        random.shuffle(rows)
        yield f"{n} {m}\n" + "".join(f"{a} {b} {random.randint(1, top)} {int(random.random() < state)}\n" for a, b in rows)

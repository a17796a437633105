"""
Courier tour

A courier starts at the depot, place 0, has to visit places 1 to n - 1 in any order, and ends wherever the last one is. Going from place
i to place j takes d(i, j) minutes, which may differ from d(j, i); the direct way need not be the fastest, but she always takes it. Some
parcels have to be fetched first: for each of m pairs a, b, place a must be visited before place b. How many minutes does the fastest
tour take?

Input: the first line has n and m (2 ≤ n ≤ 16, 0 ≤ m ≤ 60). The next n lines have n numbers each, d(i, j) from 0 to 1000000; d(i, i) is
0. Each of the last m lines has a pair of different places a and b from 0 to n - 1.
Output: the number of minutes, or -1 if no order is allowed.
"""

DIFFICULTY = 4
EXAMPLES = ["3 0\n0 5 1\n9 0 9\n9 2 0\n", "3 1\n0 5 1\n9 0 9\n9 2 0\n1 2\n", "2 1\n0 1\n1 0\n1 0\n"]


def solve(text):
    n, m, *rest = map(int, text.split())
    way = [rest[n * i : n * i + n] for i in range(n)]
    before = [0] * n
    for i in range(m):
        a, b = rest[n * n + 2 * i : n * n + 2 * i + 2]
        before[b] |= 1 << a
    infinite = float("inf")
    best = [[infinite] * n for _ in range(1 << n)]
    if before[0] == 0:
        best[1][0] = 0
    for seen in range(1, 1 << n, 2):
        open_ = [j for j in range(n) if not seen >> j & 1 and before[j] & ~seen == 0]
        for i, minutes in enumerate(best[seen]):
            if minutes < infinite:
                for j in open_:
                    row = best[seen | 1 << j]
                    if minutes + way[i][j] < row[j]:
                        row[j] = minutes + way[i][j]
    shortest = min(best[-1])
    return f"{shortest if shortest < infinite else -1}\n"


def tests(random):
    yield "2 0\n0 7\n1 0\n"
    yield "3 2\n0 1 1\n1 0 1\n1 1 0\n1 2\n2 1\n"
    for n, m, top in [(5, 2, 9), (9, 6, 100), (13, 20, 1000), (16, 12, 10**6), (16, 0, 50)]:
        rows = [" ".join("0" if i == j else str(random.randint(0, top)) for j in range(n)) for i in range(n)]
        order = [0] + random.sample(range(1, n), n - 1)
        pairs = [sorted(random.sample(range(n), 2)) for _ in range(m)]
        yield f"{n} {m}\n" + "\n".join(rows) + "\n" + "".join(f"{order[a]} {order[b]}\n" for a, b in pairs)

"""
Camp guards

The camps of an expedition form a tree: n camps and n - 1 paths between them, so that there is exactly one way between any two. Keeping
a guard in camp i costs p(i) coins a night. A path is watched if a guard is in at least one of its two camps. Choose camps for guards so
that every path is watched and the cost is as low as possible. Any cheapest choice is accepted.

Input: the first line has n (1 ≤ n ≤ 20000), the second n costs from 1 to 1000000. Each of the last n - 1 lines has two camps, numbered
from 1, that are joined by a path.
Output: the cost, the number of guards, and on a second line the camps in any order.
"""

DIFFICULTY = 4
EXAMPLES = ["4\n3 1 1 1\n1 2\n1 3\n1 4\n", "1\n5\n"]


def solve(text):
    n, *rest = map(int, text.split())
    costs, ends = rest[:n], rest[n:]
    near = [[] for _ in range(n)]
    for a, b in zip(ends[::2], ends[1::2]):
        near[a - 1].append(b - 1)
        near[b - 1].append(a - 1)
    parent, order = [-1] * n, [0]
    for a in order:
        for b in near[a]:
            if b != parent[a]:
                parent[b] = a
                order.append(b)
    with_, without = costs[:], [0] * n
    for a in reversed(order[1:]):
        with_[parent[a]] += min(with_[a], without[a])
        without[parent[a]] += with_[a]
    guarded = [False] * n
    for a in order:
        must = a != 0 and not guarded[parent[a]]
        guarded[a] = must or with_[a] < without[a]
    camps = [a + 1 for a in range(n) if guarded[a]]
    return f"{min(with_[0], without[0])} {len(camps)}\n{' '.join(map(str, camps))}\n"


def tests(random):
    yield "2\n5 5\n1 2\n"
    yield "3\n1 5 1\n1 2\n2 3\n"
    yield "20000\n" + " ".join(str(1 + i % 3) for i in range(20000)) + "\n" + "".join(f"{i} {i + 1}\n" for i in range(1, 20000))
    for n, top, back in [(8, 5, 8), (300, 30, 4), (20000, 10**6, 20000), (20000, 10, 3)]:
        names = random.sample(range(1, n + 1), n)
        rows = "".join(f"{names[i]} {names[random.randint(max(0, i - back), i - 1)]}\n" for i in range(1, n))
        yield f"{n}\n{' '.join(str(random.randint(1, top)) for _ in range(n))}\n{rows}"


def check(given, expected, answer):
    n, *rest = map(int, given.split())
    cost, count, *camps = map(int, answer.split())
    chosen = set(camps)
    if cost != int(expected.split()[0]) or count != len(camps) or len(chosen) != count or not all(1 <= a <= n for a in camps):
        return False
    ends = rest[n:]
    return sum(rest[a - 1] for a in camps) == cost and all(a in chosen or b in chosen for a, b in zip(ends[::2], ends[1::2]))

"""
Toll bridges

Islands are joined by bridges that can be crossed both ways. Crossing a bridge takes some minutes. A courier goes from island 1 to
island n. The first k bridges of her trip are free of waiting; before every later bridge she has to wait w minutes at the toll booth.
How many minutes does the fastest trip take? She may cross a bridge more than once.

Input: the first line has n, m, k and w (2 ≤ n ≤ 4000, 1 ≤ m ≤ 8000, 0 ≤ k ≤ 5, 0 ≤ w ≤ 1000000). Each of the next m lines has a, b and
c: a bridge between different islands a and b that takes c minutes (1 ≤ c ≤ 1000000).
Output: the number of minutes, or -1 if island n cannot be reached.
"""

DIFFICULTY = 3
EXAMPLES = ["4 4 1 10\n1 2 1\n2 3 1\n3 4 1\n1 4 24\n", "3 1 0 5\n1 2 3\n"]


def solve(text):
    from heapq import heappop, heappush

    n, m, k, w, *rest = map(int, text.split())
    near = [[] for _ in range(n + 1)]
    for i in range(m):
        a, b, c = rest[3 * i : 3 * i + 3]
        near[a].append((b, c))
        near[b].append((a, c))
    best, heap = {}, [(0, 1, 0)]
    while heap:
        minutes, island, used = heappop(heap)
        if (island, used) in best:
            continue
        best[island, used] = minutes
        if island == n:
            return f"{minutes}\n"
        for other, c in near[island]:
            state = other, min(used + 1, k)
            if state not in best:
                heappush(heap, (minutes + c + (w if used == k else 0), *state))
    return "-1\n"


def tests(random):
    yield "2 1 0 7\n2 1 5\n"
    yield "2 1 3 7\n2 1 5\n"
    yield "5 5 2 100\n1 2 1\n2 3 1\n3 5 1\n1 4 60\n4 5 40\n"
    yield "6 6 3 50\n1 2 1\n2 3 1\n3 4 1\n4 6 1\n1 5 30\n5 6 30\n"
    for n, m, k, w, top in [(8, 12, 2, 20, 30), (100, 200, 3, 300, 200), (4000, 8000, 5, 10**6, 10**6), (4000, 8000, 0, 1000, 10**6)]:
        rows = []
        for i in range(2, n + 1):
            rows.append((i, random.randint(max(1, i - 30), i - 1)))
        while len(rows) < m:
            rows.append(tuple(random.sample(range(1, n + 1), 2)))
        yield f"{n} {m} {k} {w}\n" + "".join(f"{a} {b} {random.randint(1, top)}\n" for a, b in rows[:m])

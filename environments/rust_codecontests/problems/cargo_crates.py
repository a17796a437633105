"""
Cargo crates

A ship takes at most w tonnes. Of crates there are n kinds; of kind i there are c crates, each weighing t tonnes and worth v coins. A
kind may be loaded only in pairs: zero, two, four, … crates of it. What is the most that a load can be worth?

Input: the first line has n and w (1 ≤ n ≤ 60, 1 ≤ w ≤ 20000). Each of the next n lines has c, t and v (1 ≤ c ≤ 1000, 1 ≤ t ≤ 20000, 1 ≤
v ≤ 1000000000).
Output: the number of coins.
"""

DIFFICULTY = 3
EXAMPLES = ["2 10\n3 2 5\n2 3 9\n", "1 5\n1 1 100\n"]


def solve(text):
    n, w, *rest = map(int, text.split())
    best = [0] * (w + 1)
    for i in range(n):
        count, weight, value = rest[3 * i : 3 * i + 3]
        left, weight, value, size = count // 2, 2 * weight, 2 * value, 1
        while left:
            part = min(size, left)
            heavy, worth = part * weight, part * value
            if heavy <= w:
                best = best[:heavy] + [max(a, b + worth) for a, b in zip(best[heavy:], best)]
            left -= part
            size *= 2
    return f"{best[w]}\n"


def tests(random):
    yield "1 3\n2 2 5\n"
    yield "2 12\n6 4 9\n4 3 6\n"
    yield "2 8\n4 2 10\n2 3 14\n"
    yield "3 12\n2 3 10\n2 2 7\n9 1 2\n"
    for n, w, c, t, v in [(5, 30, 6, 6, 20), (20, 500, 10, 40, 1000), (60, 20000, 1000, 300, 10**9), (30, 6000, 1000, 20, 10**9)]:
        yield f"{n} {w}\n" + "".join(f"{random.randint(1, c)} {random.randint(1, t)} {random.randint(1, v)}\n" for _ in range(n))

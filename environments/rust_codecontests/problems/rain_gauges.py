"""
Rain gauges

A weather service has n gauges in a row along a valley. On day t, all gauges from l to r receive x millimetres. Every now and then
somebody asks how much the gauges from l to r have received together since the beginning, all before that question included; but
questions are only asked after the last rain.

Input: the first line has n, m and q (1 ≤ n ≤ 1000000, 1 ≤ m, q ≤ 15000). Each of the next m lines has l, r and x (1 ≤ l ≤ r ≤ n, 1 ≤ x
≤ 1000000000). Each of the last q lines has l and r.
Output: a line for each question, the sum in millimetres.
"""

DIFFICULTY = 2
EXAMPLES = ["5 2 3\n1 3 10\n3 5 1\n1 5\n3 3\n4 4\n", "1 1 1\n1 1 7\n1 1\n"]


def solve(text):
    values = list(map(int, text.split()))
    n, m, q = values[:3]
    change = [0] * (n + 2)
    for i in range(m):
        left, right, x = values[3 + 3 * i : 6 + 3 * i]
        change[left] += x
        change[right + 1] -= x
    level, sums = 0, [0]
    for i in range(1, n + 1):
        level += change[i]
        sums.append(sums[-1] + level)
    asked = values[3 + 3 * m :]
    return "".join(f"{sums[asked[2 * i + 1]] - sums[asked[2 * i] - 1]}\n" for i in range(q))


def tests(random):
    for n, m, q, top in [(6, 3, 6, 5), (100, 50, 60, 1000), (1000000, 15000, 15000, 10**9)]:
        rows = [f"{n} {m} {q}"]
        for i in range(m + q):
            a, b = sorted(random.randint(1, n) for _ in range(2))
            rows.append(f"{a} {b} {random.randint(1, top)}" if i < m else f"{a} {b}")
        yield "\n".join(rows) + "\n"
    yield "600000 15000 1\n" + "1 600000 1000000000\n" * 15000 + "1 600000\n"

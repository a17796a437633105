"""
Stair tiles

A staircase has n steps. Lena climbs from the ground (step 0) to step n, one, two or three steps at a time. Some steps are wet; she
never stands on a wet one, and she never makes two strides of three steps in a row. In how many ways can she climb? Print the number
modulo 1000000007.

Input: the first line has n and m (1 ≤ n ≤ 100000, 0 ≤ m ≤ n). The second line has m different wet steps from 1 to n.
Output: the number of ways modulo 1000000007.
"""

DIFFICULTY = 3
EXAMPLES = ["4 1\n2\n", "6 0\n\n", "3 3\n1 2 3\n"]


def solve(text):
    n, _, *wet = map(int, text.split())
    wet, prime = set(wet), 10**9 + 7
    short, long = [1], [0]  # ways to stand there after a stride of one or two steps, and of three
    for i in range(1, n + 1):
        if i in wet:
            short.append(0)
            long.append(0)
            continue
        short.append(sum(short[j] + long[j] for j in (i - 1, i - 2) if j >= 0) % prime)
        long.append(short[i - 3] if i >= 3 else 0)
    return f"{(short[n] + long[n]) % prime}\n"


def tests(random):
    yield "1 1\n1\n"
    yield "3 0\n\n"
    yield "7 4\n1 2 4 5\n"
    for n, m in [(20, 3), (60, 0), (1000, 150), (100000, 10000), (99999, 0)]:
        yield f"{n} {m}\n{' '.join(map(str, random.sample(range(1, n), m)))}\n"

"""
Parcel pairs

A sorting centre puts parcels on trolleys, two on each. A trolley runs smoothly only if the sum of its two weights is a multiple of k
grams. How many different pairs of parcels could share a trolley?

Parcels count as different even if they weigh the same.

Input: the first line has n (1 ≤ n ≤ 100000) and k (1 ≤ k ≤ 1000). The second line has n weights from 0 to 1000000000.
Output: the number of pairs.
"""

DIFFICULTY = 2
EXAMPLES = ["5 3\n1 2 3 4 6\n", "4 2\n2 2 2 2\n"]


def solve(text):
    n, k, *weights = map(int, text.split())
    counts = [0] * k
    pairs = 0
    for weight in weights:
        pairs += counts[-weight % k]
        counts[weight % k] += 1
    return f"{pairs}\n"


def tests(random):
    yield "1 1\n0\n"
    yield "6 7\n0 7 14 1 6 13\n"
    yield "5 4\n2 6 10 1 3\n"
    for n, k, top in [(40, 5, 30), (2000, 10, 10**9), (60000, 1000, 10**9), (100000, 1, 99)]:
        yield f"{n} {k}\n{' '.join(str(random.randint(0, top)) for _ in range(n))}\n"

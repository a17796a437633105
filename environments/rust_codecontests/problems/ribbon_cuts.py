"""
Ribbon cuts

A ribbon shows a row of letters. A tailor cuts it into pieces so that each piece reads the same from both sides and no piece is longer
than m letters. Every cut costs one coin, but a cut between two equal letters costs two. What is the least that the cuts can cost?

Input: the first line has m (1 ≤ m ≤ 3000). The second line has a string of 1 to 3000 lower-case letters.
Output: the number of coins.
"""

DIFFICULTY = 4
EXAMPLES = ["5\nabacc\n", "2\naaaa\n", "1\nabb\n"]


def solve(text):
    most, line = text.split()
    most, n = int(most), len(line)
    ends = [[] for _ in range(n)]  # pieces by their first letter
    for centre in range(2 * n - 1):
        left, right = centre // 2, (centre + 1) // 2
        while left >= 0 and right < n and line[left] == line[right] and right - left < most:
            ends[left].append(right + 1)
            left, right = left - 1, right + 1
    infinite = float("inf")
    best = [infinite] * (n + 1)
    best[0] = 0
    for i in range(n):
        cost = best[i] + (0 if i == 0 else 2 if line[i] == line[i - 1] else 1)
        for end in ends[i]:
            if cost < best[end]:
                best[end] = cost
    return f"{best[n]}\n"


def tests(random):
    yield "1\nz\n"
    yield "3\nabcba\n"
    yield "3000\nnoonracecar\n"
    yield f"700\n{'ab' * 500}\n"
    yield f"3000\n{'q' * 2000}\n"
    for n, m, letters in [(12, 4, "ab"), (200, 9, "ab"), (3000, 3000, "abc"), (3000, 20, "ab"), (3000, 3000, "abcdefghijklmnopqrstuvwxyz")]:
        half = "".join(random.choice(letters) for _ in range(n // 2))
        yield f"{m}\n{half + half[::-1] if random.random() < 0.3 else half + ''.join(random.choice(letters) for _ in range(n - n // 2))}\n"

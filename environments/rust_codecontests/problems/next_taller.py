"""
Next taller

Trees stand in a row. From the top of each tree an owl looks to the right, and sees the first tree that is strictly taller than its own.
In the evening each owl flies to that tree, and on from there in the same way, until it reaches a tree from which no taller one is seen.

For each tree print how many flights the owl that starts there makes, and on a second line the place (counted from 1) of the tree that
most owls end at, the leftmost one if there are several.

Input: the first line has n (1 ≤ n ≤ 80000). The second line has n heights from 1 to 1000000000.
Output: n numbers on the first line, one on the second.
"""

DIFFICULTY = 3
SECONDS = 0.5
EXAMPLES = ["6\n2 1 3 3 5 4\n", "3\n9 8 7\n"]


def solve(text):
    n, *heights = map(int, text.split())
    flights, ends, stack = [0] * n, list(range(n)), []
    for i in reversed(range(n)):
        while stack and heights[stack[-1]] <= heights[i]:
            stack.pop()
        if stack:
            flights[i], ends[i] = flights[stack[-1]] + 1, ends[stack[-1]]
        stack.append(i)
    counts = [0] * n
    for end in ends:
        counts[end] += 1
    return f"{' '.join(map(str, flights))}\n{counts.index(max(counts)) + 1}\n"


def tests(random):
    yield "1\n5\n"
    yield "5\n4 4 4 4 4\n"
    yield "5\n1 2 3 4 5\n"
    yield f"80000\n{' '.join(str(80000 - i) for i in range(80000))}\n"
    yield f"30000\n{' '.join(str(min(i + 1, 29999)) for i in range(30000))}\n"
    for n, top in [(12, 6), (500, 40), (30000, 10**9)]:
        yield f"{n}\n{' '.join(str(random.randint(1, top)) for _ in range(n))}\n"

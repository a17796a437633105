"""
Lantern street

The lanterns along a street are written as a string, `#` for one that burns and `.` for one that is dark. A walker from left to right
counts how often the light changes between neighbours, and looks for the longest stretch of dark lanterns. The city can repair one
stretch: it picks a longest dark stretch, the leftmost one if there are several, and lights all of it.

Print how often the light changes before the repair, the length of the stretch that is repaired, and how often the light changes after
the repair. If no lantern is dark, nothing is repaired and the length is 0.

Input: one line, a string of 1 to 100000 characters `#` and `.`.
Output: three numbers.
"""

DIFFICULTY = 1
EXAMPLES = ["##..#.#\n", "...\n", "#.#..#..\n"]


def changes(line):
    return sum(a != b for a, b in zip(line, line[1:]))


def solve(text):
    line = text.strip()
    longest = max(len(part) for part in line.split("#"))
    after = line.replace("." * longest, "#" * longest, 1) if longest else line
    return f"{changes(line)} {longest} {changes(after)}\n"


def tests(random):
    yield "#\n"
    yield ".\n"
    yield ".#.\n"
    yield "##########\n"
    for n, dark in [(20, 0.5), (60, 0.8), (1000, 0.5), (100000, 0.9), (100000, 0.3)]:
        yield "".join("." if random.random() < dark else "#" for _ in range(n)) + "\n"

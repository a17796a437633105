"""
Ferry loads

A ferry carries vehicles across a fjord. They wait in one line and board strictly in that order. The deck is L metres long; vehicles
stand one behind the other, and between two vehicles on the deck there must be exactly one metre of free space. When the next vehicle no
longer fits, the ferry leaves, comes back empty, and boarding goes on with that vehicle.

How many crossings does it take until everybody is across, and how many metres of deck (vehicles and the free space between them) are
used on the crossing that uses the fewest?

Input: the first line has n (1 ≤ n ≤ 20000) and L (1 ≤ L ≤ 1000000). The second line has n lengths, each from 1 to L.
Output: two numbers, the crossings and the fewest metres used on one of them.
"""

DIFFICULTY = 1
EXAMPLES = ["5 10\n4 5 3 3 2\n", "3 7\n7 7 7\n"]


def solve(text):
    n, deck, *lengths = map(int, text.split())
    used, loads = 0, []
    for length in lengths:
        if used and used + 1 + length <= deck:
            used += 1 + length
        else:
            if used:
                loads.append(used)
            used = length
    loads.append(used)
    return f"{len(loads)} {min(loads)}\n"


def tests(random):
    yield "1 1\n1\n"
    yield "4 3\n1 1 1 1\n"
    yield "6 5\n2 2 2 2 2 1\n"
    for n, deck in [(30, 20), (500, 60), (20000, 1000000), (20000, 7)]:
        yield f"{n} {deck}\n{' '.join(str(random.randint(1, max(1, deck // random.choice([1, 2, 4])))) for _ in range(n))}\n"

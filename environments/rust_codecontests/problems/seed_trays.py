"""
Seed trays

A gardener has packets of seeds and sows them into trays. All seeds of a packet go into trays of that packet alone, as evenly as she
likes; an empty packet is never sold. She has at most t trays and wants the fullest tray to be as empty as possible. How many seeds are
in it then?

Input: the first line has n (1 ≤ n ≤ 20000) and t (n ≤ t ≤ 1000000000). The second line has the number of seeds in each packet, from 1
to 1000000000.
Output: the number of seeds in the fullest tray.
"""

DIFFICULTY = 2
EXAMPLES = ["2 5\n10 4\n", "3 3\n7 1 9\n"]


def solve(text):
    n, trays, *packets = map(int, text.split())
    low, high = 1, max(packets)
    while low < high:
        middle = (low + high) // 2
        if sum(-(-packet // middle) for packet in packets) <= trays:
            high = middle
        else:
            low = middle + 1
    return f"{low}\n"


def tests(random):
    yield "1 1\n1000000000\n"
    yield "1 1000000000\n1000000000\n"
    yield "3 4\n6 6 6\n"
    yield "2 3\n100 99\n"
    for n, trays, top in [(5, 12, 50), (500, 4000, 10**6), (20000, 20000, 10**9), (20000, 10**6, 10**9), (20000, 10**9, 10**9)]:
        yield f"{n} {trays}\n{' '.join(str(random.randint(1, top)) for _ in range(n))}\n"

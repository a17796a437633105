"""
River ferries

The ports of a river system form a tree; port 1 lies at the sea, and every other port has exactly one next port downstream, reached by a
leg of some length. A ferry line from port a to port b goes downstream from a to the first port that also lies on the way from b to the
sea, and from there upstream to b. The ship needs coal only upstream: one bag for each kilometre. Which port is the turning point of
each line, and how many bags does it need?

Input: the first line has n and q (2 ≤ n ≤ 50000, 1 ≤ q ≤ 20000). Each of the next n - 1 lines has, for ports 2 to n, the next port
downstream (of any number) and the length of the leg in kilometres, from 1 to 1000000000. Each of the last q lines has a and b.
Output: q lines, each with the turning point and the number of bags.
"""

DIFFICULTY = 5
EXAMPLES = ["5 3\n1 4\n1 7\n2 1\n2 2\n4 5\n3 4\n5 2\n", "2 2\n1 9\n1 2\n2 2\n"]


def solve(text):
    n, q, *rest = map(int, text.split())
    down, length = [0, 0] + rest[0 : 2 * n - 2 : 2], [0, 0] + rest[1 : 2 * n - 2 : 2]
    depth, far = [None] * (n + 1), [0] * (n + 1)
    depth[1] = 0
    for port in range(2, n + 1):
        way = []
        while depth[port] is None:
            way.append(port)
            port = down[port]
        for port in reversed(way):
            depth[port], far[port] = depth[down[port]] + 1, far[down[port]] + length[port]
    down[1] = 1
    jumps = [down]
    for _ in range(n.bit_length()):
        last = jumps[-1]
        jumps.append([last[port] for port in last])
    lines, asked = [], rest[2 * n - 2 :]
    for a, b in zip(asked[::2], asked[1::2]):
        goal = b
        if depth[a] < depth[b]:
            a, b = b, a
        for k, jump in enumerate(jumps):
            if (depth[a] - depth[b]) >> k & 1:
                a = jump[a]
        for jump in reversed(jumps):
            if jump[a] != jump[b]:
                a, b = jump[a], jump[b]
        turn = a if a == b else down[a]
        lines.append(f"{turn} {far[goal] - far[turn]}\n")
    return "".join(lines)


def tests(random):
    for n, q, back, top in [
        (6, 10, 6, 9),
        (300, 200, 3, 1000),
        (20000, 20000, 20000, 10**9),
        (50000, 20000, 1, 10**9),
        (20000, 20000, 4, 10**9),
    ]:
        names = [1] + random.sample(range(2, n + 1), n - 1)
        down = {names[i]: names[random.randint(max(0, i - back), i - 1)] for i in range(1, n)}
        legs = "".join(f"{down[port]} {random.randint(1, top)}\n" for port in range(2, n + 1))
        deep, near = names[-n // 4 :], names[: n // 4]  # climbing step by step is slow
        yield f"{n} {q}\n{legs}" + "".join(f"{random.choice(deep)} {random.choice(random.choice([deep, near, near]))}\n" for _ in range(q))

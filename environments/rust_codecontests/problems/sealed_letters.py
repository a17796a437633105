"""
Sealed letters

In a mailroom letters lie inside one another. The contents of a shelf are written as a string: `(` and `)` are the sides of a plain
envelope, `[` and `]` of a padded one, `{` and `}` of a box; every other character is a lower-case letter and stands for a sheet of
paper. Envelopes close in the opposite order of opening, and with their own kind of side.

If the string breaks this rule, print `broken` and the position (counted from 1) of the first character at which that is certain; if it
only turns out at the end that something is still open, the position is the length plus 1. Otherwise print `fine` and the largest number
of envelopes and boxes around any sheet of paper, 0 if there is no sheet.

Input: one line, a string of 1 to 50000 characters.
Output: a word and a number.
"""

DIFFICULTY = 2
EXAMPLES = ["a(b[c]{})d\n", "([a)]\n", "((x)\n"]


def solve(text):
    line, stack, deepest = text.strip(), [], 0
    partner = {")": "(", "]": "[", "}": "{"}
    for place, character in enumerate(line, start=1):
        if character in "([{":
            stack.append(character)
        elif character in partner:
            if not stack or stack.pop() != partner[character]:
                return f"broken {place}\n"
        else:
            deepest = max(deepest, len(stack))
    return f"broken {len(line) + 1}\n" if stack else f"fine {deepest}\n"


def tests(random):
    yield "]\n"
    yield "(((([{}]))))\n"
    yield "([)]\n"
    yield "abc\n"
    yield "(" * 25000 + "q" + ")" * 24999 + "\n"
    yield "{[" * 12000 + "z" + "]}" * 12000 + "\n"

    def nested(n):
        parts, stack = [], []
        while len(parts) + len(stack) < n:
            roll = random.random()
            if roll < 0.4:
                stack.append(random.choice(")]}"))
                parts.append({")": "(", "]": "[", "}": "{"}[stack[-1]])
            elif roll < 0.7 and stack:
                parts.append(stack.pop())
            else:
                parts.append(random.choice("abcxyz"))
        return parts + stack[::-1]

    for n in (30, 1000, 50000):
        yield "".join(nested(n)) + "\n"
    damaged = nested(40000)
    damaged[30000] = random.choice(")]}")
    yield "".join(damaged) + "\n"

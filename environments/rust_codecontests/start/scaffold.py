"""Turns a problem into a Rust program, with a weak model. This is the starting solution: it asks once and returns all that it was told."""

PROMPT = """Solve this programming problem in Rust.

{statement}
"""


async def solve(problem: dict, model) -> str:
    return await model.complete(PROMPT.format(statement=problem["statement"]))

export type Point = {x: number; y: number};

/** The corners of a path of straight pieces. */
export function verticesOf(d: string): Point[] {
  const points: Point[] = [];
  for (const [, command, rest] of d.matchAll(/([MLHV])([^MLHVZ]*)/g)) {
    const numbers = rest!
      .split(/[\s,]+/)
      .filter((text) => text !== "")
      .map(Number);
    const last = points.at(-1) ?? {x: 0, y: 0};
    if (command === "H") points.push({x: numbers[0]!, y: last.y});
    else if (command === "V") points.push({x: last.x, y: numbers[0]!});
    else for (let i = 0; i + 1 < numbers.length; i += 2) points.push({x: numbers[i]!, y: numbers[i + 1]!});
  }
  return points;
}

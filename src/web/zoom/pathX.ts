/** Which of a command's numbers are x coordinates, by position. */
const X_POSITIONS: Record<string, readonly number[]> = {
  M: [0],
  L: [0],
  T: [0],
  H: [0],
  V: [],
  C: [0, 2, 4],
  S: [0, 2],
  Q: [0, 2],
  A: [5],
  Z: [],
};
const COUNTS: Record<string, number> = {M: 2, L: 2, T: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, A: 7, Z: 0};

/**
 * The data of a path stretched along x: absolute coordinates x become scale · x + shift, relative ones scale · x. Strokes stay as
 * wide as they are, which no transform would leave them.
 *
 * @example pathX("M1,2h3L5,6", 2, 10) // => "M12,2h6L20,6"
 */
export function pathX(d: string, scale: number, shift: number): string {
  return d.replace(/([a-df-zA-DF-Z])([^a-df-zA-DF-Z]*)/g, (_, command: string, rest: string) => {
    const [positions, count] = [X_POSITIONS[command.toUpperCase()]!, COUNTS[command.toUpperCase()]!];
    const isAbsolute = command === command.toUpperCase();
    const numbers = rest.match(/[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi) ?? [];
    const moved = numbers.map((text, i) => {
      if (!positions.includes(i % count)) return text;
      return String(rounded(Number(text) * scale + (isAbsolute ? shift : 0)));
    });
    return command + moved.join(",");
  });
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

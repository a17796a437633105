/** The golden ratio's inverse: its multiples fill an interval evenly, wherever one stops. */
const GOLDEN = 0.6180339887498949;

/**
 * How far points on one line are moved to either side so that they do not cover each other: each, in the order of heights, to the nearest
 * free place of 0, 1, −1, 2, −2 … diameters. Where a crowd is wider than the room, its points are spread evenly over it.
 *
 * @param heights In px, in any order; the same heights give the same places.
 * @param diameter Of a point, above 0.
 * @param halfWidth Points stay this close to the line.
 * @returns One offset for each height, in its order.
 * @example swarm([10, 10, 30, 10], 4, 20) // => [0, 4, 0, -4]
 */
export function swarm(heights: readonly number[], diameter: number, halfWidth: number): number[] {
  const offsets = new Array<number>(heights.length).fill(0);
  const order = heights.map((_, i) => i).sort((a, b) => heights[a]! - heights[b]! || a - b);
  const steps = Math.floor(halfWidth / diameter);
  let first = 0; // in `order`: nothing before it is near
  order.forEach((point, place) => {
    while (heights[point]! - heights[order[first]!]! >= diameter) ++first;
    const near = order.slice(first, place);
    const isFree = (offset: number) =>
      near.every((other) => Math.hypot(offset - offsets[other]!, heights[point]! - heights[other]!) >= diameter - SLACK);
    const free = Array.from({length: 2 * steps + 1}, (_, i) => (i % 2 === 1 ? (i + 1) / 2 : -i / 2) * diameter + 0).find(isFree);
    offsets[point] = free ?? (((place * GOLDEN) % 1) * 2 - 1) * halfWidth;
  });
  return offsets;
}

const SLACK = 1e-9;

import {ticksInside} from "./niceTicks.js";

/** Of each power of ten these multiples, from dense to sparse. */
const MULTIPLES = [[1, 2, 5], [1, 3], [1]];

/**
 * Round numbers from `low` to `high` for a logarithmic axis: 1, 2, 5 of each power of ten, or fewer of them until there are at most
 * `count`; multiples of one step where the range is too small for two of these.
 *
 * @param low Above 0 and below `high`.
 * @example logTicks(0.8, 12, 5) // => [1, 2, 5, 10]
 */
export function logTicks(low: number, high: number, count: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const powers = Array.from({length: last - first + 1}, (_, i) => first + i);
  const inside = (multiples: readonly number[], some: readonly number[]) =>
    some.flatMap((power) => multiples.map((each) => Number(`${each}e${power}`))).filter((tick) => tick >= low && tick <= high);
  const dense = MULTIPLES.map((multiples) => inside(multiples, powers));
  if (dense[0]!.length < 2) return ticksInside(low, high, count);
  const fits = dense.find((ticks) => ticks.length <= count);
  if (fits !== undefined && fits.length > 1) return fits;
  const step = Math.ceil(powers.length / count);
  const sparse = inside(
    [1],
    powers.filter((power) => power % step === 0),
  );
  return sparse.length > 1 ? sparse : dense.findLast((ticks) => ticks.length > 1)!;
}

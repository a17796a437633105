/**
 * Round numbers from `low` to `high`: multiples of 1, 2 or 5 × 10ⁿ, about `count` of them, the outermost at or beyond the ends.
 *
 * @param low At most `high`; equal ends give a range of one step.
 * @example niceTicks(0, 0.93, 5) // => [0, 0.2, 0.4, 0.6, 0.8, 1]
 */
export function niceTicks(low: number, high: number, count: number): number[] {
  const step = niceStep((high - low || Math.abs(high) || 1) / Math.max(count, 1));
  const first = Math.floor(low / step + SLACK);
  const last = Math.max(Math.ceil(high / step - SLACK), first + 1);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Array.from({length: last - first + 1}, (_, i) => Number(((first + i) * step).toFixed(digits)));
}

/**
 * At least two round numbers from `low` to `high`, about `count` of them, all of them inside.
 *
 * @param low Below `high`.
 * @example ticksInside(0.1, 0.93, 4) // => [0.2, 0.4, 0.6, 0.8]
 */
export function ticksInside(low: number, high: number, count: number): number[] {
  for (let more = count; ; ++more) {
    const ticks = niceTicks(low, high, more).filter((tick) => tick >= low && tick <= high);
    if (ticks.length > 1 || more > count + 8) return ticks;
  }
}

const SLACK = 1e-9; // 0.6 / 0.2 is a little under 3

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  return (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10) * power;
}

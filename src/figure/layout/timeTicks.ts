/**
 * Doublings of 30 minutes (15m, 30m, 1h, 2h, …) inside a range of seconds, thinned until their labels fit side by side.
 *
 * @param low Above 0. @param high At least `low`.
 * @param fits Whether labels at these times fit.
 * @example timeTicks(1800, 14400, () => true) // => [1800, 3600, 7200, 14400]
 */
export function timeTicks(low: number, high: number, fits: (ticks: readonly number[]) => boolean): number[] {
  const first = Math.ceil(Math.log2(low / HALF_HOUR) - SLACK);
  const last = Math.floor(Math.log2(high / HALF_HOUR) + SLACK);
  const all = Array.from({length: Math.max(0, last - first + 1)}, (_, i) => HALF_HOUR * 2 ** (first + i));
  for (let step = 1; step < all.length; ++step) {
    // counted from the longest time down: 32h stays, and 8h, 2h, 30m with it
    const ticks = all.filter((_, i) => (all.length - 1 - i) % step === 0);
    if (fits(ticks)) return ticks;
  }
  return all.slice(-1);
}

const HALF_HOUR = 1800;
const SLACK = 1e-9;

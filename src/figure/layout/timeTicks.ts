/**
 * Doublings of 30 minutes (15m, 30m, 1h, 2h, …) inside a range of seconds, and below them 8m, 4m, 2m, 1m, 30s, …, thinned until their labels
 * fit side by side.
 *
 * @param low Above 0. @param high At least `low`.
 * @param fits Whether labels at these times fit.
 * @example timeTicks(1800, 14400, () => true) // => [1800, 3600, 7200, 14400]
 * @example timeTicks(60, 600, () => true) // => [60, 120, 240, 480]
 */
export function timeTicks(low: number, high: number, fits: (ticks: readonly number[]) => boolean): number[] {
  const first = Math.floor(Math.log2(low / HALF_HOUR)) - 1;
  const last = Math.ceil(Math.log2(high / HALF_HOUR)) + 1;
  const all = Array.from({length: last - first + 1}, (_, i) => timeAt(first + i)).filter(
    (tick) => tick >= low * (1 - SLACK) && tick <= high * (1 + SLACK),
  );
  for (let step = 1; step < all.length; ++step) {
    // counted from the longest time down: 32h stays, and 8h, 2h, 30m with it
    const ticks = all.filter((_, i) => (all.length - 1 - i) % step === 0);
    if (fits(ticks)) return ticks;
  }
  return all.slice(-1);
}

/** About 30m · 2ⁿ: halving 15 minutes, and 15 seconds, again and again gives no times that people say. */
function timeAt(doublings: number): number {
  if (doublings >= -1) return HALF_HOUR * 2 ** doublings;
  if (doublings >= -5) return 60 * 2 ** (doublings + 5);
  return doublings >= -7 ? 30 * 2 ** (doublings + 6) : 2 ** (doublings + 11);
}

const HALF_HOUR = 1800;
const SLACK = 1e-9;

const MINUTE = 60;
const HOUR = 3600;

/** Steps between ticks that people count in, in seconds, larger ones first. */
const STEPS = [24 * HOUR, 12 * HOUR, 8 * HOUR, 4 * HOUR, 2 * HOUR, HOUR, 30 * MINUTE, 15 * MINUTE, 5 * MINUTE, MINUTE, 15];
/** Enough to read times from. */
const ENOUGH = 4;

/**
 * Ticks between two times, in seconds: those of the axis that are there, doublings, and then others at round times, the roundest
 * first, until there are enough, as far as labels fit beside each other.
 *
 * @param own Ticks of the axis.
 * @param xOf Where a time is in px. @param gapPx Least distance between two ticks.
 */
export function ticksBetween(
  [low, high]: readonly [number, number],
  own: readonly number[],
  {xOf, gapPx}: {xOf: (seconds: number) => number; gapPx: number},
): number[] {
  const taken: number[] = [];
  const take = (candidates: readonly number[]) => {
    const seen = candidates.filter((seconds) => seconds >= low && seconds <= high);
    for (const seconds of seen) if (taken.every((other) => Math.abs(xOf(other) - xOf(seconds)) >= gapPx)) taken.push(seconds);
  };
  take(own);
  take(DOUBLINGS);
  for (const step of STEPS) if (taken.length < ENOUGH) take(multiples(step, low, high));
  return taken.sort((a, b) => a - b);
}

/** 15 minutes, 30 minutes, 1 hour, 2 hours … */
const DOUBLINGS = Array.from({length: 12}, (_, power) => 15 * MINUTE * 2 ** power);

function multiples(step: number, low: number, high: number): number[] {
  const first = Math.ceil(low / step);
  return Array.from({length: Math.max(0, Math.floor(high / step) - first + 1)}, (_, i) => (first + i) * step);
}

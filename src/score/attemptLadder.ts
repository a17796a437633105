import {leastAttempts, type PlanPopulation} from "./planPopulation.js";

/** More than this in one environment is nobody's plan. */
export const MOST_ATTEMPTS = 1_000_000;

/** Designs in the order of their size: attempts by population, the smallest first; null beyond the last. */
export type Ladder = (step: number) => readonly number[] | null;

/** The same number of attempts everywhere, one more on each step, from the fewest that score@k and its standard error need. */
export function equalLadder(populations: readonly PlanPopulation[]): Ladder {
  const least = Math.max(...populations.map(({cell}) => leastAttempts(cell)));
  return (step) => (least + step > MOST_ATTEMPTS ? null : populations.map(() => least + step));
}

/** Attempts are added one at a time below 100 in an environment, and by 1 % beyond. */
const GROWTH = 0.01;

/**
 * On each step more attempts where they take off most variance for what they cost: Neyman's allocation n ∝ σ / √cost where the
 * variance is σ² / n, and right for score@k too, whose variance is not. Without replacement the variance is convex in n (every term
 * of its Hoeffding decomposition is), so no design of the same cost has a smaller one, but for rounding.
 */
export function optimalLadder(populations: readonly PlanPopulation[]): Ladder {
  const designs: number[][] = [populations.map(({cell}) => leastAttempts(cell))];
  const gains = populations.map((population, i) => gainOf(population, designs[0]![i]!));
  return (step) => {
    while (designs.length <= step) {
      const next = [...designs.at(-1)!];
      const best = gains.indexOf(Math.max(...gains));
      next[best] = grown(next[best]!);
      if (next[best]! > MOST_ATTEMPTS) return null;
      gains[best] = gainOf(populations[best]!, next[best]!);
      designs.push(next);
    }
    return designs[step]!;
  };
}

const grown = (n: number) => n + Math.max(1, Math.floor(n * GROWTH));

/** What the next attempts take off the variance, for each unit of what they cost. */
function gainOf({cell, varianceAt}: PlanPopulation, n: number): number {
  const next = grown(n);
  return (varianceAt(n) - varianceAt(next)) / (next - n) / cell.costPerAttempt;
}

type Test = (design: readonly number[]) => boolean;

/**
 * The first step that is enough, where every later one is too: strides that double, down or up from `start`, then halving.
 *
 * @param grain Steps that need not be told apart: the result is enough, and `grain` steps before it is not.
 * @returns null where no step is enough before the ladder ends.
 */
export function firstEnough(ladder: Ladder, isEnough: Test, start = 0, grain = 1): number | null {
  const enough = (step: number) => isEnough(ladder(step)!);
  const between = enough(start) ? strideDown(enough, start, grain) : strideUp(ladder, enough, start, grain);
  if (between === null) return null;
  let {low, high} = between;
  while (high - low > grain) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Not enough at `low` (−1: before the first step), enough at `high`. */
type Between = {low: number; high: number};

function strideDown(enough: (step: number) => boolean, start: number, grain: number): Between {
  let high = start;
  for (let stride = grain; high > 0; stride *= 2) {
    const low = Math.max(0, start - stride);
    if (!enough(low)) return {low, high};
    high = low;
  }
  return {low: -1, high: 0};
}

function strideUp(ladder: Ladder, enough: (step: number) => boolean, start: number, grain: number): Between | null {
  let low = start;
  for (let stride = grain; ; stride *= 2) {
    const isThere = ladder(start + stride) !== null;
    const high = isThere ? start + stride : lastStep(ladder, low, start + stride);
    if (enough(high)) return {low, high};
    if (!isThere) return null;
    low = high;
  }
}

/** The last step of a ladder that has the step `low` and not the step `high`. */
function lastStep(ladder: Ladder, low: number, high: number): number {
  let [there, gone] = [low, high];
  while (gone - there > 1) {
    const middle = Math.floor((there + gone) / 2);
    if (ladder(middle) === null) gone = middle;
    else there = middle;
  }
  return there;
}

import {quantile} from "../stats/quantile.js";

/** A statistic with its percentile interval. What is null has its reason in `reason`; it is null where nothing is. */
export type Estimated = {value: number | null; low: number | null; high: number | null; reason: string | null};

/** Replicates that differ by no more than this share of them are the same number, summed in another order. */
const ROUNDING = 1e-12;

/**
 * The percentile interval of any statistic of attempts: quantiles (1 ± level) / 2 of its replicates.
 *
 * Undefined, with the reason, where there are fewer than two replicates, where a sample that was drawn from has a single
 * attempt (its replicates never vary), and where all replicates agree although the scores differ. Where all scores of every sample are equal it is that point.
 *
 * @param samples What was resampled: the scores of each environment, and people's where they count.
 */
export function replicateInterval(
  value: number,
  samples: readonly {environment: string; scores: readonly number[]}[],
  replicates: Float64Array,
  level: number,
): Estimated {
  const without = (why: string): Estimated => ({value, low: null, high: null, reason: `no interval: ${why}`});
  if (replicates.length === 0) return without("no bootstrap replicates were asked for");
  const single = samples.filter(({scores}) => scores.length === 1).map(({environment}) => environment);
  if (single.length > 0) return without(`one attempt only in ${[...new Set(single)].join(", ")}`);
  if (samples.every(({scores}) => scores.every((each) => each === scores[0]))) return {value, low: value, high: value, reason: null};
  if (replicates.length < 2) return without("fewer than two bootstrap replicates give none");
  const ascending = Float64Array.from(replicates).sort();
  const low = quantile(ascending, (1 - level) / 2);
  const high = quantile(ascending, (1 + level) / 2);
  if (high - low <= ROUNDING * Math.max(Math.abs(low), Math.abs(high))) return without("the replicates agree although the scores differ");
  return {value, low, high, reason: null};
}

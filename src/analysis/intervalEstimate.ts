import {type RestsOn, whatCannotVary} from "../score/interval.js";
import type {ResamplingScheme} from "../score/resample/job.js";
import {replicateSpread} from "../stats/replicateSpread.js";

/** A statistic with its bootstrap interval; null, with the reason, where it or the interval is not defined. */
export type IntervalEstimate = {
  value: number | null;
  low: number | null;
  high: number | null;
  /** Of the replicates; null where there is no interval. */
  standardError: number | null;
  /** True where all scores are equal and the interval is that point. */
  degenerate: boolean;
  /** Replicates in which it is not defined, left out of the interval. */
  undefinedReplicates: number;
  reason: string | null;
};

/** Replicates that differ by no more than this share of the size of the scores are the same number, summed in another order. */
const ROUNDING = 1e-12;

const NOTHING = {value: null, low: null, high: null, standardError: null, degenerate: false, undefinedReplicates: 0};

export const notEstimated = (reason: string): IntervalEstimate => ({...NOTHING, reason});
export const withoutInterval = (value: number, reason: string): IntervalEstimate => ({...NOTHING, value, reason});

export type IntervalOf = {
  behind: readonly RestsOn[];
  /** What was resampled. */
  scheme: ResamplingScheme;
  /** In (0, 1). */
  level: number;
  /** What rounding is measured by: of a difference, the larger of the two; default: the larger end of the interval. */
  size?: number;
};

/**
 * Any statistic of attempts with the percentile interval of its bootstrap replicates: quantiles (1 ∓ level) / 2. Replicates in which it is
 * undefined (NaN) are left out and counted.
 *
 * No interval, with the reason, where fewer than half of the replicates (or than two) define it, where nothing that is resampled can
 * vary (one attempt in an environment, one person, one environment), and where all replicates agree although the scores differ. Where all scores are equal it is that point.
 */
export function intervalEstimate(value: number, replicates: Float64Array, {behind, scheme, level, size}: IntervalOf): IntervalEstimate {
  if (replicates.length === 0) return withoutInterval(value, "no interval: no bootstrap replicates were asked for");
  const fixed = whatCannotVary(behind, scheme);
  if (fixed !== null) return withoutInterval(value, `no interval: ${fixed}`);
  const defined = replicates.reduce((count, each) => count + (Number.isNaN(each) ? 0 : 1), 0);
  const none = (reason: string) => {
    return {...withoutInterval(value, `no interval: ${reason}`), undefinedReplicates: replicates.length - defined};
  };
  if (replicates.length < 2) return none("fewer than two bootstrap replicates give none");
  if (defined < 2 || 2 * defined < replicates.length) return none(`only ${defined} of ${replicates.length} replicates define it`);
  const {low, high, ...spread} = replicateSpread(replicates, level);
  const scale = size ?? Math.max(Math.abs(low), Math.abs(high));
  if (high - low > ROUNDING * scale) return {value, low, high, ...spread, degenerate: false, reason: null};
  const isConstant = behind.every(({scores}) => scores.every((score) => score === scores[0]));
  return isConstant
    ? {value, low: value, high: value, ...spread, standardError: 0, degenerate: true, reason: null}
    : none("the replicates agree although the scores differ");
}

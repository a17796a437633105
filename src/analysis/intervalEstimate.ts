import type {EnvironmentScores} from "../score/aggregate.js";
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

/** Whose attempts in an environment are behind a statistic. */
export type Behind = EnvironmentScores & {agent: string};

/**
 * A statistic with the percentile interval of its replicates, undefined ones (NaN) left out and counted. No interval where an
 * environment has a single attempt, which no resample varies, or where the replicates agree although the scores differ.
 *
 * @param size The size of the values that it is a difference of, such as the larger score: what rounding is measured by.
 */
export function intervalEstimate(
  value: number,
  replicates: Float64Array,
  {behind, level, size}: {behind: readonly Behind[]; level: number; size: number},
): IntervalEstimate {
  const defined = replicates.reduce((count, each) => count + (Number.isNaN(each) ? 0 : 1), 0);
  const single = behind.filter(({scores}) => scores.length === 1).map(({environment, agent}) => `${environment} (${agent})`);
  if (replicates.length === 0) return withoutInterval(value, "no interval: no bootstrap replicates were asked for");
  if (single.length > 0) return withoutInterval(value, `no interval: one attempt only in ${[...new Set(single)].join(", ")}`);
  if (defined < 2) return withoutInterval(value, `no interval: ${defined} of ${replicates.length} replicates define it`);
  const {low, high, ...spread} = replicateSpread(replicates, level);
  if (high - low > ROUNDING * size) return {value, low, high, ...spread, degenerate: false, reason: null};
  const isConstant = behind.every(({scores}) => scores.every((score) => score === scores[0]));
  if (!isConstant) return withoutInterval(value, "no interval: the replicates agree although the scores differ");
  return {
    value,
    low: value,
    high: value,
    standardError: 0,
    degenerate: true,
    undefinedReplicates: spread.undefinedReplicates,
    reason: null,
  };
}

import {mean} from "simple-statistics";
import {quantiles} from "../stats/quantile.js";

/** The percentiles of the scores of one environment, or their mean over environments, in the order asked for. */
export type Percentiles = readonly number[];

/**
 * Percentiles of scores within each environment (numpy's default, see `quantile`), and the unweighted mean of each percentile over
 * environments: where the people of one environment stand is not mixed with where those of another do.
 *
 * @param environments At least one, each with at least one score.
 * @param percentiles Each in [0, 100].
 * @see arXiv 2411.15114, figures 4, 7 and 8.
 * @example environmentPercentiles([[0, 1], [2, 4]], [50]) // => {each: [[0.5], [3]], mean: [1.75]}
 */
export function environmentPercentiles(
  environments: readonly (readonly number[])[],
  percentiles: readonly number[],
): {each: Percentiles[]; mean: Percentiles} {
  const shares = percentiles.map((percentile) => percentile / 100);
  const each = environments.map((scores) => quantiles(scores, shares));
  return {each, mean: percentiles.map((_, i) => mean(each.map((own) => own[i]!)))};
}

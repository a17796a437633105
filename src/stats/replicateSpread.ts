import {RebenchError} from "../errors.js";
import {quantile} from "./quantile.js";

/** What bootstrap replicates of a statistic say about it. */
export type ReplicateSpread = {
  /** Quantiles (1 ∓ level) / 2. */
  low: number;
  high: number;
  /** Standard deviation of the replicates (n − 1 below the root). */
  standardError: number;
  /** Replicates in which the statistic is undefined (NaN): left out. */
  undefinedReplicates: number;
};

/**
 * The percentile interval and the standard error of a statistic from its bootstrap replicates. Those that are NaN are left out and
 * counted: the interval is then about samples in which the statistic is defined.
 *
 * @param replicates In any order. Not modified.
 * @param level In (0, 1), such as 0.95.
 * @throws RebenchError `undefined-statistic` where fewer than two replicates are numbers.
 */
export function replicateSpread(replicates: Float64Array, level: number): ReplicateSpread {
  const ascending = replicates.filter((value) => !Number.isNaN(value)).sort();
  const count = ascending.length;
  if (count < 2) {
    throw new RebenchError("undefined-statistic", {
      problem: `${count} of ${replicates.length} bootstrap replicates define the statistic: two are needed`,
      hint: "Ask for more replicates.",
    });
  }
  const first = ascending[0]!;
  const mean = ascending.reduce((sum, value) => sum + (value - first), 0) / count; // around the first: equal values give exactly 0
  const squares = ascending.reduce((sum, value) => sum + (value - first - mean) ** 2, 0);
  return {
    low: quantile(ascending, (1 - level) / 2),
    high: quantile(ascending, (1 + level) / 2),
    standardError: Math.sqrt(squares / (count - 1)),
    undefinedReplicates: replicates.length - count,
  };
}

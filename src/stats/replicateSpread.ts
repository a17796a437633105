import {RebenchError} from "../errors.js";
import {quantiles} from "./quantile.js";

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
 * @example replicateSpread(Float64Array.of(4, 0, NaN, 2), 0.5) // => {low: 1, high: 3, standardError: 2, undefinedReplicates: 1}
 */
export function replicateSpread(replicates: Float64Array, level: number): ReplicateSpread {
  const defined = withoutNaN(replicates);
  const count = defined.length;
  if (count < 2) {
    throw new RebenchError("undefined-statistic", {
      problem: `${count} of ${replicates.length} bootstrap replicates define the statistic: two are needed`,
      hint: "Ask for more replicates.",
    });
  }
  const [low, high] = quantiles(defined, [(1 - level) / 2, (1 + level) / 2]);
  return {low: low!, high: high!, standardError: standardDeviation(defined), undefinedReplicates: replicates.length - count};
}

/** The values themselves where all are defined, as they mostly are. */
function withoutNaN(values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; ++i) if (Number.isNaN(values[i]!)) return values.filter((value) => !Number.isNaN(value));
  return values;
}

/** Around the first value, so that equal values give exactly 0. */
function standardDeviation(values: Float64Array): number {
  const first = values[0]!;
  let sum = 0;
  for (let i = 0; i < values.length; ++i) sum += values[i]! - first;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; ++i) squares += (values[i]! - first - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

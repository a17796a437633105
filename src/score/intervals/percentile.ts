import {quantiles} from "../../stats/quantile.js";
import type {Part} from "../aggregate.js";
import type {Defined, Ends, IntervalOptions} from "../interval.js";

/** Quantiles (1 ± level) / 2 of the replicates: the paper's interval. */
export function percentileInterval(_parts: readonly Part[], _score: number, {values}: Defined, {level}: IntervalOptions): Ends {
  const [low, high] = quantiles(values, [(1 - level) / 2, (1 + level) / 2]);
  if (high! - low! <= 1e-12 * Math.max(Math.abs(low!), Math.abs(high!))) return {reason: "the replicates agree although the scores differ"};
  return {low: low!, high: high!};
}

import {quantiles} from "../../stats/quantile.js";
import type {Part} from "../aggregate.js";
import type {Defined, Ends, IntervalOptions} from "../interval.js";

/** Attempts drawn from n unless set: ⌈n^⅔⌉, without the rounding that makes 4 of 8^⅔ 5. */
export const defaultResampleSize = (n: number): number => Math.ceil(Math.cbrt(n * n) - 1e-9);

/**
 * m-out-of-n, experimental: estimate − quantiles (1 ± level) / 2 of the deviations of score@k of m < n attempts, each
 * environment's scaled by √(m/n). With the with-replacement estimator only, which is the same functional at m and n.
 *
 * @param replicates Estimate + scaled deviation, from {@link bootstrap} with a resample size.
 * @see Bickel, Götze and van Zwet 1997, Statistica Sinica 7, 1–31.
 */
export function mOutOfNInterval(parts: readonly Part[], score: number, {values}: Defined, {level, resampleSize}: IntervalOptions): Ends {
  const small = parts.find(({scores}) => resampleSize !== null && scores.length < resampleSize);
  if (small) return {reason: `m-out-of-n: m = ${resampleSize} is more than the ${small.scores.length} attempts in ${small.environment}`};
  const [low, high] = quantiles(values, [(1 - level) / 2, (1 + level) / 2]);
  return {low: 2 * score - high!, high: 2 * score - low!};
}

import {quantiles} from "../../stats/quantile.js";
import type {Part} from "../aggregate.js";
import type {Defined, Ends, IntervalOptions} from "../interval.js";
import {influences, standardErrorOf} from "../jackknife.js";

/** Estimates this close are equal, summed in another order. */
const TIE = 1e-12;

/**
 * Bootstrap-t: estimate − quantiles (1 ± level) / 2 of t* = (replicate − estimate) / its standard error, times the standard error of
 * the estimate. Both errors are jackknife errors: within environments, or over environments or people where those are resampled.
 *
 * A replicate without variation and equal to the estimate says nothing and is left out; one that differs from it counts as ±∞.
 * Undefined where one attempt (person, environment) fewer is too few for k, and where an end is infinite.
 *
 * @see Efron and Tibshirani 1993, chapter 12; Davison and Hinkley 1997, section 5.2.
 */
export function studentizedInterval(parts: readonly Part[], score: number, {all, standardErrors}: Defined, options: IntervalOptions): Ends {
  const {level, scheme, estimator} = options;
  const found = influences(parts, {scheme, estimator});
  if ("reason" in found) return {reason: `studentized needs the score without each ${found.unit}, and ${found.reason}`};
  const standardError = standardErrorOf(found.samples);
  if (standardError === 0) return {reason: "studentized is not defined: the standard error is 0"};
  const ts = Array.from(all, (value, i) => studentized(value - score, standardErrors![i]!, score)).filter((t) => !Number.isNaN(t));
  const undefinedBefore = all.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  const left = all.length - undefinedBefore - ts.length;
  if (2 * ts.length < all.length) return {reason: `studentized: only ${ts.length} of ${all.length} replicates have a standard error`};
  const [low, high] = quantiles(ts, [(1 - level) / 2, (1 + level) / 2]);
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    const infinite = ts.filter((t) => !Number.isFinite(t)).length;
    return {reason: `studentized: ${infinite} of ${ts.length} replicates have no variation, so that an end is infinite`};
  }
  return {low: score - high! * standardError, high: score - low! * standardError, left};
}

function studentized(distance: number, standardError: number, score: number): number {
  const isEqual = Math.abs(distance) <= TIE * Math.max(1, Math.abs(score));
  return standardError === 0 ? (isEqual ? Number.NaN : distance * Number.POSITIVE_INFINITY) : distance / standardError;
}

import {normalQuantile} from "../../stats/normalDistribution.js";
import type {Part} from "../aggregate.js";
import type {Defined, Ends, IntervalOptions} from "../interval.js";
import type {Estimator} from "../scoreAtK.js";
import {MOST_K_WITH_REPLACEMENT, scoreAtKVariance} from "../scoreAtKVariance.js";

/** Attempts in an environment, times k, beyond which the closed form is refused; it takes a few seconds there. */
const MOST_WORK = 1e9;

/**
 * Estimate ± z · √(Σ var_e) / E, with var_e the exact bootstrap variance of score@k in an environment: no replicates, no Monte
 * Carlo error. The attempts scheme only. Not corrected for the bias at k near n.
 */
export function normalInterval(parts: readonly Part[], score: number, _replicates: Defined, {level, estimator}: IntervalOptions): Ends {
  const variance = exactVariance(parts, estimator);
  if (typeof variance !== "number") return variance;
  if (variance === 0) return {reason: "the exact bootstrap variance is 0 although the scores differ"};
  const half = normalQuantile((1 + level) / 2) * Math.sqrt(variance);
  return {low: score - half, high: score + half};
}

/** Exact bootstrap variance of the aggregate, Σ var_e / E²; or why it is refused. */
export function exactVariance(parts: readonly Part[], estimator: Estimator): number | {reason: string} {
  const large = parts.find(({scores, k}) => scores.length * k > MOST_WORK);
  if (large) {
    return {
      reason: `normal: n × k = ${large.scores.length} × ${large.k} in ${large.environment} is more than the ${MOST_WORK} that the exact variance is worked out for`,
    };
  }
  const wide = parts.find(({k}) => k > MOST_K_WITH_REPLACEMENT);
  if (wide && estimator === "with-replacement") {
    return {reason: `normal: with replacement the exact variance is worked out up to k = ${MOST_K_WITH_REPLACEMENT}`};
  }
  const variances = parts.map(({scores, k}) => scoreAtKVariance(scores, {k, draws: scores.length, estimator}));
  return variances.reduce((sum, variance) => sum + variance, 0) / parts.length ** 2;
}

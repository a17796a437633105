import {normalCdf, normalQuantile} from "../../stats/normalDistribution.js";
import {quantiles} from "../../stats/quantile.js";
import type {Part} from "../aggregate.js";
import type {Defined, Ends, IntervalOptions} from "../interval.js";
import {influences} from "../jackknife.js";

/** Replicates this close to the estimate are equal to it, summed in another order. */
const TIE = 1e-12;

/**
 * BCa: percentiles shifted for the median bias and skewness of the replicates.
 *
 *     z₀ = Φ⁻¹(share of replicates below the estimate, ties ½)
 *     a  = Σ l³/n_e³ ÷ 6 (Σ l²/n_e²)^1.5          l: jackknife influence of an attempt within environment e
 *     α  = Φ(z₀ + (z₀ + z) / (1 − a(z₀ + z))),     z = ∓ the normal quantile of the level
 *
 * Where environments or people are resampled the influences are those of leaving one of them out, and n_e is their number.
 * Undefined where one attempt (person, environment) fewer is too few for k, or all replicates lie on one side of the estimate.
 *
 * @see Efron 1987, https://doi.org/10.1080/01621459.1987.10478410; for several samples Davison and Hinkley 1997, section 5.3.
 */
export function bcaInterval(parts: readonly Part[], score: number, {values}: Defined, {level, scheme, estimator}: IntervalOptions): Ends {
  const found = influences(parts, {scheme, estimator});
  if ("reason" in found) return {reason: `BCa needs the score without each ${found.unit}, and ${found.reason}`};
  const a = acceleration(found.samples);
  const z0 = medianBias(values, score);
  if (a === null || !Number.isFinite(z0))
    return {reason: `BCa is not defined: ${a === null ? "nothing varies" : "all replicates lie on one side of the estimate"}`};
  const shareAt = (z: number) => {
    const corrected = 1 - a * (z0 + z);
    return corrected <= 0 ? null : normalCdf(z0 + (z0 + z) / corrected);
  };
  const z = normalQuantile((1 + level) / 2);
  const [first, second] = [shareAt(-z), shareAt(z)];
  if (first === null || second === null) return {reason: "BCa is not defined: the correction for skewness is too large"};
  const [low, high] = quantiles(values, [first, second]);
  if (high! - low! <= TIE * Math.max(Math.abs(low!), Math.abs(high!))) return {reason: "BCa puts both ends at one point"};
  return {low: low!, high: high!};
}

/** z₀; ±∞ where all replicates lie on one side. */
export function medianBias(values: Float64Array, score: number): number {
  let below = 0;
  for (const value of values) {
    const distance = value - score;
    if (Math.abs(distance) <= TIE * Math.max(1, Math.abs(score))) below += 0.5;
    else if (distance < 0) below += 1;
  }
  return normalQuantile(below / values.length);
}

/** The acceleration for several samples of influences; null where they are all 0. */
export function acceleration(samples: readonly Float64Array[]): number | null {
  const largest = samples.reduce((most, sample) => sample.reduce((own, influence) => Math.max(own, Math.abs(influence)), most), 0);
  let cubes = 0;
  let squares = 0;
  for (const sample of samples) {
    for (let i = 0; i < sample.length; ++i) {
      const share = sample[i]! / largest / sample.length; // no unit, so that cubes neither vanish nor overflow
      cubes += share ** 3;
      squares += share ** 2;
    }
  }
  return largest === 0 ? null : cubes / (6 * squares ** 1.5);
}

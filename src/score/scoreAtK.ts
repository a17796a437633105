import {RebenchError, tooFewAttempts} from "../errors.js";

/** Which expectation score@k is: over subsets of the attempts, or over independent draws from them. */
export type Estimator = "without-replacement" | "with-replacement";

/**
 * Expected best score of `k` attempts.
 *
 * With the n scores sorted descending, x₁ ≥ … ≥ xₙ, and S(j) the chance that none of the best j is among the k:
 *
 *     score@k = Σⱼ xⱼ · (S(j − 1) − S(j))
 *     without replacement  S(j) = C(n − j, k) / C(n, k)      the default; unbiased
 *     with replacement     S(j) = ((n − j) / n)ᵏ             the bootstrap's own expectation
 *
 * Both are the mean at k = 1. Without replacement it is the maximum at k = n, and pass@k when every score is 0 or 1.
 *
 * @param scores One finite score per attempt, any order, higher is better. Not modified.
 * @param k Attempts drawn: an integer ≥ 1; ≤ scores.length without replacement.
 * @returns One number, in the unit of `scores`.
 * @throws RebenchError `too-few-attempts` when k > scores.length without replacement, or there are no scores.
 * @see Without: Qiu et al. 2024, arXiv 2406.06647, Algorithm 1 (eff@k), as METR's released code. With: the text of arXiv 2411.15114.
 * @example scoreAtK([0, 0.5, 1], 1) // => 0.5
 */
export function scoreAtK(scores: readonly number[], k: number, estimator: Estimator = "without-replacement"): number {
  const weights = rankWeights(scores.length, k, estimator);
  const descending = Float64Array.from(scores).sort().reverse();
  let total = 0;
  let lost = 0; // Neumaier: what rounding took from `total`
  for (let j = 0; j < weights.length; ++j) {
    const term = weights[j]! * descending[j]!;
    const sum = total + term;
    lost += Math.abs(total) >= Math.abs(term) ? total - sum + term : term - sum + total;
    total = sum;
  }
  return total + lost;
}

/**
 * The weight of each score in score@k, best first: S(j − 1) − S(j) of {@link scoreAtK}, for j = 1 … n. They add up to 1.
 *
 * Without replacement they follow from C(n − 1, k − 1) / C(n, k) = k / n step by step without factorials; weights that are
 * zero (fewer than k scores left) or too small for a double are left off the end.
 */
export function rankWeights(n: number, k: number, estimator: Estimator): Float64Array {
  if (!Number.isInteger(k) || k < 1) {
    throw new RebenchError("usage", {problem: `k must be a positive integer, got ${k}`, hint: "Try k = 1."});
  }
  if (n === 0 || (k > n && estimator === "without-replacement")) throw tooFewAttempts(k, n);
  return estimator === "without-replacement" ? subsetWeights(n, k) : drawWeights(n, k);
}

/**
 * Each weight is (i − k) / (i − 1) of the one before it. While that is near 1 the difference is taken off instead, with
 * what rounding loses carried along (Kahan): the products of a million factors would be off by 10⁻¹².
 */
function subsetWeights(n: number, k: number): Float64Array {
  const weights = new Float64Array(n - k + 1);
  let weight = k / n;
  let lost = 0;
  let kept = 0;
  for (let i = n; i >= k && weight > 0; --i) {
    weights[kept++] = weight;
    if (2 * (k - 1) > i - 1) {
      weight *= (i - k) / (i - 1);
      continue;
    }
    const change = lost - weight * ((k - 1) / (i - 1));
    const next = weight + change;
    lost = change - (next - weight);
    weight = next;
  }
  return weights.subarray(0, kept);
}

function drawWeights(n: number, k: number): Float64Array {
  const weights = new Float64Array(n);
  let kept = 0;
  for (let j = 1; j <= n; ++j) {
    // aᵏ − bᵏ = aᵏ · (1 − (b/a)ᵏ), through logarithms so that close neighbours do not cancel
    const logShare = j - 1 < n / 2 ? Math.log1p(-(j - 1) / n) : Math.log((n - j + 1) / n); // each exact where it is used
    const weight = Math.exp(k * logShare) * -Math.expm1(k * Math.log1p(-1 / (n - j + 1)));
    if (weight === 0) break;
    weights[kept++] = weight;
  }
  return weights.subarray(0, kept);
}

import {RebenchError} from "../errors.js";

/**
 * The mean of what is left when `share` of the weight is cut off at each end of the sorted values; a value at a cut keeps
 * the part of its weight that lies inside.
 *
 *     Σᵢ xᵢ · |[Wᵢ₋₁, Wᵢ] ∩ [share · W, (1 − share) · W]| / ((1 − 2 share) · W)      x₁ ≤ … ≤ xₙ, Wᵢ = w₁ + … + wᵢ, W = Wₙ
 *
 * With equal weights and share · n whole it is the usual trimmed mean; with share = 1/4 the interquartile mean.
 *
 * @param values At least one finite number, any order. Not modified.
 * @param weights One for each value: finite, not negative, not all 0.
 * @param share In [0, 0.5).
 * @throws RebenchError `undefined-statistic` for no values or no weight; `usage` for another share.
 * @example weightedTrimmedMean([0, 1, 2, 100], [1, 1, 1, 1], 0.25) // => 1.5
 * @example weightedTrimmedMean([0, 1, 2], [1, 1, 1], 0.25) // => 1
 */
export function weightedTrimmedMean(values: readonly number[], weights: readonly number[], share: number): number {
  if (!(share >= 0 && share < 0.5)) {
    throw new RebenchError("usage", {problem: `the share to cut must be in [0, 0.5), got ${share}`, hint: "Try 0.25."});
  }
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  return trimmedMeanOfAscending(
    Float64Array.from(order, (i) => values[i]!),
    Float64Array.from(order, (i) => weights[i]!),
    share,
  );
}

/** The same of values that are sorted already, in one pass; `weights` belong to `ascending` place by place. */
export function trimmedMeanOfAscending(ascending: Float64Array, weights: Float64Array, share: number): number {
  let total = 0;
  for (let i = 0; i < weights.length; ++i) total += weights[i]!;
  if (!(total > 0)) {
    throw new RebenchError("undefined-statistic", {problem: "the trimmed mean of no values is undefined", hint: "Give at least one."});
  }
  const from = share * total;
  const until = total - from;
  let before = 0;
  let kept = 0;
  let sum = 0;
  let origin = 0; // the first value kept: sums around it give equal values back exactly
  for (let i = 0; i < weights.length && before < until; ++i) {
    const after = before + weights[i]!;
    const inside = Math.min(after, until) - Math.max(before, from);
    before = after;
    if (inside <= 0) continue;
    if (kept === 0) origin = ascending[i]!;
    kept += inside;
    sum += inside * (ascending[i]! - origin);
  }
  return origin + sum / kept;
}

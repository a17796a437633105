import {type Estimator, rankWeights} from "./scoreAtK.js";

/**
 * Score@k of samples of the same attempts, prepared once: the function takes how often each attempt (in the order of
 * `scores`) is in the sample, `scores.length` in all.
 *
 * A score that is there c times takes the next c of the rank weights of `scoreAtK`; their sums are looked up.
 */
export function countedScoreAtK(scores: readonly number[], k: number, estimator: Estimator): (counts: Int32Array) => number {
  const order = Int32Array.from(Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!));
  const descending = Float64Array.from(order, (i) => scores[i]!);
  const cumulative = cumulativeWeights(scores.length, k, estimator);
  const last = cumulative.length - 1;
  return (counts) => {
    let drawn = 0;
    let before = 0;
    let score = 0;
    for (let r = 0; drawn < last; ++r) {
      const count = counts[order[r]!]!;
      if (count === 0) continue;
      drawn = Math.min(drawn + count, last);
      const after = cumulative[drawn]!;
      score += descending[r]! * (after - before);
      before = after;
    }
    return score;
  };
}

/** Sums of the weights of the best 0, 1, 2, … scores. */
function cumulativeWeights(n: number, k: number, estimator: Estimator): Float64Array {
  const weights = rankWeights(n, k, estimator);
  const sums = new Float64Array(weights.length + 1);
  for (let j = 0; j < weights.length; ++j) sums[j + 1] = sums[j]! + weights[j]!;
  sums[weights.length] = 1; // what they add up to, without rounding
  return sums;
}

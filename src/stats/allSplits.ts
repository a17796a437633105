import type {Pool} from "./permutationTest.js";

/**
 * Σ weightsA · a − Σ weightsB · b for every way to call `sizeA` of the pooled values a and the others b: C(n, sizeA) numbers.
 *
 * Goes through the choices of the smaller side. Between two chosen values the ranks of the others are shifted by as many as were
 * chosen so far, so their sum is a difference of prefix sums, and a choice costs no more than its own size.
 */
export function allSplits({pool, sizeA, weightsA, weightsB}: Pool): Float64Array {
  const n = pool.length;
  const isASmaller = sizeA <= n - sizeA;
  const size = isASmaller ? sizeA : n - sizeA;
  const [weights, otherWeights] = isASmaller ? [weightsA, weightsB] : [weightsB, weightsA];
  const others = Array.from({length: size + 1}, (_, shift) => shiftedSums(pool, otherWeights, shift));
  const sign = isASmaller ? 1 : -1;
  const values: number[] = [];
  const visit = (chosen: number, from: number, sum: number): void => {
    const rest = others[chosen]!;
    if (chosen === size) {
      values.push(sign * (sum - (rest[n]! - rest[from]!)));
      return;
    }
    for (let at = from; at <= n - (size - chosen); ++at) {
      visit(chosen + 1, at + 1, sum + (weights[chosen] ?? 0) * pool[at]! - (rest[at]! - rest[from]!));
    }
  };
  visit(0, 0, 0);
  return Float64Array.from(values);
}

/** Prefix sums of weights[i − shift] · pool[i]. */
function shiftedSums(pool: Float64Array, weights: Float64Array, shift: number): Float64Array {
  const sums = new Float64Array(pool.length + 1);
  for (let i = 0; i < pool.length; ++i) sums[i + 1] = sums[i]! + (weights[i - shift] ?? 0) * pool[i]!;
  return sums;
}

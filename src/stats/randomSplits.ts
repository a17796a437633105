import type {Random} from "../random.js";
import type {Pool} from "./permutationTest.js";

/**
 * Σ weightsA · a − Σ weightsB · b for `count` random ways to call `sizeA` of the pooled values a and the others b.
 *
 * The smaller side is drawn (the first of two equal ones), so that exchanging the sides changes signs and nothing else.
 */
export function randomSplits({pool, sizeA, weightsA, weightsB}: Pool, count: number, random: Random): Float64Array {
  const n = pool.length;
  const isASmaller = sizeA <= n - sizeA;
  const size = isASmaller ? sizeA : n - sizeA;
  const [weights, otherWeights] = isASmaller ? [weightsA, weightsB] : [weightsB, weightsA];
  const sign = isASmaller ? 1 : -1;
  const order = Int32Array.from({length: n}, (_, i) => i);
  const isChosen = new Uint8Array(n);
  return new Float64Array(count).map(() => {
    drawFirst(order, size, random);
    isChosen.fill(0);
    for (let i = 0; i < size; ++i) isChosen[order[i]!] = 1;
    return sign * splitSum(pool, isChosen, weights, otherWeights);
  });
}

/** Shuffles so that the first `size` are a random choice (Fisher and Yates); any order to begin with will do. */
function drawFirst(order: Int32Array, size: number, random: Random): void {
  for (let i = 0; i < size; ++i) {
    const j = i + random.below(order.length - i);
    const value = order[i]!;
    order[i] = order[j]!;
    order[j] = value;
  }
}

function splitSum(pool: Float64Array, isChosen: Uint8Array, weights: Float64Array, otherWeights: Float64Array): number {
  let [chosen, others, sum] = [0, 0, 0];
  for (let i = 0; i < pool.length; ++i) {
    if (isChosen[i] === 1) sum += (weights[chosen++] ?? 0) * pool[i]!;
    else sum -= (otherWeights[others++] ?? 0) * pool[i]!;
  }
  return sum;
}

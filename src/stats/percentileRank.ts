import {RebenchError} from "../errors.js";

/** Numbers that differ by no more than this share of them are equal: the same sum, rounded differently. */
const TIE = 1e-12;

/**
 * The share of weight below a value, plus half of the weight that ties with it.
 *
 *     (Σ wᵢ [xᵢ < value] + ½ Σ wᵢ [xᵢ = value]) / Σ wᵢ
 *
 * @param values Finite numbers, any order.
 * @param weights One for each value, such as how often it was drawn; left out: 1 each.
 * @returns In [0, 1].
 * @throws RebenchError `undefined-statistic` where there is no weight.
 * @see scipy.stats.percentileofscore with kind="mean", divided by 100.
 * @example percentileRank([0, 0, 1, 2], 0) // => 0.25
 */
export function percentileRank(values: ArrayLike<number>, value: number, weights?: ArrayLike<number>): number {
  let below = 0;
  let total = 0;
  for (let i = 0; i < values.length; ++i) {
    const weight = weights === undefined ? 1 : weights[i]!;
    total += weight;
    if (isEqual(values[i]!, value)) below += weight / 2;
    else if (values[i]! < value) below += weight;
  }
  if (!(total > 0)) {
    throw new RebenchError("undefined-statistic", {problem: "a rank among no values is undefined", hint: "Give at least one."});
  }
  return below / total;
}

const isEqual = (a: number, b: number) => Math.abs(a - b) <= TIE * Math.max(Math.abs(a), Math.abs(b));

import {RebenchError} from "../errors.js";

/**
 * The mean without the `cut` smallest and the `cut` largest values.
 *
 * @param values More than 2 · cut finite numbers, any order. Not modified.
 * @param cut A whole number, 0 or more.
 * @throws RebenchError `undefined-statistic` where nothing would be left.
 * @example trimmedMean([5, 100, 7, -3], 1) // => 6
 */
export function trimmedMean(values: ArrayLike<number>, cut: number): number {
  const left = values.length - 2 * cut;
  if (left < 1) {
    throw new RebenchError("undefined-statistic", {
      problem: `the mean of ${values.length} values without ${cut} at each end is undefined`,
      hint: "Give more values, or cut fewer.",
    });
  }
  const ascending = Float64Array.from(values).sort();
  const origin = ascending[cut]!; // sums around a value give equal values back exactly
  let sum = 0;
  for (let i = cut; i < ascending.length - cut; ++i) sum += ascending[i]! - origin;
  return origin + sum / left;
}

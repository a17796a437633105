import {RebenchError} from "../errors.js";

/**
 * The places of p values, smallest first; equal ones stay in order.
 *
 * @throws RebenchError `undefined-statistic` for a number outside [0, 1].
 */
export function ascendingPlaces(ps: readonly number[]): number[] {
  const wrong = ps.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined) {
    throw new RebenchError("undefined-statistic", {problem: `${wrong} is no p value`, hint: "Give numbers from 0 to 1."});
  }
  return [...ps.keys()].sort((i, j) => ps[i]! - ps[j]!);
}

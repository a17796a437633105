import {RebenchError} from "../errors.js";

/**
 * The p-quantile by linear interpolation between order statistics: numpy's default, Hyndman and Fan's type 7.
 *
 * @param ascending At least one finite number, sorted ascending.
 * @param p In [0, 1].
 * @throws RebenchError `undefined-statistic` for no numbers.
 * @example quantile([0, 10], 0.25) // => 2.5
 */
export function quantile(ascending: ArrayLike<number>, p: number): number {
  const last = ascending.length - 1;
  if (last < 0)
    throw new RebenchError("undefined-statistic", {problem: "the quantile of no numbers is undefined", hint: "Give at least one."});
  const position = p * last;
  const below = Math.min(Math.floor(position), last);
  const above = Math.min(below + 1, last);
  return ascending[below]! + (position - below) * (ascending[above]! - ascending[below]!);
}

import {quickselect} from "simple-statistics";
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

/**
 * Several quantiles of unsorted numbers, as {@link quantile} defines them, found without sorting them all.
 *
 * @param values At least one number; ±∞ may be among them, NaN may not. Not modified.
 * @param ps Each in [0, 1].
 * @example quantiles([10, 0, 5], [0, 0.75]) // => [0, 7.5]
 */
export function quantiles(values: ArrayLike<number>, ps: readonly number[]): number[] {
  const own = Float64Array.from(values);
  const last = own.length - 1;
  const places = ps.flatMap((p) => [Math.floor(p * last), Math.ceil(p * last)]).filter((place) => place >= 0);
  let from = 0;
  for (const place of [...new Set(places)].sort((a, b) => a - b)) {
    quickselect(own as unknown as number[], place, from, last); // what lies before is in its place already, or smaller
    from = place + 1;
  }
  return ps.map((p) => quantile(own, p));
}

import {linearRegression, linearRegressionLine, rSquared} from "simple-statistics";
import {RebenchError} from "../errors.js";

/** The line y = intercept + slope · x. */
export type Line = {
  slope: number;
  intercept: number;
  /** Share of the variance of y that the line takes up, in [0, 1]; null where y does not vary. */
  rSquared: number | null;
};

/**
 * The line with the least sum of squared vertical distances.
 *
 * @param points Pairs [x, y], finite.
 * @throws RebenchError `undefined-statistic` unless there are two different x.
 * @example leastSquares([[0, 1], [1, 3], [2, 5]]) // => {slope: 2, intercept: 1, rSquared: 1}
 */
export function leastSquares(points: readonly (readonly [x: number, y: number])[]): Line {
  if (new Set(points.map(([x]) => x)).size < 2) {
    throw new RebenchError("undefined-statistic", {
      problem: "a line through points of one x is undefined",
      hint: "Give points with two different x or more.",
    });
  }
  const pairs = points.map(([x, y]) => [x, y] as [number, number]);
  const {m, b} = linearRegression(pairs);
  const varies = new Set(points.map(([, y]) => y)).size > 1;
  return {slope: m, intercept: b, rSquared: varies ? rSquared(pairs, linearRegressionLine({m, b})) : null};
}

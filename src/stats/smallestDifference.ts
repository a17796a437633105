import {RebenchError} from "../errors.js";
import {normalQuantile} from "./normalDistribution.js";

/**
 * The smallest true difference that a two-sided test at level `alpha` finds with chance `power`, by normal approximation:
 *
 *     (z₁₋α⸝₂ + z_power) · standard error of the difference
 *
 * The chance that the test also errs in the direction of the difference is left out: it is below α/2.
 *
 * @param standardError Of the estimated difference; above 0. The result has its unit.
 * @param options.alpha In (0, 1), such as 0.05.
 * @param options.power In (alpha, 1), such as 0.8: with no difference at all the test already rejects with chance alpha.
 * @throws RebenchError `undefined-statistic` for anything else.
 * @see Cohen 1988, Statistical Power Analysis, 2nd ed., § 2.
 */
export function smallestDifference(standardError: number, {alpha, power}: {alpha: number; power: number}): number {
  if (!(standardError > 0 && standardError < Number.POSITIVE_INFINITY)) throw undefinedBecause(`the standard error is ${standardError}`);
  if (!(alpha > 0 && alpha < power && power < 1)) throw undefinedBecause(`alpha is ${alpha} and power ${power}`);
  return (normalQuantile(1 - alpha / 2) + normalQuantile(power)) * standardError;
}

const undefinedBecause = (what: string) =>
  new RebenchError("undefined-statistic", {
    problem: `the smallest difference that could be shown is undefined: ${what}`,
    hint: "It needs a standard error above 0, and 0 < alpha < power < 1.",
  });

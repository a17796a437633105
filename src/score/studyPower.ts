import {RebenchError} from "../errors.js";
import {normalCdf, normalQuantile} from "../stats/normalDistribution.js";

/**
 * Power of a two-sided z test: the chance that |Z| > z_{1 − α/2} where Z is normal with mean `ratio` and variance 1.
 *
 *     Φ(ratio − z) + Φ(−ratio − z)
 *
 * @param ratio True difference over its standard error, of either sign.
 * @param alpha In (0, 1): the power at no difference.
 * @example Math.round(studyPower(2.8, 0.05) * 1000) / 1000 // => 0.8
 */
export function studyPower(ratio: number, alpha: number): number {
  const critical = normalQuantile(1 - alpha / 2);
  return normalCdf(ratio - critical) + normalCdf(-ratio - critical);
}

/**
 * The difference, in standard errors, that a two-sided z test finds with `power`: the inverse of {@link studyPower}.
 *
 * @throws RebenchError `usage` unless 0 < alpha < power < 1.
 */
export function ratioForPower(power: number, alpha: number): number {
  if (!(alpha > 0 && alpha < power && power < 1)) {
    throw new RebenchError("usage", {
      problem: `power must lie between alpha and 1, got power ${power} and alpha ${alpha}`,
      hint: "A test without any data finds a difference in alpha of all cases; ask for more, such as --power 0.8.",
    });
  }
  let low = 0;
  let high = normalQuantile(1 - alpha / 2) + Math.abs(normalQuantile(power)) + 1;
  for (let step = 0; step < 100; ++step) {
    const middle = (low + high) / 2;
    if (studyPower(middle, alpha) < power) low = middle;
    else high = middle;
  }
  return high;
}

import {probit} from "simple-statistics";
import {RebenchError} from "../errors.js";

const SERIES_UNTIL = 6;

/**
 * Φ(z): the share of the standard normal distribution at or below `z`, to about 1e-15 (relative 1e-13 in the tails).
 *
 * Within ±6 by the series Φ(z) = ½ + φ(z) · (z + z³/3 + z⁵/(3·5) + …), beyond by the continued fraction of Mills' ratio.
 *
 * @see Marsaglia 2004, https://doi.org/10.18637/jss.v011.i04
 * @example normalCdf(0) // => 0.5
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw undefinedAt("normalCdf", z);
  if (z > SERIES_UNTIL) return 1 - upperTail(z);
  if (z < -SERIES_UNTIL) return upperTail(-z);
  if (z < -1) return upperTail(-z);
  let sum = z;
  for (let term = z, i = 3; Math.abs(term) > 1e-18 * Math.abs(sum); i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return 0.5 + sum * density(z);
}

/**
 * The z with Φ(z) = `p`, to about 1e-14: Newton steps from an approximation. ∓∞ at 0 and 1.
 *
 * @param p In [0, 1].
 * @example normalQuantile(0.5) // => 0
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw undefinedAt("normalQuantile", p);
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  let z = p < 0.001 ? -Math.sqrt(-2 * Math.log(p)) : probit(p);
  for (let i = 0; i < 50; ++i) {
    const error = (normalCdf(z) - p) / density(z);
    const step = error / (1 + (z * error) / 2); // Halley: Φ″ / Φ′ = −z
    z -= step;
    if (Math.abs(step) <= 1e-15 * (1 + Math.abs(z))) break;
  }
  return z + 0; // no −0
}

const density = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

/** 1 − Φ(z) for z ≥ 1: φ(z) / (z + 1/(z + 2/(z + 3/(z + …)))). */
function upperTail(z: number): number {
  let fraction = z;
  for (let i = Math.ceil(40 + 600 / (z * z)); i >= 1; --i) fraction = z + i / fraction;
  return density(z) / fraction;
}

const undefinedAt = (name: string, value: number) =>
  new RebenchError("undefined-statistic", {problem: `${name} is not defined at ${value}`, hint: ""});

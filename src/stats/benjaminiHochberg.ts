import {ascendingPlaces} from "./ascendingPlaces.js";

/**
 * Benjamini and Hochberg's adjusted p values: with p₍₁₎ ≤ … ≤ p₍ₘ₎, the i-th is min over j ≥ i of p₍ⱼ₎ · m / j.
 *
 * Rejecting where they are at most q keeps the expected share of false rejections among all rejections at q, for tests that are
 * independent or positively dependent.
 *
 * @param ps In [0, 1], any order, any number. Not modified.
 * @returns In the order of `ps`, none below its p, none above 1.
 * @throws RebenchError `undefined-statistic` for a number outside [0, 1].
 * @see Benjamini and Hochberg 1995, https://doi.org/10.1111/j.2517-6161.1995.tb02031.x
 * @example benjaminiHochberg([0.5, 0.25, 0.0625]) // => [0.5, 0.375, 0.1875]
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const adjusted = new Array<number>(ps.length);
  let least = 1;
  for (const [fromEnd, i] of ascendingPlaces(ps).reverse().entries()) {
    least = Math.min(least, ps[i]! * (ps.length / (ps.length - fromEnd))); // in this order rounding cannot take it below p
    adjusted[i] = least;
  }
  return adjusted;
}

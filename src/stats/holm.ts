import {ascendingPlaces} from "./ascendingPlaces.js";

/**
 * Holm's adjusted p values: with p₍₁₎ ≤ … ≤ p₍ₘ₎, the i-th is max over j ≤ i of (m − j + 1) · p₍ⱼ₎, at most 1.
 *
 * Rejecting where they are at most α keeps the chance of any false rejection at α, whatever the dependence between tests.
 *
 * @param ps In [0, 1], any order, any number. Not modified.
 * @returns In the order of `ps`, none below its p.
 * @throws RebenchError `undefined-statistic` for a number outside [0, 1].
 * @see Holm 1979, https://www.jstor.org/stable/4615733
 * @example holm([0.5, 0.25, 0.0625]) // => [0.5, 0.5, 0.1875]
 */
export function holm(ps: readonly number[]): number[] {
  const adjusted = new Array<number>(ps.length);
  let most = 0;
  for (const [rank, i] of ascendingPlaces(ps).entries()) {
    most = Math.max(most, Math.min(1, (ps.length - rank) * ps[i]!));
    adjusted[i] = most;
  }
  return adjusted;
}

import {RebenchError} from "../errors.js";
import type {EnvironmentScores} from "./aggregate.js";
import {type AttemptCounts, onceEach} from "./attemptCounts.js";

/**
 * The run-score distribution: for each threshold τ the share of attempts that score above it, every environment with the
 * same weight.
 *
 *     P(τ) = 1/E · Σₑ 1/nₑ · Σᵢ [xₑᵢ > τ]
 *
 * @param environments At least one.
 * @param thresholds Finite, ascending.
 * @returns One share in [0, 1] for each threshold, never rising.
 * @throws RebenchError `undefined-statistic` for no environments.
 * @see Agarwal et al. 2021, arXiv 2108.13264, section 4.2, equation 2 (run-score distributions).
 * @example performanceProfile([{environment: "a", combine: "best", scores: [0, 0, 0.5, 1]}], [0, 0.5, 1]) // => [0.5, 0.25, 0]
 */
export function performanceProfile(environments: readonly EnvironmentScores[], thresholds: readonly number[]): number[] {
  return Array.from(profileOfCounts(environments, thresholds)(onceEach(environments)));
}

/** The same prepared for samples of the attempts. The array that the function returns is used again in its next call. */
export function profileOfCounts(
  environments: readonly EnvironmentScores[],
  thresholds: readonly number[],
): (counts: AttemptCounts) => Float64Array {
  if (environments.length === 0) {
    throw new RebenchError("undefined-statistic", {problem: "the profile of no attempts is undefined", hint: "Give at least one."});
  }
  const exceeded = environments.map(({scores}) => Int32Array.from(scores, (score) => thresholds.filter((each) => score > each).length));
  const atLeast = new Int32Array(thresholds.length + 1);
  const shares = new Float64Array(thresholds.length);
  return (counts) => {
    shares.fill(0);
    for (let e = 0; e < environments.length; ++e) addShares(exceeded[e]!, counts[e]!, atLeast, shares);
    for (let j = 0; j < shares.length; ++j) shares[j]! /= environments.length;
    return shares;
  };
}

/** Adds one environment's share of attempts above each threshold; `atLeast` is scratch space. */
function addShares(exceeded: Int32Array, counts: Int32Array, atLeast: Int32Array, shares: Float64Array): void {
  atLeast.fill(0);
  for (let i = 0; i < exceeded.length; ++i) atLeast[exceeded[i]!]! += counts[i]!;
  let above = 0;
  for (let j = shares.length - 1; j >= 0; --j) {
    above += atLeast[j + 1]!; // those that exceed j + 1 thresholds exceed the one at j
    shares[j]! += above / exceeded.length;
  }
}

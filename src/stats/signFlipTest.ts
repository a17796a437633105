import {RebenchError} from "../errors.js";
import type {Random} from "../random.js";
import {type RandomizationTest, TIE_TOLERANCE} from "./permutationTest.js";

/** With more differences than this, signs are sampled: there are 2²⁰ ways to set those of 20. */
export const MOST_EXACT_DIFFERENCES = 20;

/**
 * Two-sided sign-flip test of a mean of 0: how often is the mean at least as far from 0 when each difference has either sign?
 *
 *     exact    p = share of the 2ᴱ ways to set signs with |mean| ≥ |observed mean|, for E ≤ 20
 *     sampled  p = (b + 1) / (B + 1), b of B random ways
 *
 * The mean and its negative are equally far, so the smallest p possible is 2 / 2ᴱ; with one difference p is always 1. Ties count,
 * to within 10⁻¹⁰ of the largest |difference|. It takes the differences as symmetric around 0 where there is no effect.
 *
 * @param differences One finite number per pair; at least one.
 * @param options For more than 20 differences: how many random ways, and the random numbers.
 * @throws RebenchError `undefined-statistic` for no differences, or no replicates where they are needed.
 * @see Fisher 1935, The Design of Experiments, § 21.
 */
export function signFlipTest(
  differences: readonly number[],
  {replicates, random}: {replicates: number; random: () => Random},
): RandomizationTest {
  const count = differences.length;
  if (count === 0) throw undefinedBecause("the sign-flip test of no differences is undefined");
  const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  const least = observed - TIE_TOLERANCE * Math.max(...differences.map(Math.abs));
  const arrangements = 2 ** count;
  if (count <= MOST_EXACT_DIFFERENCES) {
    const sums = signedSums(differences);
    const p = sums.filter((sum) => Math.abs(sum) >= least).length / sums.length;
    return {p, method: "exact", arrangements, replicates: null, smallestP: 2 / arrangements};
  }
  if (replicates < 1) throw undefinedBecause(`the sign-flip test of ${count} differences has too many ways to go through`);
  const extreme = randomSums(differences, replicates, random()).filter((sum) => Math.abs(sum) >= least).length;
  return {p: (extreme + 1) / (replicates + 1), method: "monte-carlo", arrangements, replicates, smallestP: 1 / (replicates + 1)};
}

/** The sums for all signs of all differences but the first, whose other sign gives the same sizes again. */
function signedSums([first, ...rest]: readonly number[]): Float64Array {
  let sums = Float64Array.of(first!);
  for (const value of rest) {
    const longer = new Float64Array(2 * sums.length);
    for (let i = 0; i < sums.length; ++i) {
      longer[2 * i] = sums[i]! + value;
      longer[2 * i + 1] = sums[i]! - value;
    }
    sums = longer;
  }
  return sums;
}

const randomSums = (differences: readonly number[], replicates: number, random: Random): Float64Array =>
  new Float64Array(replicates).map(() => {
    let sum = 0;
    for (const value of differences) sum += random.below(2) === 0 ? value : -value;
    return sum;
  });

const undefinedBecause = (problem: string) =>
  new RebenchError("undefined-statistic", {problem, hint: "Give at least one difference, and replicates for more than 20."});

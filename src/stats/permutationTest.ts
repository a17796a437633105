import {RebenchError} from "../errors.js";
import type {Random} from "../random.js";
import {allSplits} from "./allSplits.js";
import {randomSplits} from "./randomSplits.js";

/** The values of two samples that were taken side by side: labels are exchanged within a stratum only. */
export type Stratum = {
  a: readonly number[];
  b: readonly number[];
  /** How the values of a side are summed, by rank, largest first; ranks left out weigh 0. Null: their mean. */
  weightsA: Float64Array | null;
  weightsB: Float64Array | null;
};

export type PermutationOptions = {
  alternative: "two-sided" | "greater";
  /** Random arrangements, where there are too many to go through. */
  replicates: number;
  /** The random numbers of each stratum, by its place; not called where all arrangements are gone through. */
  random: (stratum: number) => Random;
};

/** How a p value came about. */
export type RandomizationTest = {
  /** In (0, 1]. */
  p: number;
  /** Whether every arrangement was looked at, or a random choice of them. */
  method: "exact" | "monte-carlo";
  /** How many arrangements there are; Infinity past what a number can hold. */
  arrangements: number;
  /** Random arrangements drawn; null for an exact test. */
  replicates: number | null;
  /** The smallest p that a test of this size can give, whatever the values. */
  smallestP: number;
};

/** More arrangements than this are sampled, not gone through. */
export const MOST_ARRANGEMENTS = 1e6;

/**
 * Arrangements count as being at least as extreme as the observed one down to this share of the size of the values below it: they
 * tie, and their sums were rounded differently.
 */
export const TIE_TOLERANCE = 1e-10;

/**
 * Permutation test of the labels a and b within each stratum.
 *
 *     statistic  T = mean over strata of (Σ weightsAⱼ · a₍ⱼ₎ − Σ weightsBⱼ · b₍ⱼ₎),  x₍₁₎ ≥ x₍₂₎ ≥ …
 *     exact      p = share of the Π C(aₑ + bₑ, aₑ) arrangements with |T| ≥ |T observed| (greater: T ≥ T observed)
 *     sampled    p = (b + 1) / (B + 1), b of B random arrangements that are at least as extreme
 *
 * Ties count, to within 10⁻¹⁰ of the mean over strata of the largest |value|. Exact up to 10⁶ arrangements, sampled beyond.
 *
 * @param strata At least one, each with a value or more on both sides. Order of values does not matter.
 * @throws RebenchError `undefined-statistic` for no strata, an empty side, or no replicates where they are needed.
 * @see Phipson and Smyth 2010, https://doi.org/10.2202/1544-6115.1585, on (b + 1) / (B + 1).
 */
export function permutationTest(strata: readonly Stratum[], {alternative, replicates, random}: PermutationOptions): RandomizationTest {
  checkStrata(strata);
  const pooled = strata.map(poolOf);
  const observed = meanOf(
    strata.map(({a, b}, i) => rankSum(descending(a), pooled[i]!.weightsA) - rankSum(descending(b), pooled[i]!.weightsB)),
  );
  const tolerance = TIE_TOLERANCE * meanOf(pooled.map(({pool}) => Math.max(Math.abs(pool[0]!), Math.abs(pool.at(-1)!))));
  const isExtreme =
    alternative === "greater"
      ? (value: number) => value >= observed - tolerance
      : (value: number) => Math.abs(value) >= Math.abs(observed) - tolerance;
  const arrangements = strata.reduce((product, {a, b}) => product * choose(a.length + b.length, a.length), 1);
  if (arrangements <= MOST_ARRANGEMENTS) {
    const p = countSums(pooled.map(allSplits), isExtreme) / arrangements;
    return {
      p,
      method: "exact",
      arrangements,
      replicates: null,
      smallestP: (alternative === "two-sided" && pooled.every(isBalanced) ? 2 : 1) / arrangements,
    };
  }
  if (replicates < 1) throw undefinedBecause("the permutation test has too many arrangements to go through, and none were to be drawn");
  const sums = new Float64Array(replicates);
  for (const [i, each] of pooled.entries()) addInto(sums, randomSplits(each, replicates, random(i)));
  const extreme = sums.filter((sum) => isExtreme(sum / strata.length)).length;
  return {p: (extreme + 1) / (replicates + 1), method: "monte-carlo", arrangements, replicates, smallestP: 1 / (replicates + 1)};
}

/** A stratum with its labels taken off. */
export type Pool = {
  /** All values, largest first. */
  pool: Float64Array;
  sizeA: number;
  weightsA: Float64Array;
  weightsB: Float64Array;
};

function poolOf({a, b, weightsA, weightsB}: Stratum): Pool {
  return {pool: descending([...a, ...b]), sizeA: a.length, weightsA: weightsA ?? meanWeights(a), weightsB: weightsB ?? meanWeights(b)};
}

/** Whether exchanging all labels turns the difference around, so that no arrangement is the only one as extreme. */
const isBalanced = ({weightsA, weightsB}: Pool) =>
  weightsA.length === weightsB.length && weightsA.every((weight, i) => weight === weightsB[i]);

const meanWeights = ({length}: readonly number[]) => new Float64Array(length).fill(1 / length);
const descending = (values: readonly number[]) => Float64Array.from(values).sort().reverse();
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function rankSum(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < weights.length; ++j) sum += weights[j]! * values[j]!;
  return sum;
}

/** How many choices of one number from each list have an extreme mean. */
function countSums(lists: readonly Float64Array[], isExtreme: (mean: number) => boolean): number {
  let sums = Float64Array.of(0);
  for (const list of lists.slice(0, -1)) {
    const longer = new Float64Array(sums.length * list.length);
    for (let i = 0; i < sums.length; ++i) for (let j = 0; j < list.length; ++j) longer[i * list.length + j] = sums[i]! + list[j]!;
    sums = longer;
  }
  const last = lists.at(-1)!;
  let count = 0;
  for (const sum of sums) for (const value of last) if (isExtreme((sum + value) / lists.length)) ++count;
  return count;
}

function addInto(sums: Float64Array, values: Float64Array): void {
  for (let i = 0; i < sums.length; ++i) sums[i]! += values[i]!;
}

/** C(n, k): exact while it is below 2⁵³. */
function choose(n: number, k: number): number {
  let count = 1;
  const fewer = Math.min(k, n - k);
  for (let i = 1; i <= fewer && count < Number.POSITIVE_INFINITY; ++i) count = (count * (n - fewer + i)) / i;
  return count;
}

function checkStrata(strata: readonly Stratum[]): void {
  if (strata.length === 0) throw undefinedBecause("the permutation test needs at least one stratum");
  if (strata.some(({a, b}) => a.length === 0 || b.length === 0)) throw undefinedBecause("the permutation test needs a value on both sides");
}

const undefinedBecause = (problem: string) =>
  new RebenchError("undefined-statistic", {problem, hint: "Give values on both sides, and replicates."});

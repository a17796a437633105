import {RebenchError, tooFewAttempts} from "../errors.js";
import type {Estimator} from "./scoreAtK.js";

export type DrawsOptions = {
  /** Attempts that score@k is the best of. */
  k: number;
  /** Attempts that score@k is estimated from, each drawn from the scores independently: planned, or as many as there are scores. */
  draws: number;
  estimator: Estimator;
};

/** With replacement the work grows with the square of k, for each distinct score. */
export const MOST_K_WITH_REPLACEMENT = 256;

/**
 * Exact variance of score@k estimated from `draws` attempts drawn with replacement from `scores`: what infinitely many bootstrap
 * replicates of the attempts scheme would give where `draws` is the number of scores.
 *
 * With the distinct scores v₁ < … < v_D, gaps d_r = v_{r+1} − v_r, p_r the share of scores at or below v_r, and L_r ~ Binomial(n, p_r)
 * the draws at or below it, score@k is v_D − Σ_r d_r S(L_r), where S(L) = C(L, k) / C(n, k) without replacement and (L / n)ᵏ with.
 * So the variance is Σ_r Σ_s d_r d_s Cov(S(L_r), S(L_s)), and each covariance is that of "all of A lie at or below r" and "all of B
 * at or below s" for two independent choices A and B of k among the n draws. For r ≤ s
 *
 *     without  p_rᵏ (h(p_s) − p_sᵏ),            h(p) = Σ_j P(|A ∩ B| = j) pᵏ⁻ʲ, hypergeometric
 *     with     Σ_a P(a) p_rᵃ (g_a(p_s) − m(p_s)), a = distinct draws in A, g_a(p) = E[p^|B ∖ A|  given a], m(p) = Σ_a P(a) pᵃ
 *
 * At k = 1 both are σ² / n, with σ² the mean squared deviation of the scores, itself (n − 1) / n of the unbiased s².
 *
 * @param scores At least one finite score, any order. Not modified.
 * @returns ≥ 0, in squared units of `scores`; 0 where all are equal.
 * @throws RebenchError `too-few-attempts` for no scores, or draws < k without replacement; `undefined-statistic` for k > 256 with replacement.
 * @see Hutson and Ernst 2000, J. R. Stat. Soc. B 62(1), 89–94: the exact bootstrap variance of an L-estimator.
 * @example scoreAtKVariance([0, 1], {k: 2, draws: 2, estimator: "without-replacement"}) // => 0.1875
 */
export function scoreAtKVariance(scores: readonly number[], options: DrawsOptions): number {
  const {gaps, shares} = gapsOf(scores);
  const factorsOf = covarianceFactors(options);
  return varianceOfGaps(
    gaps,
    shares.map((share) => factorsOf(share)),
  );
}

/**
 * Exact mean of score@k estimated from `draws` attempts drawn with replacement from `scores`, so that `scoreAtKMean` − score@k is
 * the exact bootstrap bias where `draws` is the number of scores.
 *
 *     v_D − Σ_r d_r E[S(L_r)],   E[S(L_r)] = p_rᵏ without replacement, whatever `draws` is; m(p_r) with
 *
 * @throws RebenchError as {@link scoreAtKVariance}.
 * @example scoreAtKMean([0, 1], {k: 2, draws: 2, estimator: "without-replacement"}) // => 0.75
 */
export function scoreAtKMean(scores: readonly number[], options: DrawsOptions): number {
  const {gaps, shares, highest} = gapsOf(scores);
  checkDraws(options);
  const chanceBelow = options.estimator === "without-replacement" ? (share: number) => share ** options.k : occupancyMean(options);
  return gaps.reduce((total, gap, r) => total - gap * chanceBelow(shares[r]!), highest);
}

/** Distances between neighbouring distinct scores, and the share of scores at or below each; both empty where all are equal. */
export function gapsOf(scores: readonly number[]): {gaps: number[]; shares: number[]; highest: number} {
  const ascending = Float64Array.from(scores).sort();
  const n = ascending.length;
  if (n === 0) throw tooFewAttempts(1, 0);
  const gaps: number[] = [];
  const shares: number[] = [];
  for (let i = 1; i < n; ++i) {
    if (ascending[i] === ascending[i - 1]) continue;
    gaps.push(ascending[i]! - ascending[i - 1]!);
    shares.push(i / n);
  }
  return {gaps, shares, highest: ascending[n - 1]!};
}

/** Cov(S(L_r), S(L_s)) = Σ_a left_a(p_r) · right_a(p_s) for r ≤ s. */
export type Factors = {left: ArrayLike<number>; right: ArrayLike<number>};

/** Σ_s d_s Σ_a right_a(p_s) (d_s left_a(p_s) + 2 Σ_{r<s} d_r left_a(p_r)): every pair of gaps once, in one pass. */
export function varianceOfGaps(gaps: ArrayLike<number>, factors: readonly Factors[]): number {
  const below = new Float64Array(factors[0]?.left.length ?? 0);
  let variance = 0;
  for (let s = 0; s < gaps.length; ++s) {
    const {left, right} = factors[s]!;
    const gap = gaps[s]!;
    for (let a = 0; a < below.length; ++a) {
      const own = gap * left[a]!;
      variance += gap * right[a]! * (own + 2 * below[a]!);
      below[a]! += own;
    }
  }
  return Math.max(0, variance);
}

/** The factors of the covariances, as a function of the share p in (0, 1] of scores at or below. */
export function covarianceFactors(options: DrawsOptions): (share: number) => Factors {
  checkDraws(options);
  return options.estimator === "without-replacement" ? subsetFactors(options) : drawFactors(options);
}

function checkDraws({k, draws, estimator}: DrawsOptions): void {
  for (const [name, count] of Object.entries({k, draws})) {
    if (Number.isInteger(count) && count >= 1) continue;
    throw new RebenchError("usage", {problem: `${name} must be a positive integer, got ${count}`, hint: `Try ${name} = 1.`});
  }
  if (estimator === "without-replacement" && k > draws) throw tooFewAttempts(k, draws);
  if (estimator === "with-replacement" && k > MOST_K_WITH_REPLACEMENT) {
    throw new RebenchError("undefined-statistic", {
      problem: `the exact variance with replacement is worked out up to k = ${MOST_K_WITH_REPLACEMENT}, got ${k}`,
      hint: "Use a smaller k, or the estimator without-replacement.",
    });
  }
}

/** h(p) − pᵏ as Σ_j P(j) pᵏ⁻ʲ (1 − pʲ): every term is positive, so nothing cancels. */
function subsetFactors({k, draws}: DrawsOptions): (share: number) => Factors {
  const {first, chances} = overlapChances(k, draws);
  return (share) => {
    const log = Math.log(share);
    let right = 0;
    for (let i = 0; i < chances.length; ++i) {
      const overlap = first + i;
      right -= chances[i]! * Math.exp((k - overlap) * log) * Math.expm1(overlap * log);
    }
    return {left: [Math.exp(k * log)], right: [right]};
  };
}

const NEGLIGIBLE = 1e-20;

/** P(|A ∩ B| = j) of two independent subsets of k out of n, from the mode outwards while it is not negligible. */
function overlapChances(k: number, n: number): {first: number; chances: number[]} {
  const least = Math.max(0, 2 * k - n);
  const mode = Math.min(k, Math.max(least, Math.floor((k + 1) ** 2 / (n + 2))));
  const ratio = (j: number) => ((k - j) * (k - j)) / ((j + 1) * (n - 2 * k + j + 1)); // P(j + 1) / P(j)
  const above = [1];
  for (let j = mode; j < k && above.at(-1)! > NEGLIGIBLE; ++j) above.push(above.at(-1)! * ratio(j));
  const below: number[] = [];
  for (let j = mode - 1; j >= least && (below.at(-1) ?? 1) > NEGLIGIBLE; --j) below.push((below.at(-1) ?? 1) / ratio(j));
  const chances = [...below.reverse(), ...above];
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  return {first: mode - below.length, chances: chances.map((chance) => chance / total)};
}

/** left_a = P(a) pᵃ, right_a = g_a(p) − m(p), for a = 1 … min(k, n). */
function drawFactors({k, draws}: DrawsOptions): (share: number) => Factors {
  const occupied = occupancyChances(k, draws);
  return (share) => {
    const expected = expectedPowers(share, k, draws);
    const left = occupied.map((chance, a) => chance * share ** a).subarray(1);
    return {left, right: expected.map((value) => value - expected[0]!).subarray(1, occupied.length)};
  };
}

/** P(a distinct draws are hit by k throws at n draws), a = 0 … min(k, n). */
function occupancyChances(k: number, n: number): Float64Array {
  const chances = new Float64Array(Math.min(k, n) + 1);
  chances[0] = 1;
  for (let thrown = 0; thrown < k; ++thrown) {
    for (let a = Math.min(thrown + 1, chances.length - 1); a >= 0; --a) {
      chances[a] = chances[a]! * (a / n) + (a === 0 ? 0 : chances[a - 1]! * ((n - a + 1) / n));
    }
  }
  return chances;
}

/** g_c(p) for c = 0 … min(k, n): E[p to the power of the draws newly hit] by k throws where c of the n draws were hit before; g_0 = m. */
function expectedPowers(share: number, k: number, n: number): Float64Array {
  const expected = new Float64Array(Math.min(2 * k, n) + 1).fill(1);
  for (let thrown = 1; thrown <= k; ++thrown) {
    for (let c = 0; c < expected.length - 1; ++c) {
      expected[c] = (c / n) * expected[c]! + ((n - c) / n) * share * expected[c + 1]!;
    }
  }
  return expected;
}

/** m(p) = Σ_a P(a) pᵃ. */
function occupancyMean({k, draws}: DrawsOptions): (share: number) => number {
  const chances = occupancyChances(k, draws);
  return (share) => chances.reduceRight((sum, chance) => sum * share + chance, 0);
}

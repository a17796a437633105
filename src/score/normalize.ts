import type {Constants} from "../environment/environment.js";

/**
 * Normalized score: 0 at the starting score, 1 at the reference score, affine everywhere; neither floored nor capped.
 *
 *     (raw − startingScore) / (referenceScore − startingScore)
 *
 * Right for either direction: where lower is better the divisor is negative.
 *
 * @param raw On the environment's raw scale (ln ms, ln(loss − 1.5), …).
 * @see arXiv 2411.15114, section 3.
 * @example normalizedScore(2, {startingScore: 4, referenceScore: 2}) // => 1
 */
export function normalizedScore(raw: number, {startingScore, referenceScore}: Constants): number {
  return (raw - startingScore) / (referenceScore - startingScore);
}

/** The raw score behind a normalized one: the inverse of {@link normalizedScore}. */
export function rawScore(normalized: number, {startingScore, referenceScore}: Constants): number {
  return startingScore + normalized * (referenceScore - startingScore);
}

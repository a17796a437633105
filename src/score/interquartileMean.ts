import {trimmedMean} from "../stats/trimmedMean.js";
import {trimmedMeanOfAscending} from "../stats/weightedTrimmedMean.js";
import type {EnvironmentScores, Part} from "./aggregate.js";
import {type CountedStatistic, onceEach} from "./attemptCounts.js";
import {type Estimator, scoreAtK} from "./scoreAtK.js";

/** What is cut off at each end. */
const QUARTER = 1 / 4;

/**
 * The interquartile mean over environments: the mean of the middle half.
 *
 * At k = 1 the attempts of all E environments are pooled, each with weight 1 / (E · nₑ) so that every environment weighs
 * the same, and a quarter of the weight is cut off at each end; an attempt at a cut counts in part. With the same n in
 * every environment and E · n a multiple of 4 that is rliable's. At k > 1 there is one score@k for each environment (the
 * mean where scores are hidden), and the ⌊E / 4⌋ lowest and highest are left out: with E < 4 it is the plain mean.
 *
 * @param parts At least one, from `partsAtK`.
 * @param k What was asked for; a part's own k may be smaller (hidden scores, clamped).
 * @returns In the unit of the scores.
 * @throws RebenchError `undefined-statistic` for no parts.
 * @see Agarwal et al. 2021, Deep Reinforcement Learning at the Edge of the Statistical Precipice, arXiv 2108.13264, section 4.3.
 * @example interquartileMean([{environment: "a", combine: "best", scores: [0, 1, 2, 100], k: 1}], 1, "without-replacement") // => 1.5
 */
export function interquartileMean(parts: readonly Part[], k: number, estimator: Estimator): number {
  if (k === 1) return pooledInterquartileMean(parts)(onceEach(parts));
  return interquartileMeanOfEnvironments(parts.map((part) => scoreAtK(part.scores, part.k, estimator)));
}

/** The one over attempts (k = 1), prepared for samples of them. */
export function pooledInterquartileMean(environments: readonly EnvironmentScores[]): CountedStatistic {
  const pooled = environments
    .flatMap(({scores}, at) => scores.map((score, attempt) => ({score, at, attempt, unit: 1 / (environments.length * scores.length)})))
    .sort((a, b) => a.score - b.score);
  const ascending = Float64Array.from(pooled, ({score}) => score);
  const environmentAt = Int32Array.from(pooled, ({at}) => at);
  const attemptAt = Int32Array.from(pooled, ({attempt}) => attempt);
  const unit = Float64Array.from(pooled, (each) => each.unit);
  const weights = new Float64Array(pooled.length);
  return (counts) => {
    for (let i = 0; i < weights.length; ++i) weights[i] = unit[i]! * counts[environmentAt[i]!]![attemptAt[i]!]!;
    return trimmedMeanOfAscending(ascending, weights, QUARTER);
  };
}

/** The one over environments (k > 1): of one score for each. */
export const interquartileMeanOfEnvironments = (scores: ArrayLike<number>): number =>
  trimmedMean(scores, Math.floor(scores.length * QUARTER));

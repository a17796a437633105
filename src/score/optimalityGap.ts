import {mean} from "simple-statistics";
import {RebenchError} from "../errors.js";
import type {EnvironmentScores, Part} from "./aggregate.js";
import {type CountedStatistic, onceEach} from "./attemptCounts.js";
import {type Estimator, scoreAtK} from "./scoreAtK.js";

/**
 * How far scores fall short of γ, on average; what lies above γ makes up for nothing. Lower is better, 0 is best.
 *
 *     k = 1    mean over environments of the mean over attempts of max(0, γ − x)
 *     k > 1    mean over environments of max(0, γ − score@k), the mean score where scores are hidden
 *
 * The definition is about attempts; that for k > 1 is ours, with the best of k in the place of an attempt's score. With no
 * score above γ both are γ − the mean.
 *
 * @param parts At least one, from `partsAtK`.
 * @param k What was asked for; a part's own k may be smaller (hidden scores, clamped).
 * @param gamma The score that is good enough: 1 is the reference solution.
 * @returns In the unit of the scores, 0 or more.
 * @throws RebenchError `undefined-statistic` for no parts.
 * @see Agarwal et al. 2021, arXiv 2108.13264, section 4.3.
 * @example optimalityGap([{environment: "a", combine: "best", scores: [0, 0.5, 3], k: 1}], 1, 1, "without-replacement") // => 0.5
 */
export function optimalityGap(parts: readonly Part[], k: number, gamma: number, estimator: Estimator): number {
  if (k === 1) return gapOfAttempts(parts, gamma)(onceEach(parts));
  return gapOfEnvironments(
    parts.map((part) => scoreAtK(part.scores, part.k, estimator)),
    gamma,
  );
}

/** The one over attempts (k = 1), prepared for samples of them. */
export function gapOfAttempts(environments: readonly EnvironmentScores[], gamma: number): CountedStatistic {
  if (environments.length === 0) throw undefinedGap();
  const gaps = environments.map(({scores}) => Float64Array.from(scores, (score) => Math.max(0, gamma - score)));
  return (counts) => mean(gaps.map((own, e) => weightedMean(own, counts[e]!)));
}

/** The one over environments (k > 1): of one score for each. */
export function gapOfEnvironments(scores: ArrayLike<number>, gamma: number): number {
  if (scores.length === 0) throw undefinedGap();
  return mean(Array.from(scores, (score) => Math.max(0, gamma - score)));
}

const undefinedGap = () =>
  new RebenchError("undefined-statistic", {problem: "the optimality gap of no scores is undefined", hint: "Give at least one."});

/** Around the first value, so that equal values give exactly that value. */
function weightedMean(values: Float64Array, counts: Int32Array): number {
  let sum = 0;
  for (let i = 1; i < values.length; ++i) sum += counts[i]! * (values[i]! - values[0]!);
  return values[0]! + sum / values.length;
}

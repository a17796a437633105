import {mean} from "simple-statistics";
import type {Part} from "./aggregate.js";
import {aggregateScore} from "./aggregate.js";
import {type Estimator, rankWeights} from "./scoreAtK.js";
import {MOST_K_WITH_REPLACEMENT, scoreAtKMean} from "./scoreAtKVariance.js";

/**
 * Exact bootstrap bias of an aggregate: the mean of infinitely many replicates of the attempts scheme − the score. About 0 for
 * k much below n; negative near n, because a resample repeats some attempts and misses others, the best among them.
 *
 * @returns Null where the closed form is refused: with replacement and k > 256.
 */
export function bootstrapBias(parts: readonly Part[], estimator: Estimator): number | null {
  if (estimator === "with-replacement" && parts.some(({k}) => k > MOST_K_WITH_REPLACEMENT)) return null;
  const expected = parts.map(({scores, k}) => scoreAtKMean(scores, {k, draws: scores.length, estimator}));
  return mean(expected) - aggregateScore(parts, estimator);
}

/**
 * The share of an aggregate that rests on a single attempt: the largest of weight · score / (E · aggregate), with the weight of the
 * best score in score@k (k / n without replacement).
 *
 * @returns In [0, 1]; null where the aggregate is 0 or some score is negative, since parts of it then have no share.
 */
export function topAttemptShare(parts: readonly Part[], score: number, estimator: Estimator): number | null {
  if (score <= 0 || parts.some(({scores}) => scores.some((each) => each < 0))) return null;
  const shares = parts.map(({scores, k}) => {
    const best = scores.reduce((most, each) => Math.max(most, each), 0);
    return (rankWeights(scores.length, k, estimator)[0]! * best) / (parts.length * score);
  });
  return Math.max(...shares);
}

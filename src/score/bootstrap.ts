import {randomStream} from "../random.js";
import {quantile} from "../stats/quantile.js";
import type {Part} from "./aggregate.js";
import {type Estimator, rankWeights} from "./scoreAtK.js";

/** Replicates that share one random stream; blocks can be computed in any order, or at once. */
const BLOCK = 1024;

/** Replicates that differ by no more than this share of them are the same number, summed in another order. */
const ROUNDING = 1e-12;

export type BootstrapOptions = {
  replicates: number;
  seed: number;
  estimator: Estimator;
  /** Whose attempts, at which time limit: with seed, environment and block, the name of each random stream. */
  agent: string;
  timeLimitSeconds: number;
};

export type Interval = {low: number | null; high: number | null; bootstrapMean: number | null; degenerate: boolean; reason: string | null};

/**
 * Replicates of the aggregate score@k: within each environment n attempts are drawn with replacement from its n, score@k
 * is computed on them, and the mean over environments is one replicate.
 *
 * Every k sees the same resamples, and so does every time at which the same attempts are seen (slices), because a
 * resample is a matter of attempts, in the order of `scores`, not of their scores.
 *
 * @param requests One list of parts for each k wanted; a part's scores are in the order of attempt ids.
 * @returns For each request, `replicates` numbers in the order they were drawn.
 */
export function bootstrapReplicates(requests: readonly (readonly Part[])[], options: BootstrapOptions): Float64Array[] {
  const results = requests.map(() => new Float64Array(options.replicates));
  const environments = [...new Set(requests.flatMap((parts) => parts.map(({environment}) => environment)))].sort();
  for (const environment of environments) {
    const wanted = requests.flatMap((parts, request) => {
      const part = parts.find((each) => each.environment === environment);
      return part ? [{part, sums: results[request]!, share: 1 / parts.length}] : [];
    });
    addEnvironment(wanted, environment, options);
  }
  return results;
}

type Wanted = {part: Part; sums: Float64Array; share: number};

/** Adds share × score@k of each replicate of one environment to the sums of every request that it is part of. */
function addEnvironment(
  wanted: readonly Wanted[],
  environment: string,
  {replicates, seed, estimator, agent, timeLimitSeconds}: BootstrapOptions,
): void {
  const {descending, rank} = ranked(wanted[0]!.part.scores);
  const n = descending.length;
  const cumulative = wanted.map(({part}) => cumulativeWeights(n, part.k, estimator));
  const counts = new Int32Array(n);
  for (let first = 0; first < replicates; first += BLOCK) {
    const random = randomStream(seed, agent, timeLimitSeconds, environment, first / BLOCK);
    for (let replicate = first; replicate < Math.min(first + BLOCK, replicates); ++replicate) {
      counts.fill(0);
      for (let i = 0; i < n; ++i) ++counts[rank[random.below(n)]!]!;
      for (let w = 0; w < wanted.length; ++w) {
        wanted[w]!.sums[replicate]! += wanted[w]!.share * resampledScore(descending, counts, cumulative[w]!);
      }
    }
  }
}

/** Scores best first, and the place of each attempt among them. */
function ranked(scores: readonly number[]): {descending: Float64Array; rank: Int32Array} {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  const rank = new Int32Array(scores.length);
  for (const [position, attempt] of order.entries()) rank[attempt] = position;
  return {descending: Float64Array.from(order, (attempt) => scores[attempt]!), rank};
}

/** Score@k of a resample in which the attempt of rank r was drawn counts[r] times. */
function resampledScore(descending: Float64Array, counts: Int32Array, cumulative: Float64Array): number {
  let drawn = 0;
  let before = 0;
  let score = 0;
  for (let r = 0; r < counts.length && drawn < cumulative.length - 1; ++r) {
    if (counts[r] === 0) continue;
    drawn += counts[r]!;
    const after = cumulative[Math.min(drawn, cumulative.length - 1)]!;
    score += descending[r]! * (after - before);
    before = after;
  }
  return score;
}

/** Sums of the weights of the best 0, 1, 2, … scores. */
function cumulativeWeights(n: number, k: number, estimator: Estimator): Float64Array {
  const weights = rankWeights(n, k, estimator);
  const sums = new Float64Array(weights.length + 1);
  for (let j = 0; j < weights.length; ++j) sums[j + 1] = sums[j]! + weights[j]!;
  sums[weights.length] = 1; // what they add up to, without rounding
  return sums;
}

/**
 * The percentile interval of an aggregate: quantiles (1 ± level) / 2 of its replicates, and their mean.
 *
 * Undefined, with the reason, where there are fewer than two replicates, where an environment has a single attempt (its
 * replicates never vary), and where all replicates agree although the scores differ. Where all scores of every environment are equal the interval is that
 * point, marked `degenerate`.
 *
 * @param score The estimate on the scores themselves.
 * @param level In (0, 1), such as 0.95.
 */
export function percentileInterval(parts: readonly Part[], score: number, replicates: Float64Array, level: number): Interval {
  const undefinedBecause = (reason: string, bootstrapMean: number | null = null): Interval => ({
    low: null,
    high: null,
    bootstrapMean,
    degenerate: false,
    reason,
  });
  if (replicates.length === 0) return undefinedBecause("no interval: no bootstrap replicates were asked for");
  const single = parts.filter(({scores}) => scores.length === 1).map(({environment}) => environment);
  if (single.length > 0) return undefinedBecause(`no interval: one attempt only in ${single.join(", ")}`);
  if (parts.every(({scores}) => scores.every((each) => each === scores[0]))) {
    return {low: score, high: score, bootstrapMean: score, degenerate: true, reason: null};
  }
  if (replicates.length < 2) return undefinedBecause("no interval: fewer than two bootstrap replicates give none", replicates[0]!);
  const ascending = Float64Array.from(replicates).sort();
  const bootstrapMean = meanOf(ascending);
  const low = quantile(ascending, (1 - level) / 2);
  const high = quantile(ascending, (1 + level) / 2);
  if (high - low <= ROUNDING * Math.max(Math.abs(low), Math.abs(high)))
    return undefinedBecause("no interval: the replicates agree although the scores differ", bootstrapMean);
  return {low, high, bootstrapMean, degenerate: false, reason: null};
}

/** Mean around the first value, so that equal values give exactly that value. */
function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value - values[0]!;
  return values[0]! + sum / values.length;
}

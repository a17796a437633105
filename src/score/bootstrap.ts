import {quantile} from "../stats/quantile.js";
import type {Part} from "./aggregate.js";
import {blocksOf, type Job, type ResamplingScheme} from "./resample/job.js";
import {runJob} from "./resample/runJob.js";
import type {Estimator} from "./scoreAtK.js";

/** Replicates that differ by no more than this share of them are the same number, summed in another order. */
const ROUNDING = 1e-12;

export type BootstrapOptions = {
  replicates: number;
  seed: number;
  estimator: Estimator;
  /** Whose attempts, at which time limit: with seed, environment and block, the name of each random stream. */
  agent: string;
  timeLimitSeconds: number;
  /** What is resampled; attempts within environments unless said otherwise. */
  scheme?: ResamplingScheme;
  /** Whether each replicate gets its jackknife standard error. */
  standardErrors?: boolean;
  /** Whether the attempts that were not drawn are scored too; attempts scheme only. */
  leftOut?: boolean;
  /** Attempts drawn from the n of an environment; n unless given. Attempts scheme only. */
  resampleSize?: (n: number) => number;
  /** Null: as many as there are cores, where they pay. The numbers do not depend on it. */
  threads?: number | null;
};

/** Bootstrap replicates of one aggregate, in the order they were drawn; NaN where one is not defined. */
export type Replicates = {
  values: Float64Array;
  /** The standard error of each replicate, where asked for. */
  standardErrors: Float64Array | null;
  /** The aggregate over the attempts left out of each replicate, where asked for. */
  leftOut: Float64Array | null;
  /** Draws that left an environment empty and were drawn again (people). */
  redrawn: number;
};

/**
 * Replicates of the aggregate score@k under a resampling scheme; by default within each environment n attempts are drawn
 * with replacement from its n, score@k is computed on them, and the mean over environments is one replicate.
 *
 * Every k sees the same resamples, and so does every time at which the same attempts are seen (slices), because a
 * resample is a matter of attempts, in the order of `scores`, not of their scores. The numbers are the same on any number of
 * threads, and for any subset of requests.
 *
 * @param requests One list of parts for each k wanted; a part's scores are in the order of attempt ids, and the same in all.
 */
export function bootstrap(requests: readonly (readonly Part[])[], options: BootstrapOptions): Replicates[] {
  if (requests.length === 0) return [];
  const job = jobOf(requests, options);
  if (options.replicates > 0) runJob(job, options.threads === undefined ? 1 : options.threads);
  const redrawn = job.redrawn.reduce((sum, count) => sum + count, 0);
  return requests.map((_, i) => ({
    values: job.values[i]!,
    standardErrors: job.standardErrors?.[i] ?? null,
    leftOut: job.leftOut?.[i] ?? null,
    redrawn,
  }));
}

/** The values alone: see {@link bootstrap}. */
export const bootstrapReplicates = (requests: readonly (readonly Part[])[], options: BootstrapOptions): Float64Array[] =>
  bootstrap(requests, options).map(({values}) => values);

function jobOf(requests: readonly (readonly Part[])[], options: BootstrapOptions): Job {
  const {replicates, seed, estimator, agent, timeLimitSeconds, scheme = "attempts", resampleSize} = options;
  const byName = new Map<string, Part[]>();
  for (const part of requests.flat()) byName.set(part.environment, [...(byName.get(part.environment) ?? []), part]);
  const environments = [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, [first, ...rest]]) => {
      const {scores, people} = first!;
      const ks = [...new Set([first!, ...rest].map(({k}) => k))];
      return {name, scores: Float64Array.from(scores), people: people ?? scores.map(() => null), ks};
    });
  const columnOf = (parts: readonly Part[], {name, ks}: (typeof environments)[number]) => {
    const part = parts.find(({environment}) => environment === name);
    return part === undefined ? -1 : ks.indexOf(part.k);
  };
  const array = () => new Float64Array(new SharedArrayBuffer(8 * replicates));
  return {
    scheme,
    replicates,
    seed,
    key: [agent, timeLimitSeconds],
    estimator,
    environments,
    requests: requests.map((parts) => ({columns: environments.map((each) => columnOf(parts, each)), environments: parts.length})),
    draws: resampleSize === undefined ? null : environments.map(({scores}) => resampleSize(scores.length)),
    values: requests.map(array),
    standardErrors: options.standardErrors ? requests.map(array) : null,
    leftOut: options.leftOut ? requests.map(array) : null,
    redrawn: new Int32Array(new SharedArrayBuffer(4 * Math.max(1, blocksOf({replicates})))),
  };
}

export type Interval = {low: number | null; high: number | null; bootstrapMean: number | null; degenerate: boolean; reason: string | null};

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

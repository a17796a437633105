import type {Part} from "./aggregate.js";
import {blocksOf, type Job, type ResamplingScheme} from "./resample/job.js";
import {startJob} from "./resample/runJob.js";
import {type Estimator, scoreAtK} from "./scoreAtK.js";

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
  /**
   * Attempts drawn, m, from the n of an environment; n unless given. Attempts scheme only. A replicate is then the estimate
   * plus the deviations of the environments from theirs, each scaled by √(m/n).
   */
  resampleSize?: (n: number) => number;
  /** Null: as many as there are cores, where they pay. The numbers do not depend on it. */
  threads?: number | null;
};

/** Bootstrap replicates of one aggregate, in the order they were drawn; NaN where one is not defined. */
export type Replicates = {
  values: Float64Array;
  /** The standard error of each replicate, where asked for. */
  standardErrors: Float64Array | null;
  /** The aggregate over the attempts left out of each replicate, without replacement whatever the estimator, where asked for. */
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
export const bootstrap = (requests: readonly (readonly Part[])[], options: BootstrapOptions): Replicates[] =>
  startBootstrap(requests, options)();

/** Starts on the replicates in other threads, where they are wanted; what is returned finishes them. See `overlapped`. */
export function startBootstrap(requests: readonly (readonly Part[])[], options: BootstrapOptions): () => Replicates[] {
  if (requests.length === 0) return () => [];
  const job = jobOf(requests, options);
  const finish = options.replicates > 0 ? startJob(job, options.threads === undefined ? 1 : options.threads) : () => {};
  return () => {
    finish();
    return resultsOf(job, requests, options);
  };
}

function resultsOf(job: Job, requests: readonly (readonly Part[])[], options: BootstrapOptions): Replicates[] {
  if (job.draws !== null) for (const [i, parts] of requests.entries()) centre(job.values[i]!, parts, options);
  return requests.map((_, i) => ({
    values: job.values[i]!,
    standardErrors: job.standardErrors?.[i] ?? null,
    leftOut: job.leftOut?.[i] ?? null,
    redrawn: job.redrawn[i]!.reduce((sum, count) => sum + count, 0),
  }));
}

/** The values alone: see {@link bootstrap}. */
export const bootstrapReplicates = (requests: readonly (readonly Part[])[], options: BootstrapOptions): Float64Array[] =>
  bootstrap(requests, options).map(({values}) => values);

/** Adds to scaled scores what makes them the estimate plus scaled deviations: Σ (1 − √(m/n)) · estimate of each environment / E. */
function centre(values: Float64Array, parts: readonly Part[], {estimator, resampleSize}: BootstrapOptions): void {
  const missing = parts.map(
    ({scores, k}) => (1 - Math.sqrt(resampleSize!(scores.length) / scores.length)) * scoreAtK(scores, k, estimator),
  );
  const shift = missing.reduce((sum, each) => sum + each, 0) / parts.length;
  for (let i = 0; i < values.length; ++i) values[i]! += shift;
}

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
    redrawn: requests.map(() => new Int32Array(new SharedArrayBuffer(4 * Math.max(1, blocksOf({replicates}))))),
  };
}

import {IndexSlots, IndexStream} from "./indexStream.js";
import type {Job} from "./job.js";
import {ResampledEnvironment} from "./resampledEnvironment.js";

/**
 * Within each environment n attempts with replacement from its n; score@k of these, and the mean over environments. The
 * environments are fixed.
 */
export function attemptsBlock(job: Job, environments: readonly ResampledEnvironment[]) {
  const wanted = environments.map((_, e) => targetsOf(job, e));
  return (block: number, first: number, last: number): void => {
    for (const [e, environment] of environments.entries()) {
      const {name} = job.environments[e]!;
      const stream = new IndexStream(job.seed, ...job.key, name, block);
      const draws = job.draws?.[e] ?? environment.scores.n;
      if (job.leftOut !== null) leftOutToo(job, e, environment, stream, draws, wanted[e]!, first, last);
      else attemptsOnly(job, environment, stream, draws, wanted[e]!, first, last);
    }
    if (job.standardErrors !== null) {
      for (const errors of job.standardErrors) for (let i = first; i < last; ++i) errors[i] = Math.sqrt(errors[i]!);
    }
  };
}

/** Where the results of an environment are added: the request, the column of its k, and its share in the mean. */
type Target = {request: number; column: number; share: number};

function targetsOf(job: Job, environment: number): Target[] {
  const n = job.environments[environment]!.scores.length;
  const scale = job.draws === null ? 1 : Math.sqrt(job.draws[environment]! / n);
  return job.requests.flatMap(({columns, environments}, request) =>
    columns[environment] === -1 ? [] : [{request, column: columns[environment]!, share: scale / environments}],
  );
}

function attemptsOnly(
  {values, standardErrors}: Job,
  environment: ResampledEnvironment,
  stream: IndexStream,
  draws: number,
  targets: readonly Target[],
  first: number,
  last: number,
): void {
  const {counts, scores} = environment;
  const width = environment.ks.length;
  const results = new Float64Array((last - first) * width);
  for (let i = 0; i < last - first; ++i) {
    environment.clear();
    stream.count(draws, scores.index, counts);
    environment.evaluateInto(results, i * width, draws);
    if (standardErrors === null) continue;
    environment.jackknife(draws);
    for (const {request, column, share} of targets) standardErrors[request]![first + i]! += share * share * environment.variances[column]!;
  }
  for (const {request, column, share} of targets) addColumn(values[request]!, first, results, column, width, share);
}

/** Adds share × a column of `results` to `sums` from `first` on. */
function addColumn(sums: Float64Array, first: number, results: Float64Array, column: number, width: number, share: number): void {
  for (let at = column, i = first; at < results.length; at += width, ++i) sums[i]! += share * results[at]!;
}

/** The same draws, with score@k of the attempts that were not drawn beside them. */
function leftOutToo(
  job: Job,
  e: number,
  environment: ResampledEnvironment,
  stream: IndexStream,
  draws: number,
  targets: readonly Target[],
  first: number,
  last: number,
): void {
  const {n, slots} = environment.scores;
  const rest = new ResampledEnvironment(job.environments[e]!.scores, environment.ks, job.estimator);
  const attempts = new IndexSlots(
    Int32Array.from({length: n}, (_, i) => i),
    n,
  );
  const drawn = attempts.counters();
  for (let replicate = first; replicate < last; ++replicate) {
    drawn.fill(0);
    environment.clear();
    rest.clear();
    stream.count(draws, attempts, drawn);
    let left = 0;
    for (let i = 0; i < n; ++i) {
      environment.counts[slots[i]!]! += drawn[i]!;
      if (drawn[i] === 0) {
        ++rest.counts[slots[i]!]!;
        ++left;
      }
    }
    environment.evaluate(draws);
    rest.evaluate(left);
    for (const {request, column, share} of targets) {
      job.values[request]![replicate]! += share * environment.values[column]!;
      job.leftOut![request]![replicate]! += share * rest.values[column]!;
    }
  }
}

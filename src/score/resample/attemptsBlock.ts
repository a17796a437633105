import {IndexSlots, IndexStream} from "./indexStream.js";
import type {DrawnBlock, Job} from "./job.js";
import {ResampledEnvironment} from "./resampledEnvironment.js";
import {type Drawn, scoreInKernel, type Target} from "./scoreInKernel.js";

/**
 * Within each environment n attempts with replacement from its n; score@k of these, and the mean over environments. The
 * environments are fixed.
 */
export function attemptsBlock(job: Job, environments: readonly ResampledEnvironment[]) {
  const prepared = environments.map((environment, e) => {
    return {environment, name: job.environments[e]!.name, draws: job.draws?.[e] ?? environment.scores.n, targets: targetsOf(job, e)};
  });
  return (block: number, own: DrawnBlock): void => {
    const drawn = prepared.map((each) => ({...each, stream: new IndexStream(job.seed, ...job.key, each.name, block)}));
    const {standardErrors} = own;
    if (own.leftOut !== null) for (const [e, each] of drawn.entries()) leftOutToo(job.environments[e]!.scores, each, own, own.leftOut);
    else if (standardErrors !== null) for (const each of drawn) withErrors(each, own, standardErrors);
    else scoreInKernel(drawn, own.values);
    for (const errors of standardErrors ?? []) for (let i = 0; i < errors.length; ++i) errors[i] = Math.sqrt(errors[i]!);
  };
}

function targetsOf(job: Job, environment: number): Target[] {
  const n = job.environments[environment]!.scores.length;
  const scale = job.draws === null ? 1 : Math.sqrt(job.draws[environment]! / n);
  return job.requests.flatMap(({columns, environments}, request) =>
    columns[environment] === -1 ? [] : [{request, column: columns[environment]!, share: scale / environments}],
  );
}

/** With the jackknife variance of each resample. */
function withErrors(
  {environment, stream, draws, targets}: Drawn,
  {count, values}: DrawnBlock,
  squaredErrors: readonly Float64Array[],
): void {
  for (let i = 0; i < count; ++i) {
    environment.clear();
    stream.count(draws, environment.scores.index, environment.counts);
    environment.evaluate(draws);
    for (const {request, column, share} of targets) values[request]![i]! += share * environment.values[column]!;
    addVariances(environment, draws, targets, squaredErrors, i);
  }
}

function addVariances(
  environment: ResampledEnvironment,
  draws: number,
  targets: readonly Target[],
  squaredErrors: readonly Float64Array[],
  i: number,
): void {
  environment.jackknife(draws);
  for (const {request, column, share} of targets) squaredErrors[request]![i]! += share * share * environment.variances[column]!;
}

/** The same draws, with score@k of the attempts that were not drawn beside them. */
function leftOutToo(
  scores: Float64Array,
  {environment, stream, draws, targets}: Drawn,
  {count, values, standardErrors}: DrawnBlock,
  leftOut: readonly Float64Array[],
): void {
  const {n, slots} = environment.scores;
  const rest = new ResampledEnvironment(scores, environment.ks, "without-replacement");
  const index = Int32Array.from({length: n}, (_, i) => i);
  const attempts = new IndexSlots(index, n);
  const drawn = attempts.counters();
  for (let i = 0; i < count; ++i) {
    drawn.fill(0);
    environment.clear();
    rest.clear();
    stream.count(draws, attempts, drawn);
    let left = 0;
    for (let attempt = 0; attempt < n; ++attempt) {
      environment.counts[slots[attempt]!]! += drawn[attempt]!;
      if (drawn[attempt] === 0) {
        ++rest.counts[slots[attempt]!]!;
        ++left;
      }
    }
    environment.evaluate(draws);
    rest.evaluate(left);
    for (const {request, column, share} of targets) {
      values[request]![i]! += share * environment.values[column]!;
      leftOut[request]![i]! += share * rest.values[column]!;
    }
    if (standardErrors !== null) addVariances(environment, draws, targets, standardErrors, i);
  }
}

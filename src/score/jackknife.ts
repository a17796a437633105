import type {Part} from "./aggregate.js";
import {clustersOf} from "./resample/clusters.js";
import type {JobEnvironment, ResamplingScheme} from "./resample/job.js";
import {leaveOneClusterOut} from "./resample/peopleBlock.js";
import {ResampledEnvironment} from "./resample/resampledEnvironment.js";
import {type Estimator, scoreAtK} from "./scoreAtK.js";

/**
 * Jackknife influences of an aggregate, l_i = (n − 1)(mean of the leave-one-outs − leave-one-out i), in samples that were drawn
 * independently: the attempts of each environment, times their share in the mean; or all people, or all environments.
 */
export type Influences = {samples: Float64Array[]} | {unit: "attempt" | "person" | "environment"; reason: string};

export function influences(parts: readonly Part[], {scheme, estimator}: {scheme: ResamplingScheme; estimator: Estimator}): Influences {
  if (scheme === "environments") return ofEnvironments(parts, estimator);
  return scheme === "people" ? ofPeople(parts, estimator) : ofAttempts(parts, estimator);
}

/** √(Σ over samples of Σ l² / (n (n − 1))): the jackknife standard error. */
export function standardErrorOf(samples: readonly Float64Array[]): number {
  let variance = 0;
  for (const sample of samples) {
    const squares = sample.reduce((sum, influence) => sum + influence * influence, 0);
    variance += squares / (sample.length * (sample.length - 1));
  }
  return Math.sqrt(variance);
}

function ofAttempts(parts: readonly Part[], estimator: Estimator): Influences {
  const short = parts.filter(({scores, k}) => scores.length === 1 || (scores.length <= k && estimator === "without-replacement"));
  if (short.length > 0) {
    const listed = short.map(({environment, scores}) => `${environment} (n = ${scores.length})`).join(", ");
    return {unit: "attempt", reason: `that leaves too few for k in ${listed}`};
  }
  return {
    samples: parts.map(({scores, k}) => {
      const environment = new ResampledEnvironment(scores, [k], estimator);
      const {slots, counts} = environment.scores;
      environment.counts.set(counts);
      const without = environment.withoutOne(scores.length, 0);
      return influencesOf(Float64Array.from(slots, (slot) => without[slot]! / parts.length));
    }),
  };
}

function ofEnvironments(parts: readonly Part[], estimator: Estimator): Influences {
  if (parts.length < 2) return {unit: "environment", reason: "there is one only"};
  const values = parts.map(({scores, k}) => scoreAtK(scores, k, estimator));
  const total = values.reduce((sum, value) => sum + value, 0);
  return {samples: [influencesOf(Float64Array.from(values, (value) => (total - value) / (parts.length - 1)))]};
}

function ofPeople(parts: readonly Part[], estimator: Estimator): Influences {
  const environments = parts.map(
    ({environment, scores, people, k}): JobEnvironment => ({
      name: environment,
      scores: Float64Array.from(scores),
      people: people ?? scores.map(() => null),
      ks: [k],
    }),
  );
  const resampled = parts.map(({scores, k}) => new ResampledEnvironment(scores, [k], estimator));
  for (const each of resampled) {
    each.counts.set(each.scores.counts);
    each.evaluate(each.scores.n);
  }
  const members = [...parts.keys()];
  const clusters = clustersOf({environments}, resampled, members);
  const times = new Int32Array(clusters.length).fill(1);
  const sizes = Int32Array.from(parts, ({scores}) => scores.length);
  const request = {columns: parts.map(() => 0), environments: parts.length};
  const without = Float64Array.from(leaveOneClusterOut(request, resampled, clusters, times, sizes), ([, value]) => value);
  if (without.some(Number.isNaN)) return {unit: "person", reason: "leaving one out leaves too few attempts for k in some environment"};
  return {samples: [influencesOf(without)]};
}

function influencesOf(without: Float64Array): Float64Array {
  const mean = without.reduce((sum, value) => sum + (value - without[0]!), 0) / without.length + without[0]!;
  return without.map((value) => (without.length - 1) * (mean - value));
}

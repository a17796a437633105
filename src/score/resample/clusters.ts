import type {Job} from "./job.js";
import type {ResampledEnvironment} from "./resampledEnvironment.js";

/** The attempts of one person: in which environment, and where their scores stand there. */
export type Cluster = readonly {environment: number; slot: number}[];

/** The people with attempts in some environments of a job, in the order of their first attempt; an attempt by nobody named is a cluster of its own. */
export function clustersOf(
  {environments}: Pick<Job, "environments">,
  resampled: readonly ResampledEnvironment[],
  members: readonly number[],
): Cluster[] {
  const clusters = new Map<string, {environment: number; slot: number}[]>();
  for (const e of members) {
    for (const [i, person] of environments[e]!.people.entries()) {
      const key = person === null ? JSON.stringify([e, i]) : JSON.stringify(person);
      const attempts = clusters.get(key) ?? [];
      attempts.push({environment: e, slot: resampled[e]!.scores.slots[i]!});
      clusters.set(key, attempts);
    }
  }
  return [...clusters.values()];
}

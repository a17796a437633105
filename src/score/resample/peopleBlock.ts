import {RebenchError} from "../../errors.js";
import {type Cluster, clustersOf} from "./clusters.js";
import {byEnvironments} from "./environmentsBlock.js";
import {IndexSlots, IndexStream} from "./indexStream.js";
import type {DrawnBlock, Job, JobRequest} from "./job.js";
import type {ResampledEnvironment} from "./resampledEnvironment.js";

/** Draws in a row that leave some environment empty before the design is given up. */
const MOST_DRAWS = 100_000;

/**
 * People with replacement, as many as there are, over all environments; each one drawn brings all of their attempts. An
 * environment that a draw leaves empty is drawn again with everything else, and counted. How many attempts an environment has
 * varies from draw to draw; where that is fewer than k, the replicate has no score@k (NaN).
 *
 * The standard error is the jackknife over people of the replicate.
 */
export function peopleBlock(job: Job, environments: readonly ResampledEnvironment[]) {
  const groups = byEnvironments(job).map((group) => ({...group, clusters: clustersOf(job, environments, group.members)}));
  return (block: number, own: DrawnBlock): void => {
    for (const group of groups) {
      const names = group.members.map((e) => job.environments[e]!.name);
      const stream = new IndexStream(job.seed, ...job.key, "people", ...names, block);
      const people = group.clusters.length;
      const identity = new IndexSlots(
        Int32Array.from(group.clusters, (_, i) => i),
        people,
      );
      const times = identity.counters();
      const sizes = new Int32Array(environments.length);
      for (let replicate = 0; replicate < own.count; ++replicate) {
        const again = drawPeople();
        for (const request of group.requests) own.redrawn[request]! += again;
        for (const e of group.members) environments[e]!.evaluate(sizes[e]!);
        for (const request of group.requests) own.values[request]![replicate] = aggregate(job, request, environments);
        if (own.standardErrors === null) continue;
        for (const request of group.requests) {
          own.standardErrors[request]![replicate] = clusterStandardError(
            job.requests[request]!,
            environments,
            group.clusters,
            times,
            sizes,
          );
        }
      }

      /** Fills counts and sizes; returns how many draws were thrown away. */
      function drawPeople(): number {
        for (let tries = 0; tries < MOST_DRAWS; ++tries) {
          times.fill(0);
          stream.count(people, identity, times);
          countAttempts(environments, group.members, group.clusters, times, sizes);
          if (group.members.every((e) => sizes[e]! > 0)) return tries;
        }
        throw new RebenchError("undefined-statistic", {
          problem: `resampling people: none of ${MOST_DRAWS} draws left an attempt in each of ${names.join(", ")}`,
          hint: "Resample attempts instead (--resample attempts), or choose environments with --environments.",
        });
      }
    }
  };
}

function countAttempts(
  environments: readonly ResampledEnvironment[],
  members: readonly number[],
  clusters: readonly Cluster[],
  times: Int32Array,
  sizes: Int32Array,
): void {
  for (const e of members) {
    environments[e]!.clear();
    sizes[e] = 0;
  }
  for (let c = 0; c < clusters.length; ++c) {
    if (times[c] === 0) continue;
    for (const {environment, slot} of clusters[c]!) {
      environments[environment]!.counts[slot]! += times[c]!;
      sizes[environment]! += times[c]!;
    }
  }
}

function aggregate({requests}: Job, request: number, environments: readonly ResampledEnvironment[]): number {
  const {columns, environments: count} = requests[request]!;
  let sum = 0;
  for (let e = 0; e < columns.length; ++e) if (columns[e] !== -1) sum += environments[e]!.values[columns[e]!]!;
  return sum / count;
}

/**
 * Jackknife over clusters of an aggregate: each of the P clusters (`times` of each) is left out once,
 * √((P − 1)/P · Σ (θ₍₋c₎ − their mean)²). NaN where that leaves an environment with too few attempts.
 */
function clusterStandardError(
  request: JobRequest,
  environments: readonly ResampledEnvironment[],
  clusters: readonly Cluster[],
  times: Int32Array,
  sizes: Int32Array,
): number {
  let mean = 0;
  let squares = 0;
  let seen = 0;
  for (const [c, value] of leaveOneClusterOut(request, environments, clusters, times, sizes)) {
    seen += times[c]!;
    const change = value - mean;
    mean += (change * times[c]!) / seen;
    squares += change * (value - mean) * times[c]!;
  }
  return Math.sqrt(((seen - 1) / seen) * squares);
}

/**
 * The aggregate without one copy of each cluster that is there, in the order of clusters. Environments without attempts of it keep
 * their value; `environments` hold the resample, evaluated.
 */
export function* leaveOneClusterOut(
  {columns, environments: count}: JobRequest,
  environments: readonly ResampledEnvironment[],
  clusters: readonly Cluster[],
  times: Int32Array,
  sizes: Int32Array,
): Generator<[cluster: number, value: number]> {
  const whole = columns.map((column, e) => (column === -1 ? 0 : environments[e]!.values[column]!));
  const withoutOne = columns.map((column, e) => (column === -1 ? whole : environments[e]!.withoutOne(sizes[e]!, column)));
  const total = whole.reduce((sum, value) => sum + value, 0);
  for (let c = 0; c < clusters.length; ++c) {
    if (times[c] === 0) continue;
    const cluster = clusters[c]!;
    let sum = total;
    if (hasRepeats(cluster)) sum += changeWithout(cluster);
    else for (const {environment, slot} of cluster) sum += withoutOne[environment]![slot]! - whole[environment]!;
    yield [c, sum / count];
  }

  /** The same where a person has several attempts in an environment: it is evaluated without them. */
  function changeWithout(cluster: Cluster): number {
    let change = 0;
    for (const e of new Set(cluster.map(({environment}) => environment))) {
      const environment = environments[e]!;
      const own = cluster.filter((attempt) => attempt.environment === e);
      for (const {slot} of own) --environment.counts[slot]!;
      environment.evaluate(sizes[e]! - own.length);
      change += environment.values[columns[e]!]! - whole[e]!;
      for (const {slot} of own) ++environment.counts[slot]!;
      environment.evaluate(sizes[e]!);
    }
    return change;
  }
}

const hasRepeats = (cluster: Cluster) => cluster.some(({environment}, i) => i > 0 && cluster[i - 1]!.environment === environment);

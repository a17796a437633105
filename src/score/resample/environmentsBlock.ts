import {IndexSlots, IndexStream} from "./indexStream.js";
import type {DrawnBlock, Job} from "./job.js";
import type {ResampledEnvironment} from "./resampledEnvironment.js";

/**
 * E environments with replacement from the E, then attempts within each one drawn (anew where one is drawn again), and the mean
 * over the draws. The stream of the environments has no participant in its name: all who cover the same environments get the
 * same ones, so that differences between participants are paired.
 *
 * The standard error is that of a mean of E independent draws, √(Σ (θ_e − θ)² / (E(E − 1))), which is the jackknife over environments.
 */
export function environmentsBlock(job: Job, environments: readonly ResampledEnvironment[]) {
  const groups = byEnvironments(job);
  return (block: number, own: DrawnBlock): void => {
    for (const {members, requests} of groups) {
      const names = members.map((e) => job.environments[e]!.name);
      const choice = new IndexStream(job.seed, "environments", ...names, block);
      const streams = members.map((e) => new IndexStream(job.seed, ...job.key, job.environments[e]!.name, block));
      const identity = new IndexSlots(
        Int32Array.from(members, (_, i) => i),
        members.length,
      );
      const times = identity.counters();
      for (let replicate = 0; replicate < own.count; ++replicate) {
        times.fill(0);
        choice.count(members.length, identity, times);
        const drawn = requests.map((): number[] => []);
        for (const [i, e] of members.entries()) {
          for (let time = 0; time < times[i]!; ++time) {
            const environment = environments[e]!;
            environment.clear();
            streams[i]!.count(environment.scores.n, environment.scores.index, environment.counts);
            environment.evaluate(environment.scores.n);
            for (const [r, request] of requests.entries()) drawn[r]!.push(environment.values[job.requests[request]!.columns[e]!]!);
          }
        }
        for (const [r, request] of requests.entries()) {
          const {mean, standardError} = meanAndError(drawn[r]!);
          own.values[request]![replicate] = mean;
          if (own.standardErrors !== null) own.standardErrors[request]![replicate] = standardError;
        }
      }
    }
  };
}

/** Mean of independent values, and its standard error; NaN for a single one. */
export function meanAndError(values: readonly number[]): {mean: number; standardError: number} {
  let mean = 0;
  let squares = 0;
  for (const [i, value] of values.entries()) {
    const change = value - mean;
    mean += change / (i + 1);
    squares += change * (value - mean);
  }
  return {mean, standardError: Math.sqrt(squares / (values.length * (values.length - 1)))};
}

/** Requests over the same environments share the draws. */
export function byEnvironments({requests}: Job): {members: number[]; requests: number[]}[] {
  const groups = new Map<string, {members: number[]; requests: number[]}>();
  for (const [request, {columns}] of requests.entries()) {
    const members = [...columns.keys()].filter((e) => columns[e] !== -1);
    const group = groups.get(members.join()) ?? {members, requests: []};
    group.requests.push(request);
    groups.set(members.join(), group);
  }
  return [...groups.values()];
}

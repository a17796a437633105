import {RebenchError} from "../errors.js";
import {placesOf, shareOfPairs} from "../stats/probabilityOfImprovement.js";
import {IndexSlots, IndexStream} from "./resample/indexStream.js";
import {BLOCK, type ResamplingScheme} from "./resample/job.js";

/** Attempts of one side in one environment: scores, and who made each, null where nobody is named. */
export type SideScores = {scores: readonly number[]; people: readonly (string | null)[]};

/** One environment with attempts on both sides. */
export type SharedEnvironment = {environment: string; a: SideScores; b: SideScores};

/** Whose attempts at which time limit: with seed, environment and block, the name of each random stream. */
export type StreamName = {agent: string; timeLimitSeconds: number};

export type ImprovementOptions = {replicates: number; seed: number; scheme: ResamplingScheme; a: StreamName; b: StreamName};

/**
 * Bootstrap replicates of the probability of improvement, mean over environments.
 *
 * The random streams are those of `bootstrap`, so a replicate is about the same resample of attempts as the replicate of a score
 * with the same number, and exchanging the sides turns every replicate p into 1 − p.
 *
 * @param environments By name, at least one, each with attempts on both sides, in the order in which scores are resampled.
 * @returns As many numbers in [0, 1] as replicates, in the order they were drawn.
 * @throws RebenchError `undefined-statistic` where resampling people keeps leaving an environment empty.
 */
export function improvementReplicates(environments: readonly SharedEnvironment[], options: ImprovementOptions): Float64Array {
  const replicates = new Float64Array(options.replicates);
  const prepared = environments.map(prepare);
  const sampler = {attempts: attemptsSampler, environments: environmentsSampler, people: peopleSampler}[options.scheme];
  for (let first = 0; first < replicates.length; first += BLOCK) {
    const next = sampler(prepared, first / BLOCK, options);
    for (let i = first; i < Math.min(first + BLOCK, replicates.length); ++i) replicates[i] = next();
  }
  return replicates;
}

/** The places of a side's scores among the distinct scores of both sides, and how often each of those was drawn. */
type Drawn = {people: readonly (string | null)[]; index: IndexSlots; counts: Int32Array};
type Prepared = {environment: string; a: Drawn; b: Drawn};

function prepare({environment, a, b}: SharedEnvironment): Prepared {
  const {placesA, placesB, distinct} = placesOf(a.scores, b.scores);
  const drawn = ({people}: SideScores, places: Int32Array): Drawn => {
    const index = new IndexSlots(places, distinct);
    return {people, index, counts: index.counters()};
  };
  return {environment, a: drawn(a, placesA), b: drawn(b, placesB)};
}

type Sampler = (environments: readonly Prepared[], block: number, options: ImprovementOptions) => () => number;

/** In each environment as many attempts of each side as it has; the mean over environments. */
const attemptsSampler: Sampler = (environments, block, options) => {
  const draws = environments.map((each) => environmentSampler(each, block, options));
  return () => draws.reduce((sum, draw) => sum + draw(), 0) / draws.length;
};

/** As many environments as there are, the same for both sides, and then attempts, anew where one is drawn again. */
const environmentsSampler: Sampler = (environments, block, options) => {
  const draws = environments.map((each) => environmentSampler(each, block, options));
  const choice = new IndexStream(options.seed, "environments", ...environments.map(({environment}) => environment), block);
  const identity = new IndexSlots(Int32Array.from(environments.keys()), environments.length);
  const times = identity.counters();
  return () => {
    times.fill(0);
    choice.count(environments.length, identity, times);
    let sum = 0;
    for (const [e, draw] of draws.entries()) for (let time = 0; time < times[e]!; ++time) sum += draw();
    return sum / draws.length;
  };
};

function environmentSampler({environment, a, b}: Prepared, block: number, options: ImprovementOptions): () => number {
  const streamOf = ({agent, timeLimitSeconds}: StreamName) => new IndexStream(options.seed, agent, timeLimitSeconds, environment, block);
  const sides = [
    {...a, stream: streamOf(options.a)},
    {...b, stream: streamOf(options.b)},
  ];
  return () => {
    for (const {counts, index, stream} of sides) {
      counts.fill(0);
      stream.count(index.slots.length, index, counts);
    }
    return shareOfPairs(a.counts, b.counts);
  };
}

/** As many people of each side as it has over all environments, with all of their attempts. */
const peopleSampler: Sampler = (environments, block, options) => {
  const names = environments.map(({environment}) => environment);
  const drawers = (["a", "b"] as const).map((side) => {
    const {agent, timeLimitSeconds} = options[side];
    const stream = new IndexStream(options.seed, agent, timeLimitSeconds, "people", ...names, block);
    return peopleDrawer(
      environments.map((each) => each[side]),
      stream,
    );
  });
  return () => {
    for (const draw of drawers) draw();
    return environments.reduce((sum, {a, b}) => sum + shareOfPairs(a.counts, b.counts), 0) / environments.length;
  };
};

/** Draws of people until one leaves no environment empty. */
const MOST_DRAWS = 100_000;

function peopleDrawer(side: readonly Drawn[], stream: IndexStream): () => void {
  const clusters = clustersOf(side);
  const identity = new IndexSlots(Int32Array.from(clusters.keys()), clusters.length);
  const times = identity.counters();
  return () => {
    for (let tries = 0; tries < MOST_DRAWS; ++tries) {
      times.fill(0);
      stream.count(clusters.length, identity, times);
      for (const {counts} of side) counts.fill(0);
      for (const [c, cluster] of clusters.entries()) for (const {counts, slot} of cluster) counts[slot]! += times[c]!;
      if (side.every(({counts}) => counts.some((count) => count > 0))) return;
    }
    throw new RebenchError("undefined-statistic", {
      problem: `resampling people: none of ${MOST_DRAWS} draws left an attempt in every environment`,
      hint: "Resample attempts instead, or choose environments with --environments.",
    });
  };
}

/** The attempts of each person, in the order of their first; an attempt by nobody named is a cluster of its own. */
function clustersOf(side: readonly Drawn[]): {counts: Int32Array; slot: number}[][] {
  const clusters = new Map<string, {counts: Int32Array; slot: number}[]>();
  for (const [e, {people, index, counts}] of side.entries()) {
    for (const [i, slot] of index.slots.entries()) {
      const key = JSON.stringify(people[i] ?? [e, i]);
      const cluster = clusters.get(key) ?? [];
      cluster.push({counts, slot});
      clusters.set(key, cluster);
    }
  }
  return [...clusters.values()];
}

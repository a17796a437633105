import type {EnvironmentScores, Part} from "./aggregate.js";
import {type AttemptCounts, attemptResamples} from "./attemptCounts.js";
import {countedScoreAtK} from "./countedScoreAtK.js";
import {percentileOfCounts, sharedWithPeople} from "./humanPercentile.js";
import {interquartileMeanOfEnvironments, pooledInterquartileMean} from "./interquartileMean.js";
import {gapOfAttempts, gapOfEnvironments} from "./optimalityGap.js";
import {profileOfCounts} from "./performanceProfile.js";
import type {Estimator} from "./scoreAtK.js";

export type AggregateRequest = {parts: readonly Part[]; k: number};

/** Bootstrap replicates of one request, in the order they were drawn. `humanPercentile` is null without people to compare with. */
export type AggregateReplicates = {interquartileMean: Float64Array; optimalityGap: Float64Array; humanPercentile: Float64Array | null};

export type AggregateReplicatesOptions = {
  replicates: number;
  seed: number;
  estimator: Estimator;
  gamma: number;
  /** Whose attempts, at which time limit: with seed, environment and block, the name of each random stream. */
  agent: string;
  timeLimitSeconds: number;
  /** People's attempts, resampled too; their resamples are the same for every agent. */
  people: readonly EnvironmentScores[];
  /** Scores that the profile is wanted above, ascending; empty for no profile. */
  thresholds: readonly number[];
};

/**
 * Bootstrap replicates of the interquartile mean, optimality gap and human percentile of each request, and of the profile:
 * attempts are drawn with replacement within environments, people's on their own.
 *
 * Every request and the profile see the same resamples, which depend on no other request: each environment has its own
 * random streams.
 *
 * @param requests The parts for each k wanted.
 * @param profiled The environments of the profile.
 * @returns For each request its replicates; for each threshold those of the share above it.
 */
export function aggregateReplicates(
  requests: readonly AggregateRequest[],
  profiled: readonly EnvironmentScores[],
  options: AggregateReplicatesOptions,
): {requests: AggregateReplicates[]; profile: Float64Array[]} {
  const {replicates, seed, agent, timeLimitSeconds, thresholds} = options;
  const everywhere = new Map([...requests.flatMap(({parts}) => parts), ...profiled].map((each) => [each.environment, each]));
  const attempts = attemptResamples([...everywhere.values()], [seed, "aggregates", agent, timeLimitSeconds]);
  const people = attemptResamples(options.people, [seed, "aggregates", "people"]);
  const found = requests.map((request) => requestReplicates(request, attempts.counts, people.counts, options));
  const shareAbove = profileReplicates(profiled, attempts.counts, thresholds, replicates);
  for (let replicate = 0; replicate < replicates; ++replicate) {
    attempts.draw();
    people.draw();
    for (const {add} of found) add(replicate);
    shareAbove.add(replicate);
  }
  return {requests: found.map(({results}) => results), profile: shareAbove.results};
}

type Counts = ReadonlyMap<string, Int32Array>;
const countsOf = (environments: readonly {environment: string}[], counts: Counts): AttemptCounts =>
  environments.map(({environment}) => counts.get(environment)!);

function requestReplicates(
  {parts, k}: AggregateRequest,
  counts: Counts,
  peopleCounts: Counts,
  {replicates, estimator, gamma, people}: AggregateReplicatesOptions,
) {
  const own = countsOf(parts, counts);
  const theirs = countsOf(people, peopleCounts);
  const percentile = sharedWithPeople(parts, people).length === 0 ? null : percentileOfCounts(parts, people, estimator);
  const results: AggregateReplicates = {
    interquartileMean: new Float64Array(replicates),
    optimalityGap: new Float64Array(replicates),
    humanPercentile: percentile && new Float64Array(replicates),
  };
  const statistics = k === 1 ? ofAttempts(parts, gamma) : ofEnvironments(parts, gamma, estimator);
  const add = (replicate: number) => {
    const {interquartileMean, optimalityGap} = statistics(own);
    results.interquartileMean[replicate] = interquartileMean;
    results.optimalityGap[replicate] = optimalityGap;
    if (percentile !== null) results.humanPercentile![replicate] = percentile(own, theirs);
  };
  return {results, add};
}

function ofAttempts(parts: readonly Part[], gamma: number) {
  const [middle, gap] = [pooledInterquartileMean(parts), gapOfAttempts(parts, gamma)];
  return (counts: AttemptCounts) => ({interquartileMean: middle(counts), optimalityGap: gap(counts)});
}

function ofEnvironments(parts: readonly Part[], gamma: number, estimator: Estimator) {
  const scoreOf = parts.map(({scores, k}) => countedScoreAtK(scores, k, estimator));
  return (counts: AttemptCounts) => {
    const scores = scoreOf.map((score, e) => score(counts[e]!));
    return {interquartileMean: interquartileMeanOfEnvironments(scores), optimalityGap: gapOfEnvironments(scores, gamma)};
  };
}

function profileReplicates(profiled: readonly EnvironmentScores[], counts: Counts, thresholds: readonly number[], replicates: number) {
  const results = thresholds.map(() => new Float64Array(replicates));
  if (thresholds.length === 0 || profiled.length === 0) return {results, add: () => {}};
  const own = countsOf(profiled, counts);
  const profile = profileOfCounts(profiled, thresholds);
  const add = (replicate: number) => {
    const shares = profile(own);
    for (let j = 0; j < results.length; ++j) results[j]![replicate] = shares[j]!;
  };
  return {results, add};
}

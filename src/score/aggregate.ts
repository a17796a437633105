import {mean} from "simple-statistics";
import type {Environment} from "../environment/environment.js";
import {type Estimator, scoreAtK} from "./scoreAtK.js";

/** The normalized scores of one participant in one environment, at one time limit. At least one. */
export type EnvironmentScores = {
  environment: string;
  combine: Environment["combine"];
  scores: readonly number[];
  /** Who made each attempt, in the order of `scores`; null for agents and where nobody is named. Left out: nobody is. */
  people?: readonly (string | null)[];
};

/** What to do where an environment has fewer than k attempts: no score, leave it out, or take the best of all it has. */
export type TooFew = "null" | "drop" | "clamp";

/** An environment that takes part in an aggregate, with the k that applies to it. */
export type Part = EnvironmentScores & {k: number};

/**
 * The environments that take part in score@k, or the reason why there is no score.
 *
 * Environments whose attempts combine by the mean (hidden scores) take part at any k, with k = 1, and never decide:
 * score@k is available only where every other environment has k attempts or more, and with none other only at k = 1.
 * `drop` leaves those with fewer out; `clamp` takes the best of all they have, as METR's released code does.
 */
export function partsAtK(environments: readonly EnvironmentScores[], k: number, tooFew: TooFew): {parts: Part[]} | {reason: string} {
  const visible = environments.filter(({combine}) => combine === "best");
  const hidden = environments.filter(({combine}) => combine === "mean").map((each) => ({...each, k: 1}));
  if (environments.length === 0) return {reason: "no attempts"};
  if (visible.length === 0) {
    return k === 1 ? {parts: hidden} : {reason: `${names(hidden)} has hidden scores: attempts cannot be picked by score, so only k = 1`};
  }
  const short = visible.filter(({scores}) => scores.length < k);
  if (short.length > 0 && tooFew === "null") return {reason: `too few attempts for k = ${k}: ${names(short)}`};
  const kept = tooFew === "drop" ? visible.filter(({scores}) => scores.length >= k) : visible;
  if (kept.length === 0) return {reason: `no environment has k = ${k} attempts: ${names(short)}`};
  const parts = [...kept.map((each) => ({...each, k: Math.min(k, each.scores.length)})), ...hidden];
  return {parts: parts.sort((a, b) => (a.environment < b.environment ? -1 : 1))};
}

/** Environments with their n, the fewest attempts first; three at most. */
function names(environments: readonly EnvironmentScores[]): string {
  const listed = [...environments]
    .sort((a, b) => a.scores.length - b.scores.length)
    .map(({environment, scores}) => `${environment} (n = ${scores.length})`);
  return listed.length > 3 ? `${listed.slice(0, 3).join(", ")} and ${listed.length - 3} more` : listed.join(", ");
}

/**
 * Score@k over environments: the unweighted mean of each one's score@k, or mean score where scores are hidden.
 *
 * @param parts At least one, from {@link partsAtK}.
 */
export function aggregateScore(parts: readonly Part[], estimator: Estimator): number {
  return mean(parts.map(({scores, k}) => scoreAtK(scores, k, estimator)));
}

/** The largest powers of two up to the smallest n among the environments that decide availability; 1 where none does. */
export function defaultKs(environments: readonly EnvironmentScores[]): number[] {
  const visible = environments.filter(({combine}) => combine === "best").map(({scores}) => scores.length);
  const smallest = visible.length === 0 ? 1 : Math.min(...visible);
  return Array.from({length: Math.floor(Math.log2(smallest)) + 1}, (_, power) => 2 ** power);
}

import {mean} from "simple-statistics";
import {RebenchError} from "../errors.js";
import {percentileRank} from "../stats/percentileRank.js";
import type {EnvironmentScores, Part} from "./aggregate.js";
import {type AttemptCounts, onceEach} from "./attemptCounts.js";
import {countedScoreAtK} from "./countedScoreAtK.js";
import type {Estimator} from "./scoreAtK.js";

/**
 * Where an agent's score@k stands among people's scores: in each environment the share of people's attempts below it plus
 * half of those that tie, in percent; then the mean over the environments that both have.
 *
 * @param parts The agent's, each with its k.
 * @param people People's scores; environments that the agent lacks do not count.
 * @returns In [0, 100]; 50 is the median person.
 * @throws RebenchError `undefined-statistic` where they share no environment.
 * @example humanPercentile([{environment: "a", combine: "best", scores: [1], k: 1}], [{environment: "a", combine: "best", scores: [0, 1, 2, 3]}], "without-replacement") // => 37.5
 */
export function humanPercentile(parts: readonly Part[], people: readonly EnvironmentScores[], estimator: Estimator): number {
  return percentileOfCounts(parts, people, estimator)(onceEach(parts), onceEach(people));
}

/** The parts and people of the environments that both have, in the order of the parts. */
export function sharedWithPeople(parts: readonly Part[], people: readonly EnvironmentScores[]): {part: Part; people: EnvironmentScores}[] {
  return parts.flatMap((part) => {
    const own = people.find(({environment}) => environment === part.environment);
    return own === undefined ? [] : [{part, people: own}];
  });
}

/** The same prepared for samples of the agent's and of people's attempts, in the order of `parts` and of `people`. */
export function percentileOfCounts(
  parts: readonly Part[],
  people: readonly EnvironmentScores[],
  estimator: Estimator,
): (counts: AttemptCounts, peopleCounts: AttemptCounts) => number {
  const shared = sharedWithPeople(parts, people).map((pair) => ({
    scoreOf: countedScoreAtK(pair.part.scores, pair.part.k, estimator),
    scores: pair.people.scores,
    part: parts.indexOf(pair.part),
    people: people.indexOf(pair.people),
  }));
  if (shared.length === 0) {
    throw new RebenchError("undefined-statistic", {
      problem: "a percentile among people is undefined without an environment that both have",
      hint: "Add people's attempts in the agent's environments.",
    });
  }
  return (counts, peopleCounts) =>
    100 * mean(shared.map((each) => percentileRank(each.scores, each.scoreOf(counts[each.part]!), peopleCounts[each.people]!)));
}

import {mean, median, sum} from "simple-statistics";
import {improvements} from "../score/improvements.js";
import type {ScoredAttempt} from "./scoredAttempt.js";

/** How some attempts went. What is null has its reason beside it. */
export type ParticipantRow = {
  table: ParticipantTable;
  kind: "agent" | "human";
  /** Agent, cohort or environment; null for a cohort that is not recorded. */
  name: string | null;
  /** Null where attempts of several limits are taken together. */
  timeLimitSeconds: number | null;
  attempts: number;
  /** Different people; null for agents, and where some attempts name nobody. */
  people: number | null;
  peopleReason: string | null;
  meanScore: number;
  medianScore: number;
  /** Shares of the attempts, in [0, 1]: at or below 0 (below only without the floor), above `aboveScore`, at or above 1. */
  shareAtZero: number;
  shareAbove: number;
  shareAtReference: number;
  /** Entries of score logs over hours worked. */
  scoreCallsPerHour: number | null;
  scoreCallsPerHourReason: string | null;
  /** Attempts behind it: with a score log and the time worked. */
  loggedAttempts: number;
  /** Medians over the attempts that improved: working time at the first improvement, and since the last one at the end. */
  firstImprovementSeconds: number | null;
  firstImprovementReason: string | null;
  sinceLastImprovementSeconds: number | null;
  sinceLastImprovementReason: string | null;
  /** Attempts that improved, of `followedAttempts` whose scores over time are known; null where there are none of those. */
  improvedAttempts: number | null;
  followedAttempts: number;
  /** People: the wage. Agents: recorded nominal cost over hours worked. */
  dollarsPerHour: number | null;
  dollarsPerHourReason: string | null;
  /** Attempts behind it. */
  pricedAttempts: number;
};

export type ParticipantTable = "agent" | "cohort" | "environment";

/** A score above it is told from the starting score's noise: what METR's checks of experts ask for. */
export const ABOVE_SCORE = 0.05;

export type RowFacts = {wageUsdPerHour: number; nominalCostUsd: ReadonlyMap<string, number>};

/**
 * One row of a table.
 *
 * @param attempts At least one, all of agents or all of people.
 */
export function participantRow(
  about: Pick<ParticipantRow, "table" | "name" | "timeLimitSeconds">,
  attempts: readonly ScoredAttempt[],
  facts: RowFacts,
): ParticipantRow {
  const {kind} = attempts[0]!;
  const scores = attempts.map(({score}) => score);
  const share = (test: (score: number) => boolean) => scores.filter(test).length / scores.length;
  return {
    ...about,
    kind,
    attempts: attempts.length,
    ...peopleIn(attempts, kind),
    meanScore: mean(scores),
    medianScore: median(scores),
    shareAtZero: share((score) => score <= 0),
    shareAbove: share((score) => score > ABOVE_SCORE),
    shareAtReference: share((score) => score >= 1),
    ...callsIn(attempts),
    ...improvementsIn(attempts),
    ...dollarsIn(attempts, kind, facts),
  };
}

function peopleIn(attempts: readonly ScoredAttempt[], kind: "agent" | "human"): Pick<ParticipantRow, "people" | "peopleReason"> {
  if (kind === "agent") return {people: null, peopleReason: "agents are not counted as people"};
  const unnamed = attempts.filter(({person}) => person === null).length;
  if (unnamed === attempts.length) return {people: null, peopleReason: "no attempt names who made it"};
  if (unnamed > 0) return {people: null, peopleReason: `${unnamed} of ${attempts.length} attempts do not name who made them`};
  return {people: new Set(attempts.map(({person}) => person)).size, peopleReason: null};
}

function callsIn(attempts: readonly ScoredAttempt[]) {
  const logged = attempts.filter(({log}) => log !== null);
  const timed = logged.filter(({workingSeconds}) => (workingSeconds ?? 0) > 0);
  const calls = sum(timed.map(({log}) => log!.scores.length));
  const isKnown = timed.length > 0;
  return {
    scoreCallsPerHour: isKnown ? calls / hoursWorked(timed) : null,
    scoreCallsPerHourReason: isKnown ? null : logged.length === 0 ? NO_LOGS : NO_TIME,
    loggedAttempts: timed.length,
  };
}

const NO_LOGS = "no score logs";
const NO_TIME = "the time worked is not recorded";

const hoursWorked = (attempts: readonly ScoredAttempt[]) => sum(attempts.map(({workingSeconds}) => workingSeconds!)) / 3600;

function improvementsIn(attempts: readonly ScoredAttempt[]) {
  const followed = attempts.filter(({scoreAt}) => scoreAt !== null);
  const improved = followed.flatMap((attempt) => {
    const times = improvements(attempt.log!, attempt.timeLimitSeconds);
    const counts = times.some((seconds) => attempt.scoreAt!(seconds) > 0); // one that counts 0 for its flags did not improve
    return counts ? [{first: times[0]!, last: times.at(-1)!, end: attempt.workingSeconds}] : [];
  });
  const ended = improved.flatMap(({last, end}) => (end === null ? [] : [Math.max(0, end - last)]));
  const without = followed.length === 0 ? NO_LOGS : improved.length === 0 ? "no attempt improved" : null;
  return {
    firstImprovementSeconds: without === null ? median(improved.map(({first}) => first)) : null,
    firstImprovementReason: without,
    sinceLastImprovementSeconds: ended.length > 0 ? median(ended) : null,
    sinceLastImprovementReason: ended.length > 0 ? null : (without ?? NO_TIME),
    improvedAttempts: followed.length === 0 ? null : improved.length,
    followedAttempts: followed.length,
  };
}

function dollarsIn(attempts: readonly ScoredAttempt[], kind: "agent" | "human", {wageUsdPerHour, nominalCostUsd}: RowFacts) {
  if (kind === "human") return {dollarsPerHour: wageUsdPerHour, dollarsPerHourReason: null, pricedAttempts: attempts.length};
  const recorded = attempts.filter(({attemptId}) => nominalCostUsd.has(attemptId));
  const priced = recorded.filter(({workingSeconds}) => (workingSeconds ?? 0) > 0);
  const dollars = sum(priced.map(({attemptId}) => nominalCostUsd.get(attemptId)!));
  const isKnown = priced.length > 0;
  return {
    dollarsPerHour: isKnown ? dollars / hoursWorked(priced) : null,
    dollarsPerHourReason: isKnown ? null : recorded.length === 0 ? "no cost is recorded" : NO_TIME,
    pricedAttempts: priced.length,
  };
}

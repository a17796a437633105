import type {Constants, Environment} from "../environment/environment.js";
import {type NormalizedLog, type Pauses, scoreAtTime, scoreWithinLimit} from "../score/scoreLog.js";
import type {AttemptRow} from "../store/attemptRows.js";
import type {Normalizer} from "./constantsInForce.js";
import type {AnalysisOptions} from "./settings.js";

/** An attempt as the estimators see it. */
export type ScoredAttempt = {
  attemptId: string;
  sourceFile: string;
  agent: string;
  kind: "agent" | "human";
  scaffold: string | null;
  person: string | null;
  cohort: string | null;
  environment: string;
  environmentVersion: string | null;
  timeLimitSeconds: number;
  workingSeconds: number | null;
  flags: readonly string[];
  /** What the scores are normalized with; null where a normalized source does not state it. */
  constants: Constants | null;
  /** Normalized score of the whole attempt. */
  score: number;
  hasPauses: boolean;
  /** Normalized score log, not floored; null where the source has none. */
  log: NormalizedLog | null;
  /** Normalized score reached at an earlier time; null for an attempt that has no scores over time. */
  scoreAt: ((timeSeconds: number) => number) | null;
};

type Context = {environment: Environment; normalize: Normalizer; flags: readonly string[]; zero: boolean; options: AnalysisOptions};

/** Normalizes one attempt. With `zero` it counts 0 at any time, whatever it scored. */
export function scoredAttempt(row: AttemptRow, {environment, normalize, flags, zero, options}: Context): ScoredAttempt {
  const {normalized, constants} = normalize.for(row, environment);
  // no valid score: the starting score, which is 0
  const value = (score: number | null) => (zero || score === null ? 0 : options.floor ? Math.max(0, score) : score);
  const {attemptId, sourceFile, agent, kind, scaffold, person, cohort, environmentVersion, workingSeconds} = row;
  const timeLimitSeconds = row.timeLimitSeconds!; // select.ts leaves out those without
  const log = normalizedLog(row, normalized);
  const pauses: Pauses | null = row.pauseAt && {atWorkingSeconds: row.pauseAt, seconds: row.pauseSeconds!};
  const seen = (timeSeconds: number) =>
    log === null ? null : scoreAtTime(log, timeSeconds, environment.scoreRule, options.clock === "wall" ? pauses : null);
  return {
    attemptId,
    sourceFile,
    agent,
    kind,
    scaffold,
    person,
    cohort,
    environment: row.environment,
    environmentVersion,
    timeLimitSeconds,
    workingSeconds,
    flags,
    constants,
    score: value(finalScore(row, log, timeLimitSeconds, normalized)),
    hasPauses: pauses !== null,
    log,
    scoreAt: canBeSeenEarlier(row) ? (timeSeconds) => value(seen(timeSeconds)) : null,
  };
}

/** The score log with every score normalized; null where there is none. */
export const normalizedLog = ({logScores, logSeconds}: AttemptRow, normalized: (score: number) => number): NormalizedLog | null =>
  logScores && {workingSeconds: logSeconds!, scores: logScores.map((score) => (score === null ? null : normalized(score)))};

/**
 * Normalized final score: from the log where that is what finalScore stands for, so that late entries do not count; a
 * final score that has no time of its own (no log, measured again, reported) always counts.
 */
export function finalScore(
  row: AttemptRow,
  log: NormalizedLog | null,
  timeLimitSeconds: number,
  normalized: (score: number) => number,
): number | null {
  const rule = row.finalScoreRule;
  if (log?.scores.some((score) => score !== null) && rule !== "remeasured" && rule !== "reported")
    return scoreWithinLimit(log, timeLimitSeconds, rule);
  return row.finalScore === null ? null : normalized(row.finalScore);
}

/**
 * Whether scores over time are known: there is a log, and it holds scores, or nothing was ever valid. A log without the
 * scores says nothing, and neither does none: attempts that failed are not picked out of a source without logs.
 */
const canBeSeenEarlier = ({logScores, finalScore}: AttemptRow) =>
  logScores !== null && (finalScore === null || logScores.some((score) => score !== null));

import type {Constants, Environment, ScoreRule} from "../environment/environment.js";
import {type NormalizedLog, type Pauses, scoreAtTime, scoreWithinLimit} from "../score/scoreLog.js";
import type {AttemptRow} from "../store/attemptRows.js";
import type {Normalizer} from "./constantsInForce.js";
import {PackedLogs} from "./packedLogs.js";
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
  /** The pauses that `scoreAt` counts; null on the working clock, and where there are none. */
  pauses: Pauses | null;
  /** Normalized score log, not floored; null where the source has none. */
  log: NormalizedLog | null;
  /** Normalized score reached at an earlier time; null for an attempt that has no scores over time. A method, shared by attempts. */
  scoreAt: ((this: ScoredAttempt, timeSeconds: number) => number) | null;
};

type Context = {environment: Environment; normalize: Normalizer; flags: readonly string[]; zero: boolean};

/** Scores attempts one after the other, so that a million of them fit in memory: they share what they can. */
export function attemptScorer({floor, clock}: AnalysisOptions): (row: AttemptRow, context: Context) => ScoredAttempt {
  const logs = new PackedLogs();
  const counted = (score: number | null) => (score === null ? 0 : floor ? Math.max(0, score) : score); // none: the starting score, 0
  const scoreAt = (rule: ScoreRule) =>
    function (this: ScoredAttempt, timeSeconds: number) {
      return counted(scoreAtTime(this.log!, timeSeconds, rule, this.pauses));
    };
  const scoreAtBy = {best: scoreAt("best"), last: scoreAt("last"), first: scoreAt("first")};
  return (row, {environment, normalize, flags, zero}) => {
    const {normalized, constants} = normalize.for(row.group, environment);
    const {sourceFile, agent, kind, scaffold, person, cohort, environmentVersion} = row.group;
    const timeLimitSeconds = row.group.timeLimitSeconds!; // select.ts leaves out those without
    const log = normalizedLog(row, normalized);
    return {
      attemptId: row.attemptId,
      sourceFile,
      agent,
      kind,
      scaffold,
      person,
      cohort,
      environment: row.group.environment,
      environmentVersion,
      timeLimitSeconds,
      workingSeconds: row.workingSeconds,
      flags,
      constants,
      score: zero ? 0 : counted(finalScore(row, log, timeLimitSeconds, normalized)),
      hasPauses: row.pauseAt !== null,
      pauses: clock === "working" ? null : pausesOf(row),
      log: log && logs.add(log),
      scoreAt: !canBeSeenEarlier(row) ? null : zero ? alwaysZero : scoreAtBy[environment.scoreRule],
    };
  };
}

const alwaysZero = () => 0;
const pausesOf = ({pauseAt, pauseSeconds}: AttemptRow): Pauses | null => pauseAt && {atWorkingSeconds: pauseAt, seconds: pauseSeconds!};

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
  const rule = row.group.finalScoreRule;
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

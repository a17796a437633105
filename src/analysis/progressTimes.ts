import {formatDuration} from "../duration.js";
import {HUMAN_ATTEMPT_SECONDS} from "../score/allocations.js";
import {type Cell, type CellOptions, cellOf} from "./cell.js";
import {limitsOf, type Series} from "./series.js";
import type {Warning} from "./settings.js";

/** The attempts that scores are followed in: of 8 hours, as in the paper. */
export const PROGRESS_LIMIT_SECONDS = HUMAN_ATTEMPT_SECONDS;

const STEP_SECONDS = 900;

/** The times that curves are given at: the start, and every 15 minutes until 8 hours. */
export const PROGRESS_TIMES_SECONDS: readonly number[] = Array.from(
  {length: PROGRESS_LIMIT_SECONDS / STEP_SECONDS + 1},
  (_, i) => i * STEP_SECONDS,
);

/** How a curve over time is made, as sentences. */
export const PROGRESS_RULES = {
  attempts: "those of the 8-hour limit whose scores over time are known, the same at every time",
  scoreAtTime:
    "0 at the start, then by the environment's rule among the valid score-log entries until then (no interpolation), and at 8h what the attempt counts with",
} as const;

/** Why a participant has no curve, in words, and how many attempts of 8 hours it has. */
export type NoCurve = {why: "no-attempts" | "no-logs" | "no-score"; reason: string; attempts: number};

/** The 8-hour attempts of a series whose scores over time are known, and how many others it has of that limit; or why there are none. */
export function followedAttempts(series: Series): {series: Series; left: number} | NoCurve {
  const ofLimit = series.attempts.filter(({timeLimitSeconds}) => timeLimitSeconds === PROGRESS_LIMIT_SECONDS);
  const attempts = ofLimit.filter(({scoreAt}) => scoreAt !== null);
  if (attempts.length > 0) return {series: {...series, attempts}, left: ofLimit.length - attempts.length};
  if (ofLimit.length > 0) return {why: "no-logs", reason: withoutLogs(ofLimit.length), attempts: ofLimit.length};
  const limits = limitsOf(series).native.map(formatDuration).join(", ");
  const reason = `no attempts of 8h${limits === "" ? "" : ` (there are ${limits})`}, in which scores over time are followed`;
  return {why: "no-attempts", reason, attempts: 0};
}

/** What is missing where some attempts have final scores only, and how to get it. */
export const withoutLogs = (attempts: number): string =>
  `no score logs: ${attempts === 1 ? "the one 8-hour attempt has its" : `all ${attempts} 8-hour attempts have their`} final score only; import records with a scoreLog`;

/**
 * What some followed attempts had reached at a time of the grid.
 *
 * @param series From {@link followedAttempts}.
 */
export function progressCell(series: Series, timeSeconds: number, cellOptions: CellOptions): Cell {
  const slicedFromSeconds = timeSeconds === PROGRESS_LIMIT_SECONDS ? null : PROGRESS_LIMIT_SECONDS;
  const cell = cellOf(series, {timeLimitSeconds: timeSeconds, slicedFromSeconds}, cellOptions);
  if (timeSeconds > 0) return cell;
  const atStart = cell.environments.map((each) => ({...each, scores: each.scores.map(() => 0)})); // the starting score
  return {...cell, environments: atStart};
}

/** Attempts of 8 hours that are in no curve. */
export function notFollowed(agent: string, left: number): Warning[] {
  const what = left === 1 ? "one attempt of 8h has" : `${left} attempts of 8h have`;
  const message = `${agent}: ${what} no scores over time and ${left === 1 ? "is" : "are"} left out`;
  return left === 0 ? [] : [{code: "no-score-log", agent, message}];
}

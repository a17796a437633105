import type {ScoreRule} from "../environment/environment.js";
import {applyScoreRule, LATE_TOLERANCE} from "../environment/scoreRule.js";

/** A score log with normalized scores (higher is better), by time; null where a submission was not valid. */
export type NormalizedLog = {workingSeconds: readonly number[]; scores: readonly (number | null)[]};

/** Pauses by the working time at which they began. */
export type Pauses = {atWorkingSeconds: readonly number[]; seconds: readonly number[]};

/**
 * What a score log gives an attempt within its own limit: by `rule` among the entries whose working time is at most the
 * limit + 1 %. Null when none of them is valid.
 */
export function scoreWithinLimit(log: NormalizedLog, timeLimitSeconds: number, rule: ScoreRule): number | null {
  return scoreUntil(log, rule, log.workingSeconds, timeLimitSeconds * (1 + LATE_TOLERANCE));
}

/**
 * What the attempt had reached at `timeSeconds`, before its limit: by `rule` among the valid entries until then, on the
 * working clock, or with `pauses` on the wall clock (working time plus the pauses so far). Null when there are none yet.
 */
export function scoreAtTime(log: NormalizedLog, timeSeconds: number, rule: ScoreRule, pauses: Pauses | null): number | null {
  const times = pauses === null ? log.workingSeconds : log.workingSeconds.map((seconds) => wallSeconds(seconds, pauses));
  return scoreUntil(log, rule, times, timeSeconds);
}

/**
 * Wall-clock time since the start: working time plus every pause that began before it.
 *
 * @example wallSeconds(100, {atWorkingSeconds: [40, 100], seconds: [5, 7]}) // => 105
 */
export function wallSeconds(workingSeconds: number, {atWorkingSeconds, seconds}: Pauses): number {
  let wall = workingSeconds;
  for (let i = 0; i < seconds.length; ++i) if (atWorkingSeconds[i]! < workingSeconds) wall += seconds[i]!;
  return wall;
}

function scoreUntil(log: NormalizedLog, rule: ScoreRule, times: readonly number[], latest: number): number | null {
  const counted = log.scores.filter((_, i) => times[i]! <= latest);
  return applyScoreRule(rule, counted, true);
}

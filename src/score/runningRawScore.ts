import type {ScoreRule} from "../environment/environment.js";
import {applyScoreRule, LATE_TOLERANCE} from "../environment/scoreRule.js";

/** A score log as it is stored, by working time; null where a submission was not valid. */
export type RawLog = {workingSeconds: readonly number[]; scores: readonly (number | null)[]};

/**
 * The raw score that an attempt counts with over time: its best, last or first valid log entry so far. A point at the first valid
 * entry, one wherever the score changes, and one at the time limit. Entries up to 1 % late count there, later ones do not.
 *
 * @returns By time, one at a time. Empty where nothing valid was scored.
 * @example runningRawScore({workingSeconds: [6], scores: [2]}, {rule: "best", higherIsBetter: true, timeLimitSeconds: 9}) // => [{timeSeconds: 6, score: 2}, {timeSeconds: 9, score: 2}]
 */
export function runningRawScore(
  {workingSeconds, scores}: RawLog,
  {rule, higherIsBetter, timeLimitSeconds}: {rule: ScoreRule; higherIsBetter: boolean; timeLimitSeconds: number},
): {timeSeconds: number; score: number}[] {
  const counted = workingSeconds.filter((seconds) => seconds <= timeLimitSeconds * (1 + LATE_TOLERANCE));
  const times = counted.map((seconds) => Math.min(seconds, timeLimitSeconds));
  const points: {timeSeconds: number; score: number}[] = [];
  let kept: number | null = null;
  for (const [i, timeSeconds] of times.entries()) {
    kept = applyScoreRule(rule, [kept, scores[i]!], higherIsBetter);
    const isLastThen = times[i + 1] !== timeSeconds;
    if (isLastThen && kept !== null && kept !== points.at(-1)?.score) points.push({timeSeconds, score: kept});
  }
  if (kept === null || points.at(-1)?.timeSeconds === timeLimitSeconds) return points;
  return [...points, {timeSeconds: timeLimitSeconds, score: kept}];
}

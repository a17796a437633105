import {LATE_TOLERANCE} from "../environment/scoreRule.js";
import type {NormalizedLog} from "./scoreLog.js";

/**
 * When an attempt got better: the working times of its valid score-log entries that beat the starting score (0) and every
 * valid entry before them, among those within the limit + 1 %. It does not matter which entry the attempt counts with.
 *
 * @param log Normalized, not floored, by time.
 * @returns Seconds, ascending; empty for an attempt that never got better.
 * @example improvements({workingSeconds: [60, 120, 180, 240], scores: [-0.1, 0.2, 0.1, 0.5]}, 1800) // => [120, 240]
 */
export function improvements({workingSeconds, scores}: NormalizedLog, timeLimitSeconds: number): number[] {
  const latest = timeLimitSeconds * (1 + LATE_TOLERANCE);
  let best = 0;
  return workingSeconds.filter((seconds, i) => {
    const score = scores[i]!;
    if (score === null || score <= best || seconds > latest) return false;
    best = score;
    return true;
  });
}

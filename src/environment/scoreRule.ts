import type {ScoreRule} from "./environment.js";

/** Score-log entries later than the time limit by more than this share do not count. */
export const LATE_TOLERANCE = 0.01;

/**
 * The score that a score log gives an attempt: its best, last or first valid entry.
 *
 * @param scores By time; null where the submission was not valid.
 * @returns null when no entry is valid.
 * @example applyScoreRule("last", [0.2, 0.9, 0.5, null], true) // => 0.5
 */
export function applyScoreRule(rule: ScoreRule, scores: readonly (number | null)[], higherIsBetter: boolean): number | null {
  let kept: number | null = null;
  for (const score of scores) {
    if (score === null) continue;
    if (kept === null || rule === "last" || (rule === "best" && (higherIsBetter ? score > kept : score < kept))) kept = score;
  }
  return kept;
}

import {percentText} from "./text.js";

// Sentences that several captions have in common.

/** What the scores are. */
export const SCORE_SCALE = "Normalized score: 0 is the starting solution, 1 the reference.";

/** `n = 40 to 498 attempts a point.` */
export function attemptsSentence(counts: readonly number[], what = "a point"): string {
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  return `n = ${fewest === most ? fewest : `${fewest} to ${most}`} attempts ${what}.`;
}

/** What hollow points are, or that all points cover everything. */
export function coverageSentence(rows: readonly {environmentCount: number; environmentTotal: number}[]): string {
  const total = Math.max(...rows.map(({environmentTotal}) => environmentTotal));
  const some = rows.some(({environmentCount, environmentTotal}) => environmentCount < environmentTotal);
  return some ? `Hollow points cover fewer than ${total} environments.` : `Every point covers all ${total} environments.`;
}

/** How many of the intervals may be too short; empty where none is. */
export function calibrationSentence(rows: readonly {calibrated: boolean | null}[]): string {
  const uncalibrated = rows.filter(({calibrated}) => calibrated === false).length;
  if (uncalibrated === 0) return "";
  const share = percentText(uncalibrated / rows.filter(({calibrated}) => calibrated !== null).length);
  return `${share} of the intervals rest on too few attempts for their k and may be too short.`;
}

/** Sentences that are there, with spaces between them. */
export const sentences = (...texts: readonly string[]): string => texts.filter((text) => text !== "").join(" ");

import {wallSeconds} from "../score/scoreLog.js";
import type {ScoredAttempt} from "./scoredAttempt.js";

/** A point of a step function: the score from that time on. */
export type ScorePoint = {timeSeconds: number; score: number};

/**
 * The score of an attempt over time, as the environment's rule has it: 0 from the start, a point wherever it changes, and one at the
 * time limit with what the attempt counts with (entries up to 1 % late, and a score measured again, included).
 *
 * @param attempt One that can be seen before its limit.
 * @returns By time, one at a time besides the start.
 */
export function runningScore(attempt: ScoredAttempt): ScorePoint[] {
  const points = [{timeSeconds: 0, score: 0}];
  const {workingSeconds, scores} = attempt.log!;
  const unpacked = {...attempt, log: {workingSeconds, scores}}; // once, not for every time
  for (const timeSeconds of scoredTimes(unpacked)) {
    const score = unpacked.scoreAt!(timeSeconds);
    if (score !== points.at(-1)!.score) points.push({timeSeconds, score});
  }
  return [...points, {timeSeconds: attempt.timeLimitSeconds, score: attempt.score}];
}

/** The times before the limit at which something valid was scored, each once. */
function scoredTimes({log, pauses, timeLimitSeconds}: ScoredAttempt): number[] {
  const {workingSeconds, scores} = log!;
  const times = workingSeconds
    .filter((_, i) => scores[i] !== null)
    .map((seconds) => (pauses === null ? seconds : wallSeconds(seconds, pauses)));
  return [...new Set(times)].filter((seconds) => seconds < timeLimitSeconds);
}

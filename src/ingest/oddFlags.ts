import type {Environment} from "../environment/environment.js";
import {applyScoreRule, LATE_TOLERANCE} from "../environment/scoreRule.js";
import {type Attempt, type FlagEvent, IMPORT_AUTHOR} from "../record/attempt.js";

/**
 * What looks odd in a record, as flags; nothing in the record is changed.
 *
 * - `over-long`: a person worked more than 1.5 × the time limit.
 * - `short`: a person worked less than half of it.
 * - `above-ceiling`: the final score, of entries within the time limit, is over the upper end of the environment's estimated ceiling, both normalized with
 *   the constants that the ceiling is stated in.
 * - `not-isolated`: the runner says that nothing stood between participant and scorer (`--sandbox none`), so the score could have been made.
 */
export function oddFlags(attempt: Attempt, environment: Environment): FlagEvent[] {
  const odd: [flag: string, reason: string][] = [];
  const {participant, workingSeconds, timeLimitSeconds} = attempt;
  if (participant.kind === "human" && workingSeconds !== null && timeLimitSeconds !== null) {
    const share = workingSeconds / timeLimitSeconds;
    const worked = `worked ${hours(workingSeconds)} h of a limit of ${hours(timeLimitSeconds)} h`;
    if (share > 1.5) odd.push(["over-long", worked]);
    if (share < 0.5) odd.push(["short", worked]);
  }
  const score = scoreAgainstCeiling(attempt, environment);
  const {high, constants} = environment.estimatedCeiling ?? {high: Number.POSITIVE_INFINITY, constants: ""};
  if (score !== null && score > high) {
    odd.push(["above-ceiling", `normalized score ${rounded(score)} (constants ${constants}) is over the estimated ceiling of ${high}`]);
  }
  if (attempt.sourceFields?.["mechanism.isolation"] === "none") {
    odd.push(["not-isolated", "made without a sandbox: nothing stood between the participant and its scorer"]);
  }
  const decided = new Set(attempt.flags.map(({flag}) => flag));
  return odd
    .filter(([flag]) => !decided.has(flag))
    .map(([flag, reason]) => ({flag, action: "add", author: IMPORT_AUTHOR, reason, time: null}));
}

/** The final score normalized with the ceiling's constants; null where it or its scale is unknown, or the tier is not `full`. */
function scoreAgainstCeiling(attempt: Attempt, environment: Environment): number | null {
  const {estimatedCeiling, tiers} = environment;
  const finalScore = finalScoreInTime(attempt, environment);
  const {scoreScale, startingScore, referenceScore} = attempt;
  const constants = estimatedCeiling && tiers.full?.constants[estimatedCeiling.constants];
  if (finalScore === null || !constants || attempt.tier === "small") return null;
  if (scoreScale === "normalized" && (startingScore === null || referenceScore === null)) return null;
  const raw = scoreScale === "normalized" ? startingScore! + finalScore * (referenceScore! - startingScore!) : finalScore;
  return (raw - constants.startingScore) / (constants.referenceScore - constants.startingScore);
}

/** The final score without those entries of the score log that are too late to count; null where only they have a score. */
function finalScoreInTime(attempt: Attempt, {direction}: Environment): number | null {
  const {finalScore, finalScoreRule: rule, scoreLog, scoreScale, timeLimitSeconds} = attempt;
  if (timeLimitSeconds === null || !scoreLog?.some(({score}) => score !== null)) return finalScore;
  const latest = timeLimitSeconds * (1 + LATE_TOLERANCE);
  if (scoreLog.at(-1)!.workingSeconds <= latest) return finalScore;
  const scores = scoreLog.filter(({workingSeconds}) => workingSeconds <= latest).map(({score}) => score);
  if (rule !== "remeasured" && rule !== "reported")
    return applyScoreRule(rule, scores, scoreScale === "normalized" || direction === "higher");
  return scores.some((score) => score !== null) ? finalScore : null;
}

const rounded = (value: number) => String(Math.round(value * 1000) / 1000);
const hours = (seconds: number) => String(Math.round(seconds / 36) / 100);

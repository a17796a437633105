import type {Environment} from "../environment/environment.js";
import {applyScoreRule, LATE_TOLERANCE} from "../environment/scoreRule.js";
import {type Attempt, attemptSchema} from "../record/attempt.js";
import {excerpt, parseJsonLine, problemsOf} from "./jsonLine.js";
import type {ImportContext, Problem, Row} from "./row.js";

/** One line of a file of run records (our own format, `src/record/record.schema.json`). */
export function readRecord(text: string, line: number, {catalogue, humanTimeLimitSeconds}: ImportContext): Row & {limitAssumed?: boolean} {
  const parsed = parseJsonLine(text, line);
  if ("problems" in parsed) return {line, text, problems: parsed.problems};
  const result = attemptSchema.safeParse(parsed.value);
  if (!result.success) return {line, text, problems: problemsOf(result.error, parsed.value, line)};
  const attempt = result.data;
  const environment = catalogue.find(attempt.environment);
  if (environment === undefined) return {line, text, problems: [unknownEnvironment(attempt, line, catalogue.environments)]};
  const limitAssumed = attempt.participant.kind === "human" && attempt.timeLimitSeconds === null;
  const isRecord = attempt.environment === environment.name && attempt.flags.length === 0 && attempt.provenance === null && !limitAssumed;
  attempt.environment = environment.name;
  if (limitAssumed) [attempt.timeLimitSeconds, attempt.timeLimitAssumed] = [humanTimeLimitSeconds, true];
  const mismatch = otherRule(attempt, environment, line) ?? finalScoreMismatch(attempt, environment, line);
  return mismatch ? {line, text, problems: [mismatch]} : {line, text, attempt, isRecord, limitAssumed};
}

function unknownEnvironment(attempt: Attempt, line: number, environments: readonly Environment[]): Problem {
  const known = environments.map(({name}) => name).join(", ");
  return {
    line,
    field: "environment",
    found: excerpt(attempt.environment),
    expected: `one of ${known}, or one of your own with --environments-dir`,
  };
}

/** An attempt scored by another rule than its environment's cannot be compared with the others. Other versions may have another. */
function otherRule(
  {finalScoreRule: rule, environmentVersion}: Attempt,
  {name, version, scoreRule}: Environment,
  line: number,
): Problem | null {
  if (rule === "remeasured" || rule === "reported" || rule === scoreRule) return null;
  if (environmentVersion !== null && environmentVersion !== version) return null;
  return {line, field: "finalScoreRule", found: rule, expected: `${scoreRule}, the rule of ${name} (or remeasured, or reported)`};
}

/** A final score that contradicts its own log would count or not depending on who reads it. */
function finalScoreMismatch(attempt: Attempt, {direction}: Environment, line: number): Problem | null {
  const {finalScore, finalScoreRule: rule, scoreLog, timeLimitSeconds} = attempt;
  if (rule === "remeasured" || rule === "reported" || !scoreLog?.some(({score}) => score !== null)) return null;
  const higherIsBetter = attempt.scoreScale === "normalized" || direction === "higher";
  const latest = (timeLimitSeconds ?? Number.POSITIVE_INFINITY) * (1 + LATE_TOLERANCE);
  const inTime = scoreLog.filter(({workingSeconds}) => workingSeconds <= latest);
  const [ofAll, ofInTime] = [scoreLog, inTime].map((log) =>
    applyScoreRule(
      rule,
      log.map(({score}) => score),
      higherIsBetter,
    ),
  );
  if (finalScore === ofAll || finalScore === ofInTime) return null;
  return {
    line,
    field: "finalScore",
    found: String(finalScore),
    expected: `${ofAll}, the ${rule} of the score log (or finalScoreRule "remeasured")`,
  };
}

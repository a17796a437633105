import {agentLabel} from "../record/agentLabel.js";
import type {Attempt} from "../record/attempt.js";

/** The columns of `attempts` that repeat parts of the record, with their types as DuckDB's JSON functions name them. */
export const COLUMN_TYPES = {
  attempt_id: "VARCHAR",
  agent: "VARCHAR",
  kind: "VARCHAR",
  model: "VARCHAR",
  scaffold: "VARCHAR",
  person: "VARCHAR",
  cohort: "VARCHAR",
  environment: "VARCHAR",
  environment_version: "VARCHAR",
  tier: "VARCHAR",
  time_limit_seconds: "DOUBLE",
  working_seconds: "DOUBLE",
  status: "VARCHAR",
  score_scale: "VARCHAR",
  starting_score: "DOUBLE",
  reference_score: "DOUBLE",
  final_score: "DOUBLE",
  final_score_rule: "VARCHAR",
  log_seconds: ["DOUBLE"],
  log_scores: ["DOUBLE"],
  pause_at: ["DOUBLE"],
  pause_seconds: ["DOUBLE"],
  synthetic: "BOOLEAN",
  provenance: "VARCHAR",
} as const;

export const COLUMN_NAMES = Object.keys(COLUMN_TYPES) as (keyof typeof COLUMN_TYPES)[];

type Value<T> = T extends readonly string[]
  ? (number | null)[] | null
  : (T extends "DOUBLE" ? number : T extends "BOOLEAN" ? boolean : string) | null;
export type AttemptColumns = {[Name in keyof typeof COLUMN_TYPES]: Value<(typeof COLUMN_TYPES)[Name]>};

/** What the columns hold for one attempt. */
export function attemptColumns(attempt: Attempt): AttemptColumns {
  const {participant, scoreLog, pauses, provenance} = attempt;
  const [agent, human] = participant.kind === "agent" ? [participant, null] : [null, participant];
  return {
    attempt_id: attempt.id,
    agent: agentLabel(participant),
    kind: participant.kind,
    model: agent?.model ?? null,
    scaffold: agent?.scaffold ?? null,
    person: human?.person ?? null,
    cohort: human?.cohort ?? null,
    environment: attempt.environment,
    environment_version: attempt.environmentVersion,
    tier: attempt.tier,
    time_limit_seconds: attempt.timeLimitSeconds,
    working_seconds: attempt.workingSeconds,
    status: attempt.status,
    score_scale: attempt.scoreScale,
    starting_score: attempt.startingScore,
    reference_score: attempt.referenceScore,
    final_score: attempt.finalScore,
    final_score_rule: attempt.finalScoreRule,
    log_seconds: scoreLog?.map(({workingSeconds}) => workingSeconds) ?? null,
    log_scores: scoreLog?.map(({score}) => score) ?? null,
    pause_at: pauses?.map(({atWorkingSeconds}) => atWorkingSeconds) ?? null,
    pause_seconds: pauses?.map(({seconds}) => seconds) ?? null,
    synthetic: attempt.sourceFields?.synthetic === true,
    provenance: provenance && JSON.stringify(provenance),
  };
}

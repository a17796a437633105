import {type Attempt, attemptSchema} from "./attempt.js";

/**
 * Whether a record that was read before has every field in the order of the schema: then `attemptSchema.parse` gives it back as it
 * is, at many times the cost. Fields of `host` and `sourceFields` have no order, and flags are not looked into.
 *
 * @param record The JSON value of a record that the schema has accepted.
 */
export function isWhole(record: unknown): record is Attempt {
  return hasFieldsOf(record, TEMPLATES[(record as Attempt).participant.kind]);
}

/** A record with one entry in every list. */
const templateOf = (participant: {kind: "agent" | "human"}): unknown =>
  attemptSchema.parse({
    schemaVersion: 1,
    id: "template",
    participant,
    environment: "template",
    status: "finished",
    finalScoreRule: "best",
    pauses: [{atWorkingSeconds: 0, seconds: 0, reason: "template"}],
    scoreLog: [{workingSeconds: 0}],
    tokenUsage: [{model: "template"}],
  });

const TEMPLATES = {agent: templateOf({kind: "agent"}), human: templateOf({kind: "human"})};

function hasFieldsOf(value: unknown, template: unknown): boolean {
  if (value === null || template === null || typeof template !== "object") return true;
  if (Array.isArray(template)) return template.length === 0 || (value as unknown[]).every((each) => hasFieldsOf(each, template[0]));
  const names = Object.keys(template);
  const fields = Object.entries(value as object);
  return (
    fields.length === names.length &&
    fields.every(([name, field], i) => name === names[i] && hasFieldsOf(field, (template as Record<string, unknown>)[name]))
  );
}

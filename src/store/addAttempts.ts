import {type DuckDBConnection, LIST, listValue, VARCHAR} from "@duckdb/node-api";
import {agentLabel} from "../record/agentLabel.js";
import type {Attempt} from "../record/attempt.js";
import {addFlagEvents, flagHistories} from "./flagEvents.js";
import {missingFlagEvents} from "./missingFlagEvents.js";

/** What became of a batch. `conflicts` were not written. */
export type AddResult = {added: Attempt[]; replaced: Attempt[]; unchanged: number; newFlagEvents: number; conflicts: Conflict[]};

/** An attempt whose id is taken by one with other content; `differs` names the fields. */
export type Conflict = {attempt: Attempt; otherSourceId: number; differs: string[]};

/** The part of an attempt that makes it the same attempt: all but its flags and where it was read from. Canonical JSON. */
export function contentOf(attempt: Attempt): string {
  const {host, sourceFields} = attempt;
  return JSON.stringify({...attempt, host: sorted(host), sourceFields: sorted(sourceFields), flags: [], provenance: null});
}

/** By key: in these two objects the file decides the order, and it means nothing. */
const sorted = <T extends Record<string, unknown> | null>(fields: T) =>
  fields && Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * Adds attempts, inside the caller's transaction. One that is there already with the same content gains only flag events
 * it does not have; one with other content is a conflict, or takes the place of the old one when `replace` is set. The
 * flag history stays, and says so where a flag of ours no longer holds. Within one source nothing is ever replaced: which of
 * two lines is right cannot be known.
 */
export async function addAttempts(
  connection: DuckDBConnection,
  attempts: readonly Attempt[],
  {sourceId, replace}: {sourceId: number; replace: boolean},
): Promise<AddResult> {
  const result: AddResult = {added: [], replaced: [], unchanged: 0, newFlagEvents: 0, conflicts: []};
  const known = await contentById(connection, attempts);
  const pending = new Map<string, string>();
  const rows: {attempt: Attempt; content: string}[] = [];
  const toRemove: string[] = [];
  for (const attempt of attempts) {
    const content = contentOf(attempt);
    const other = pending.has(attempt.id) ? {record: pending.get(attempt.id)!, sourceId} : known.get(attempt.id);
    if (other?.record === content) {
      ++result.unchanged;
    } else if (other === undefined) {
      pending.set(attempt.id, content);
      rows.push({attempt, content});
      result.added.push(attempt);
    } else if (replace && other.sourceId !== sourceId) {
      pending.set(attempt.id, content);
      toRemove.push(attempt.id);
      rows.push({attempt, content});
      result.replaced.push(attempt);
    } else {
      result.conflicts.push({attempt, otherSourceId: other.sourceId, differs: differingFields(other.record, content)});
    }
  }
  if (toRemove.length > 0)
    await connection.run(
      "delete from attempts where attempt_id in (select unnest($ids))",
      {ids: listValue(toRemove)},
      {ids: LIST(VARCHAR)},
    );
  if (rows.length > 0) await insert(connection, rows, sourceId);
  result.newFlagEvents = await addMissingFlags(connection, attempts, new Set(toRemove));
  return result;
}

async function contentById(
  connection: DuckDBConnection,
  attempts: readonly Attempt[],
): Promise<Map<string, {record: string; sourceId: number}>> {
  const reader = await connection.runAndReadAll(
    `select attempt_id, record, source_id from attempts
       join (select unnest($ids) as attempt_id) using (attempt_id) order by attempt_id`,
    {ids: listValue(attempts.map(({id}) => id))},
    {ids: LIST(VARCHAR)},
  );
  return new Map(reader.getRows().map(([id, record, sourceId]) => [String(id), {record: String(record), sourceId: Number(sourceId)}]));
}

const STRUCTURE = JSON.stringify({
  id: "VARCHAR",
  participant: {kind: "VARCHAR", model: "VARCHAR", scaffold: "VARCHAR", person: "VARCHAR", cohort: "VARCHAR"},
  environment: "VARCHAR",
  environmentVersion: "VARCHAR",
  tier: "VARCHAR",
  timeLimitSeconds: "DOUBLE",
  workingSeconds: "DOUBLE",
  status: "VARCHAR",
  scoreScale: "VARCHAR",
  startingScore: "DOUBLE",
  referenceScore: "DOUBLE",
  finalScore: "DOUBLE",
  finalScoreRule: "VARCHAR",
  scoreLog: [{workingSeconds: "DOUBLE", score: "DOUBLE"}],
  pauses: [{atWorkingSeconds: "DOUBLE", seconds: "DOUBLE"}],
});

const INSERT = `
insert into attempts by name
select a.id as attempt_id, $sourceId::integer as source_id, agent, a.participant.kind as kind,
       a.participant.model as model, a.participant.scaffold as scaffold, a.participant.person as person, a.participant.cohort as cohort,
       a.environment as environment, a.environmentVersion as environment_version, a.tier as tier,
       a.timeLimitSeconds as time_limit_seconds, a.workingSeconds as working_seconds, a.status as status,
       a.scoreScale as score_scale, a.startingScore as starting_score, a.referenceScore as reference_score,
       a.finalScore as final_score, a.finalScoreRule as final_score_rule,
       list_transform(a.scoreLog, lambda e: e.workingSeconds) as log_seconds, list_transform(a.scoreLog, lambda e: e.score) as log_scores,
       list_transform(a.pauses, lambda p: p.atWorkingSeconds) as pause_at, list_transform(a.pauses, lambda p: p.seconds) as pause_seconds,
       nullif(provenance, '') as provenance, record
  from (select record, agent, provenance, json_transform(record, '${STRUCTURE}') as a
          from (select unnest($records) as record, unnest($agents) as agent, unnest($provenances) as provenance))`;

async function insert(connection: DuckDBConnection, rows: readonly {attempt: Attempt; content: string}[], sourceId: number): Promise<void> {
  await connection.run(
    INSERT,
    {
      sourceId,
      records: listValue(rows.map(({content}) => content)),
      agents: listValue(rows.map(({attempt}) => agentLabel(attempt.participant))),
      provenances: listValue(rows.map(({attempt}) => (attempt.provenance === null ? "" : JSON.stringify(attempt.provenance)))),
    },
    {records: LIST(VARCHAR), agents: LIST(VARCHAR), provenances: LIST(VARCHAR)},
  );
}

/** Appends the flag events that attempts bring and the store does not have yet. Returns how many. */
async function addMissingFlags(connection: DuckDBConnection, attempts: readonly Attempt[], replaced: ReadonlySet<string>): Promise<number> {
  const concerned = attempts.filter(({id, flags}) => flags.length > 0 || replaced.has(id));
  if (concerned.length === 0) return 0;
  const histories = await flagHistories(
    connection,
    concerned.map(({id}) => id),
  );
  const events = concerned.flatMap(({id, flags}) => {
    const history = histories.get(id) ?? [];
    const missing = missingFlagEvents(history, flags, replaced.has(id));
    histories.set(id, [...history, ...missing]);
    return missing.map((event) => ({attemptId: id, event}));
  });
  await addFlagEvents(connection, events);
  return events.length;
}

function differingFields(a: string, b: string): string[] {
  const [left, right] = [JSON.parse(a), JSON.parse(b)] as [Record<string, unknown>, Record<string, unknown>];
  return Object.keys(right).filter((key) => JSON.stringify(left[key]) !== JSON.stringify(right[key]));
}

import {type DuckDBConnection, LIST, listValue, VARCHAR} from "@duckdb/node-api";
import {agentLabel} from "../record/agentLabel.js";
import type {Attempt, FlagEvent} from "../record/attempt.js";
import {addFlagEvents, flagHistories} from "./flagEvents.js";

/** What became of a batch. `conflicts` were not written. */
export type AddResult = {added: Attempt[]; replaced: Attempt[]; unchanged: number; newFlagEvents: number; conflicts: Conflict[]};

/** An attempt whose id is taken by one with other content; `differs` names the fields. */
export type Conflict = {attempt: Attempt; otherSourceId: number; differs: string[]};

/** The part of an attempt that makes it the same attempt: all but its flags and where it was read from. Canonical JSON. */
export const contentOf = (attempt: Attempt): string => JSON.stringify({...attempt, flags: [], provenance: null});

/**
 * Adds attempts, inside the caller's transaction. One that is there already with the same content gains only flag events
 * it does not have; one with other content is a conflict, or takes the place of the old one when `replace` is set (the
 * flag history stays).
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
    const other = known.get(attempt.id) ?? (pending.has(attempt.id) ? {record: pending.get(attempt.id)!, sourceId} : undefined);
    if (other?.record === content) {
      ++result.unchanged;
    } else if (other === undefined) {
      pending.set(attempt.id, content);
      rows.push({attempt, content});
      result.added.push(attempt);
    } else if (replace && !pending.has(attempt.id)) {
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
  result.newFlagEvents = await addMissingFlags(connection, attempts);
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

/** Flag events that attempts bring and the store does not have yet, appended in their order. Returns how many. */
async function addMissingFlags(connection: DuckDBConnection, attempts: readonly Attempt[]): Promise<number> {
  const flagged = attempts.filter(({flags}) => flags.length > 0);
  if (flagged.length === 0) return 0;
  const histories = await flagHistories(
    connection,
    flagged.map(({id}) => id),
  );
  const seen = new Set([...histories].flatMap(([id, history]) => history.map((event) => eventKey(id, event))));
  const events: {attemptId: string; event: FlagEvent}[] = [];
  for (const {id, flags} of flagged) {
    for (const event of flags) {
      const key = eventKey(id, event);
      if (!seen.has(key)) events.push({attemptId: id, event});
      seen.add(key);
    }
  }
  await addFlagEvents(connection, events);
  return events.length;
}

const eventKey = (attemptId: string, {flag, action, author, reason, time}: FlagEvent) =>
  JSON.stringify([attemptId, flag, action, author, reason, time]);

function differingFields(a: string, b: string): string[] {
  const [left, right] = [JSON.parse(a), JSON.parse(b)] as [Record<string, unknown>, Record<string, unknown>];
  return Object.keys(right).filter((key) => JSON.stringify(left[key]) !== JSON.stringify(right[key]));
}

import {type DuckDBConnection, LIST, listValue, VARCHAR} from "@duckdb/node-api";
import {attemptSchema, type FlagEvent} from "../record/attempt.js";
import {type AttemptBatch, pick, recordOf} from "./attemptBatch.js";
import {COLUMN_NAMES, COLUMN_TYPES} from "./attemptColumns.js";
import {addFlagEvents, flagHistories} from "./flagEvents.js";
import {missingFlagEvents} from "./missingFlagEvents.js";

/** What became of a batch: positions of the attempts that were added or took another's place. `conflicts` were not written. */
export type AddResult = {added: number[]; replaced: number[]; unchanged: number; newFlagEvents: number; conflicts: Conflict[]};

/** An attempt whose id is taken by one with other content; `differs` names the fields. */
export type Conflict = {attemptId: string; otherSourceId: number; differs: string[]};

/** Where batches go. */
export type Target = {
  sourceId: number;
  replace: boolean;
  /** Whether the store had no attempts before this source. */
  wasEmpty: boolean;
  /** The ids that this source has added so far. */
  added: Set<string>;
};

type Known = Map<string, {record: string; sourceId: number}>;

/**
 * Adds attempts, inside the caller's transaction. One that is there already with the same content gains only flag events
 * it does not have; one with other content is a conflict, or takes the place of the old one when `replace` is set. The
 * flag history stays, and says so where a flag of ours no longer holds. Within one source nothing is ever replaced: which of
 * two lines is right cannot be known.
 */
export async function addAttempts(connection: DuckDBConnection, batch: AttemptBatch, target: Target): Promise<AddResult> {
  const result = await sortOut(connection, batch, target);
  const replacedIds = result.replaced.map((index) => batch.ids[index]!);
  if (replacedIds.length > 0) {
    const ids = {ids: listValue(replacedIds)};
    await connection.run("delete from attempts where attempt_id in (select unnest($ids))", ids, {ids: LIST(VARCHAR)});
  }
  const written = [...result.added, ...result.replaced].sort((a, b) => a - b);
  if (written.length > 0) await insert(connection, pick(batch, written), target.sourceId);
  for (const index of written) target.added.add(batch.ids[index]!);
  result.newFlagEvents = await addMissingFlags(connection, batch, new Set(replacedIds));
  return result;
}

/** Which attempts of a batch are new, the same as before, or in conflict. */
async function sortOut(
  connection: DuckDBConnection,
  batch: AttemptBatch,
  {sourceId, replace, wasEmpty, added}: Target,
): Promise<AddResult> {
  const result: AddResult = {added: [], replaced: [], unchanged: 0, newFlagEvents: 0, conflicts: []};
  const repeated = new Set(batch.ids).size < batch.ids.length;
  // Looking ids up reads those of the whole store; in one that was empty only this source's own can be taken.
  const taken = wasEmpty ? batch.ids.filter((id) => added.has(id)) : batch.ids;
  const known = await recordsById(connection, taken);
  if (known.size === 0 && !repeated) return {...result, added: batch.ids.map((_, index) => index)};
  const records = batch.records.split("\n");
  batch.ids.forEach((id, index) => {
    const record = records[index]!;
    const other = known.get(id);
    if (other === undefined) result.added.push(index);
    else if (sameContent(other.record, record)) {
      ++result.unchanged;
      return;
    } else if (replace && other.sourceId !== sourceId) result.replaced.push(index);
    else {
      result.conflicts.push({attemptId: id, otherSourceId: other.sourceId, differs: differingFields(other.record, record)});
      return;
    }
    known.set(id, {record, sourceId});
  });
  return result;
}

async function recordsById(connection: DuckDBConnection, ids: readonly string[]): Promise<Known> {
  if (ids.length === 0) return new Map();
  const reader = await connection.runAndReadAll(
    `select attempt_id, record, source_id from attempts
       join (select distinct unnest($ids) as attempt_id) using (attempt_id) order by attempt_id`,
    {ids: listValue([...ids])},
    {ids: LIST(VARCHAR)},
  );
  return new Map(reader.getRows().map(([id, record, sourceId]) => [String(id), {record: String(record), sourceId: Number(sourceId)}]));
}

const STRUCTURE = JSON.stringify(Object.fromEntries(COLUMN_NAMES.map((name) => [name, [COLUMN_TYPES[name]]])));

const INSERT = `
insert into attempts by name
select $sourceId::integer as source_id, unnest(string_split($records, chr(10))) as record,
       ${COLUMN_NAMES.map((name) => `unnest(c.${name}) as ${name}`).join(", ")}
  from (select from_json($columns, '${STRUCTURE}') as c)`;

async function insert(connection: DuckDBConnection, {records, columns}: AttemptBatch, sourceId: number): Promise<void> {
  await connection.run(INSERT, {sourceId, records, columns});
}

/** Appends the flag events that attempts bring and the store does not have yet. Returns how many. */
async function addMissingFlags(connection: DuckDBConnection, {ids, flags}: AttemptBatch, replaced: ReadonlySet<string>): Promise<number> {
  const brought = new Map<string, FlagEvent[]>([...replaced].map((id) => [id, []]));
  for (const {index, events} of flags) brought.set(ids[index]!, [...(brought.get(ids[index]!) ?? []), ...events]);
  if (brought.size === 0) return 0;
  const histories = await flagHistories(connection, [...brought.keys()]);
  const missing = [...brought].flatMap(([attemptId, events]) =>
    missingFlagEvents(histories.get(attemptId) ?? [], events, replaced.has(attemptId)).map((event) => ({attemptId, event})),
  );
  await addFlagEvents(connection, missing);
  return missing.length;
}

/** Whether two records say the same; how they are written does not matter. */
const sameContent = (a: string, b: string): boolean => a === b || canonical(a) === canonical(b);

const canonical = (record: string): string => recordOf(attemptSchema.parse(JSON.parse(record)));

function differingFields(a: string, b: string): string[] {
  const [left, right] = [a, b].map((record) => JSON.parse(canonical(record)) as Record<string, unknown>);
  return Object.keys(right!).filter((key) => JSON.stringify(left![key]) !== JSON.stringify(right![key]));
}

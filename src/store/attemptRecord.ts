import type {DuckDBConnection} from "@duckdb/node-api";
import {nearestNames, RebenchError} from "../errors.js";
import {type Attempt, attemptSchema, type FlagEvent, type Provenance} from "../record/attempt.js";
import {canonicalAttempt} from "../record/canonicalAttempt.js";
import {flagHistories} from "./flagEvents.js";
import {listSources, type SourceRow} from "./sources.js";

/**
 * One attempt with its flag history and provenance.
 *
 * @throws RebenchError `unknown-attempt` with the nearest ids.
 */
export async function attemptRecord(connection: DuckDBConnection, id: string): Promise<Attempt> {
  await checkAttemptExists(connection, id);
  const reader = await connection.runAndReadAll("select record, provenance, source_id from attempts where attempt_id = $id", {id});
  const [record, provenance, sourceId] = reader.getRows()[0]!;
  const flags = (await flagHistories(connection, [id])).get(id) ?? [];
  return wholeAttempt({record, provenance, sourceId, flags}, await listSources(connection));
}

/** What the store keeps in parts: the record, the flag history, and where it came from (its own provenance, else its source). */
export function wholeAttempt(
  {record, provenance, sourceId, flags}: {record: unknown; provenance: unknown; sourceId: unknown; flags: FlagEvent[]},
  sources: readonly SourceRow[],
): Attempt {
  const attempt = canonicalAttempt(attemptSchema.parse(JSON.parse(String(record))));
  if (provenance !== null) return {...attempt, flags, provenance: JSON.parse(String(provenance)) as Provenance};
  const {fileName, sha256, format, toolVersion} = sources.find((each) => each.sourceId === Number(sourceId))!;
  return {...attempt, flags, provenance: {sourceFile: fileName, sourceSha256: sha256, format, toolVersion}};
}

export async function checkAttemptExists(connection: DuckDBConnection, id: string): Promise<void> {
  const found = await connection.runAndReadAll("select 1 from attempts where attempt_id = $id", {id});
  if (found.currentRowCount > 0) return;
  const near = await connection.runAndReadAll(
    "select attempt_id from attempts order by levenshtein(attempt_id, $id), attempt_id limit 50",
    {id},
  );
  const names = nearestNames(
    id,
    near.getRows().map(([name]) => String(name)),
  );
  throw new RebenchError("unknown-attempt", {
    problem: `the store has no attempt "${id}"${names.length > 0 ? `; did you mean ${names.join(" or ")}?` : ""}`,
    hint: "List them with: rebench attempts",
  });
}

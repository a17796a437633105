import {type DuckDBConnection, LIST, listValue, VARCHAR} from "@duckdb/node-api";
import {RebenchError} from "../errors.js";
import {IMPORT_AUTHOR} from "../record/attempt.js";

/** A file that attempts in the store were read from. */
export type SourceRow = {
  sourceId: number;
  fileName: string;
  sha256: string;
  format: string;
  toolVersion: string;
  notes: string[];
  attempts: number;
};

/** Every source and how many attempts it brought, in the order of import. */
export async function listSources(connection: DuckDBConnection): Promise<SourceRow[]> {
  const reader = await connection.runAndReadAll(
    `select s.source_id as "sourceId", file_name as "fileName", sha256, format, tool_version as "toolVersion", notes,
            count(attempt_id)::integer as attempts
       from sources s left join attempts a on a.source_id = s.source_id group by all order by s.source_id`,
  );
  return reader.getRowObjectsJS() as SourceRow[];
}

/** The id that the next source gets. */
export async function nextSourceId(connection: DuckDBConnection): Promise<number> {
  const reader = await connection.runAndReadAll("select coalesce(max(source_id), 0)::integer + 1 from sources");
  return Number(reader.getRows()[0]![0]);
}

export async function addSource(connection: DuckDBConnection, source: Omit<SourceRow, "attempts">): Promise<void> {
  const {sourceId, fileName, sha256, format, toolVersion, notes} = source;
  await connection.run(
    "insert into sources values ($sourceId, $fileName, $sha256, $format, $toolVersion, $notes)",
    {sourceId, fileName, sha256, format, toolVersion, notes: listValue(notes)},
    {notes: LIST(VARCHAR)},
  );
}

/**
 * The source with that number, file name, or beginning of its sha256 (six digits or more).
 *
 * @throws RebenchError `usage` when there is none, or several.
 */
export function findSource(sources: readonly SourceRow[], wanted: string): SourceRow {
  const matches = sources.filter(
    ({sourceId, fileName, sha256}) =>
      String(sourceId) === wanted || fileName === wanted || (wanted.length >= 6 && sha256.startsWith(wanted.toLowerCase())),
  );
  if (matches.length === 1) return matches[0]!;
  const problem = matches.length === 0 ? `no source "${wanted}" in this store` : `${matches.length} sources are called "${wanted}"`;
  throw new RebenchError("usage", {
    problem,
    hint: `Name one by its number: ${sources.map(({sourceId, fileName}) => `${sourceId} (${fileName})`).join(", ") || "the store has none"}.`,
  });
}

/** What went with a source, and how many flag decisions by people stay for when its attempts come back. */
export type Removed = {attempts: number; flagEvents: number; keptFlagEvents: number};

const DERIVED = "(author is not distinct from $author and time is null)";
const OF_SOURCE = "attempt_id in (select attempt_id from attempts where source_id = $sourceId)";

/**
 * Takes a source out with its attempts and the flags that import derived, in one transaction. What people decided stays, and
 * holds again for an attempt of that id that is imported later; so does the flag they decided on, or it would come back
 * after their decision and undo it.
 */
export async function removeSource(connection: DuckDBConnection, sourceId: number): Promise<Removed> {
  await connection.run("begin");
  try {
    const values = {sourceId, author: IMPORT_AUTHOR};
    const flags = await connection.run(
      `delete from flags where ${OF_SOURCE} and ${DERIVED}
          and (attempt_id, flag) not in (select (attempt_id, flag) from flags where ${OF_SOURCE} and not ${DERIVED})`,
      values,
    );
    const kept = await connection.runAndReadAll(`select count(*)::integer from flags where ${OF_SOURCE} and not ${DERIVED}`, values);
    const attempts = await connection.run("delete from attempts where source_id = $sourceId", {sourceId});
    await connection.run("delete from sources where source_id = $sourceId", {sourceId});
    await connection.run("commit");
    return {attempts: Number(attempts.rowsChanged), flagEvents: Number(flags.rowsChanged), keptFlagEvents: Number(kept.getRows()[0]![0])};
  } catch (error) {
    await connection.run("rollback").catch(() => {}); // DuckDB has already rolled back where the failure was its own
    throw error;
  }
}

export async function countAttempts(connection: DuckDBConnection): Promise<number> {
  return Number((await connection.runAndReadAll("select count(*)::integer from attempts")).getRows()[0]![0]);
}

import type {DuckDBConnection} from "@duckdb/node-api";

/** An attempt's record as the store has it: JSON without flags and provenance, though not always in canonical form. */
export type RecordText = {attemptId: string; record: string};

/**
 * The records of some attempts in the order of their ids (by UTF-8 bytes), some thousands at a time; ids that the store lacks are
 * left out. Nothing else may be asked of the connection until all are read.
 *
 * The ids pass as one text: a bound value for each of a million takes longer than reading the records.
 */
export async function* recordTexts(connection: DuckDBConnection, attemptIds: readonly string[]): AsyncGenerator<RecordText[]> {
  const result = await connection.stream(
    `select attempt_id, record from attempts
      where attempt_id in (select unnest(from_json($ids, '["VARCHAR"]')))
      order by attempt_id`,
    {ids: JSON.stringify(attemptIds)},
  );
  for await (const rows of result.yieldRows())
    yield rows.map(([attemptId, record]) => ({attemptId: String(attemptId), record: String(record)}));
}

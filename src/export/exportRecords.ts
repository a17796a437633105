import {type DuckDBConnection, LIST, listValue, VARCHAR} from "@duckdb/node-api";
import {wholeAttempt} from "../store/attemptRecord.js";
import {flagHistories} from "../store/flagEvents.js";
import {listSources} from "../store/sources.js";

/**
 * Attempts as canonical JSON, sorted by id, with the history of their flags and where they first came from. Imported into
 * an empty store and exported again they are the same bytes.
 */
export async function* exportRecords(
  connection: DuckDBConnection,
  {agents, environments}: {agents: readonly string[] | null; environments: readonly string[] | null},
): AsyncGenerator<string> {
  const histories = await flagHistories(connection, "all");
  const sources = await listSources(connection);
  const result = await connection.stream(
    `select attempt_id, source_id, provenance, record from attempts
      where ($agents is null or list_contains($agents, agent)) and ($environments is null or list_contains($environments, environment))
      order by attempt_id`,
    {agents: agents && listValue([...agents]), environments: environments && listValue([...environments])},
    {agents: LIST(VARCHAR), environments: LIST(VARCHAR)},
  );
  for await (const rows of result.yieldRows()) {
    for (const [attemptId, sourceId, provenance, record] of rows) {
      const flags = histories.get(String(attemptId)) ?? [];
      yield JSON.stringify(wholeAttempt({record, provenance, sourceId, flags}, sources));
    }
  }
}

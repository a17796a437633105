import {type DuckDBConnection, LIST, listValue, VARCHAR} from "@duckdb/node-api";
import type {Attempt} from "../record/attempt.js";

/** What the cost of an attempt is made of, as its record has it. */
export type AttemptUsage = Pick<Attempt, "tokenUsage" | "actualCostUsd" | "nominalCostUsd" | "startedAt"> & {attemptId: string};

/**
 * Token usage, recorded costs and start of attempts in the order of their ids, all or those of some agents and environments.
 *
 * Read from the records, which only the question of cost has to open: no column repeats them, and nothing else is slower for it.
 */
export async function attemptUsage(
  connection: DuckDBConnection,
  {agents, environments}: {agents: readonly string[] | null; environments: readonly string[] | null},
): Promise<AttemptUsage[]> {
  const conditions = [
    agents && "agent in (select unnest($agents))",
    environments && "environment in (select unnest($environments))",
  ].filter((condition) => condition !== null);
  const reader = await connection.runAndReadAll(
    `select attempt_id, parts[1]::varchar, parts[2]::varchar, parts[3]::varchar, parts[4]::varchar
       from (select attempt_id, json_extract(record, ['$.tokenUsage', '$.actualCostUsd', '$.nominalCostUsd', '$.startedAt']) as parts
               from attempts ${conditions.length > 0 ? `where ${conditions.join(" and ")}` : ""})
      order by attempt_id`,
    {...(agents && {agents: listValue([...agents])}), ...(environments && {environments: listValue([...environments])})},
    {...(agents && {agents: LIST(VARCHAR)}), ...(environments && {environments: LIST(VARCHAR)})},
  );
  return (reader.getRows() as string[][]).map(([attemptId, ...parts]) => {
    // records are written with every field, so that each part is JSON; checked when they were read
    const [tokenUsage, actualCostUsd, nominalCostUsd, startedAt] = parts.map((part) => JSON.parse(part ?? "null"));
    return {attemptId: attemptId!, tokenUsage, actualCostUsd, nominalCostUsd, startedAt};
  });
}

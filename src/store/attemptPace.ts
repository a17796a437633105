import {type DuckDBConnection, LIST, listValue, VARCHAR} from "@duckdb/node-api";
import type {Attempt} from "../record/attempt.js";

/** What the pace of an attempt is made of, as its record has it. */
export type AttemptPace = Pick<Attempt, "tokenUsage" | "generatingSeconds" | "workingSeconds"> & {attemptId: string};

/** Tokens, time waiting for the model, and time worked of agents' attempts in the order of their ids: of all agents, or of some. */
export async function attemptPace(connection: DuckDBConnection, {agents}: {agents: readonly string[] | null}): Promise<AttemptPace[]> {
  const reader = await connection.runAndReadAll(
    `select attempt_id, working_seconds, parts[1]::varchar, parts[2]::varchar
       from (select attempt_id, working_seconds, json_extract(record, ['$.tokenUsage', '$.generatingSeconds']) as parts
               from attempts where kind = 'agent' ${agents ? "and agent in (select unnest($agents))" : ""})
      order by attempt_id`,
    {...(agents && {agents: listValue([...agents])})},
    {...(agents && {agents: LIST(VARCHAR)})},
  );
  return reader.getRows().map(([attemptId, workingSeconds, ...parts]) => {
    // a source may leave out what it does not know; what it has was checked when it was read
    const [tokenUsage, generatingSeconds] = parts.map((part) => JSON.parse((part as string | null) ?? "null"));
    return {attemptId: String(attemptId), tokenUsage, generatingSeconds, workingSeconds: workingSeconds as number | null};
  });
}

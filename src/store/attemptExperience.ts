import type {DuckDBConnection} from "@duckdb/node-api";

/** Years of experience of who made an attempt; null where the record does not say. */
export type AttemptExperience = {attemptId: string; yearsExperience: number | null};

/** The experience of people, for each of their attempts in the order of ids. */
export async function attemptExperience(connection: DuckDBConnection): Promise<AttemptExperience[]> {
  const reader = await connection.runAndReadAll(
    `select attempt_id, json_extract(record, '$.participant.yearsExperience')::varchar
       from attempts where kind = 'human' order by attempt_id`,
  );
  return reader.getRows().map(([attemptId, years]) => {
    return {attemptId: String(attemptId), yearsExperience: JSON.parse((years as string | null) ?? "null") as number | null};
  });
}

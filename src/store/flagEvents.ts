import {type DuckDBConnection, LIST, listValue, VARCHAR} from "@duckdb/node-api";
import type {FlagEvent} from "../record/attempt.js";

/** The flag events of attempts, oldest first, by attempt id; attempts without any are left out. */
export async function flagHistories(
  connection: DuckDBConnection,
  attemptIds: readonly string[] | "all",
): Promise<Map<string, FlagEvent[]>> {
  const columns = "select attempt_id, flag, action, author, reason, time from flags";
  const reader =
    attemptIds === "all"
      ? await connection.runAndReadAll(`${columns} order by attempt_id, position`)
      : await connection.runAndReadAll(
          `${columns} where attempt_id in (select unnest($ids)) order by attempt_id, position`,
          {ids: listValue([...attemptIds])},
          {ids: LIST(VARCHAR)},
        );
  const histories = new Map<string, FlagEvent[]>();
  for (const [attemptId, flag, action, author, reason, time] of reader.getRows() as (string | null)[][]) {
    const history = histories.get(attemptId!) ?? [];
    history.push({flag: flag!, action: action as FlagEvent["action"], author: author!, reason: reason!, time: time!});
    histories.set(attemptId!, history);
  }
  return histories;
}

/** Appends flag events to the histories of their attempts. Nothing is ever overwritten. */
export async function addFlagEvents(connection: DuckDBConnection, events: readonly {attemptId: string; event: FlagEvent}[]): Promise<void> {
  if (events.length === 0) return;
  await connection.run(
    `insert into flags
     select attempt_id, coalesce((select max(f.position) from flags f where f.attempt_id = e.attempt_id), 0)
              + row_number() over (partition by attempt_id order by sequence), flag, action, author, reason, time
       from (select unnest(from_json($events, '[{"attempt_id":"VARCHAR","sequence":"INTEGER","flag":"VARCHAR","action":"VARCHAR",
               "author":"VARCHAR","reason":"VARCHAR","time":"VARCHAR"}]'), recursive := true)) e
      order by sequence`,
    {events: JSON.stringify(events.map(({attemptId, event}, sequence) => ({attempt_id: attemptId, sequence, ...event})))},
  );
}

import type {DuckDBConnection} from "@duckdb/node-api";
import {AGENT_SLOTS} from "./schema.js";

const KNOWN_SLOTS = "select agent, slot from agent_slots";

/** Agents that have no slot in `known`, with the next ones in the order of their names (by UTF-8 bytes). People take no part. */
const newSlots = (known: string) =>
  `select agent, ((select coalesce(max(slot), -1) from (${known})) + row_number() over (order by agent))::integer as slot
     from (select distinct agent from attempts where kind = 'agent' and agent not in (select agent from (${known})))`;

/**
 * Which slot (0, 1, 2 …) each agent has for good: the colour it is drawn in goes by it, so agents that come later change no other.
 * An agent keeps its slot when its attempts are removed. A store made before slots were stored is as if it had been filled at once.
 */
export async function agentSlots(connection: DuckDBConnection): Promise<Map<string, number>> {
  const known = (await storesSlots(connection)) ? KNOWN_SLOTS : "select '' as agent, 0 as slot where false";
  const reader = await connection.runAndReadAll(`${known} union all ${newSlots(known)} order by slot`);
  return new Map(reader.getRows().map(([agent, slot]) => [String(agent), Number(slot)]));
}

/** Gives slots to the agents that have none, inside the caller's transaction. */
export async function assignAgentSlots(connection: DuckDBConnection): Promise<void> {
  await connection.run(`insert into agent_slots ${newSlots(KNOWN_SLOTS)} order by slot`);
}

/** Makes the table in a store of version 1 and fills it, inside the caller's transaction. */
export async function addAgentSlots(connection: DuckDBConnection): Promise<void> {
  await connection.run(AGENT_SLOTS);
  await assignAgentSlots(connection);
}

async function storesSlots(connection: DuckDBConnection): Promise<boolean> {
  const tables = await connection.runAndReadAll("select 1 from information_schema.tables where table_name = 'agent_slots' order by all");
  return tables.currentRowCount > 0;
}

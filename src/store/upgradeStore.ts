import type {DuckDBConnection} from "@duckdb/node-api";
import {addAgentSlots} from "./agentSlots.js";
import {STORE_VERSION} from "./schema.js";

/** What makes a store of version i + 1 one of version i + 2. */
const STEPS: readonly ((connection: DuckDBConnection) => Promise<void>)[] = [addAgentSlots];

/** Brings a store of an older version up to ours: wholly, or not at all. */
export async function upgradeStore(connection: DuckDBConnection, version: number): Promise<void> {
  await connection.run("begin");
  try {
    for (const step of STEPS.slice(version - 1)) await step(connection);
    await connection.run("update meta set store_version = $version", {version: STORE_VERSION});
    await connection.run("commit");
  } catch (error) {
    await connection.run("rollback").catch(() => {}); // DuckDB has already rolled back where the failure was its own
    throw error;
  }
}

import type {Source} from "../analysis/context.js";
import {Definitions} from "../analysis/definitions.js";
import {nearestNames, RebenchError} from "../errors.js";
import {storeNames} from "../store/attemptRows.js";
import {keptEnvironments} from "../store/environmentVersions.js";
import {printable} from "./terminal.js";

/**
 * The agents asked for, and the environments by their canonical names; null for all.
 *
 * @throws RebenchError `unknown-agent` or `unknown-environment`: a name with a typing error must not look like no attempts.
 */
export async function selectionNames(
  {connection, catalogue}: Source,
  {agents, environments}: {agents?: string[]; environments?: string[]},
): Promise<{agents: string[] | null; environments: string[] | null}> {
  const known = (await storeNames(connection)).agents;
  const unknown = agents?.find((agent) => !known.includes(agent));
  if (unknown !== undefined) {
    const near = nearestNames(unknown, known).map((name) => `"${printable(name)}"`);
    throw new RebenchError("unknown-agent", {
      problem: `the store has no agent "${printable(unknown)}"${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`,
      hint: `It has: ${known.map(printable).join(", ") || "none"}.`,
    });
  }
  if (environments === undefined) return {agents: agents ?? null, environments: null};
  const definitions = new Definitions(catalogue, await keptEnvironments(connection));
  return {agents: agents ?? null, environments: environments.map((name) => definitions.named(name).name)};
}

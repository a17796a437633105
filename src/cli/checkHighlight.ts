import {nearestNames, printable, RebenchError} from "../errors.js";
import {storeNames} from "../store/attemptRows.js";
import type {Opened} from "./openForReading.js";

/**
 * `--highlight` of a name that nobody has would fade everybody.
 *
 * @throws RebenchError `unknown-agent` with the nearest names.
 */
export async function checkHighlight(highlight: readonly string[] | null, {source}: Opened): Promise<void> {
  const {agents} = await storeNames(source.connection);
  const wrong = highlight?.find((name) => !agents.includes(name));
  if (wrong === undefined) return;
  const near = nearestNames(wrong, agents);
  throw new RebenchError("unknown-agent", {
    problem: `--highlight: the store has no agent "${printable(wrong)}"${near.length > 0 ? `; did you mean ${near.map(printable).join(" or ")}?` : ""}`,
    hint: `It has: ${agents.map(printable).join(", ") || "none"}.`,
  });
}

import {from, op} from "arquero";
import type {AttemptCount} from "./importSummary.js";

/** Attempts by agent and time limit (rows) and environment (columns), as text; `–` where there are none. */
export function countTable(counts: readonly AttemptCount[], formatLimit: (seconds: number) => string): {head: string[]; rows: string[][]} {
  const environments = [...new Set(counts.map(({environment}) => environment))].sort();
  const pivoted = from(counts.map((count) => ({...count, limit: count.timeLimitSeconds ?? -1})))
    .groupby("agent", "limit")
    .pivot("environment", {value: (row: {attempts: number}) => op.sum(row.attempts)})
    .orderby("agent", "limit")
    .objects() as Record<string, string | number | undefined>[];
  const rows = pivoted.map((row) => {
    const cells = environments.map((environment) => row[environment] ?? 0).map(Number);
    const limit = Number(row.limit);
    return [
      String(row.agent),
      limit < 0 ? "none" : formatLimit(limit),
      String(cells.reduce((a, b) => a + b, 0)),
      ...cells.map((count) => (count === 0 ? "–" : String(count))),
    ];
  });
  return {head: ["agent", "limit", "all", ...environments.map(abbreviate)], rows};
}

/** Column heads that fit seven to a line of 80 columns: the words of a name, four letters each at most. */
const abbreviate = (name: string) =>
  name
    .split("_")
    .map((word) => word.slice(0, 4))
    .join("\n");

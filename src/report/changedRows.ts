import {printable} from "../errors.js";
import {digestRows} from "../render/provenance/digestRows.js";
import type {Provenance} from "../render/provenance/provenance.js";
import type {FigureRow} from "./figureEntry.js";

/** As many are named; more make nobody wiser. */
const MOST_NAMED = 3;

/** What became of the rows behind a figure, as sentences; none where they are the same. */
export function changedRows(then: Provenance["rows"], rows: readonly FigureRow[]): string[] {
  const now = digestRows(rows);
  if (now.sha256 === then.sha256) return [];
  const counts = now.count === then.count ? `${now.count} rows` : `${then.count} rows then, ${now.count} now`;
  if (then.digests === null || now.digests === null) return [`the rows behind it are others (${counts})`];
  const known = new Set(then.digests);
  const changed = rows.filter((_, i) => !known.has(now.digests![i]!));
  if (changed.length === 0) return [`rows are missing or in another order (${counts})`];
  const named = changed.slice(0, MOST_NAMED).map(rowText);
  const more = changed.length > MOST_NAMED ? `; and ${changed.length - MOST_NAMED} more` : "";
  return [
    `${changed.length} of its rows ${changed.length === 1 ? "is" : "are"} not what the file was drawn from (${counts}), now: ${named.join("; ")}${more}`,
  ];
}

/** What tells rows apart, and what they say. */
const FIELDS = [
  "table",
  "agent",
  "environment",
  "timeBudgetSeconds",
  "timeLimitSeconds",
  "timeSeconds",
  "allocation",
  "k",
  "attemptId",
  "population",
  "scheme",
  "method",
  "n",
  "coverage",
  "score",
  "low",
  "high",
];

const rowText = (row: FigureRow): string =>
  FIELDS.filter((name) => row[name] !== undefined && row[name] !== null)
    .map((name) => `${name} ${printable(shown(row[name]))}`)
    .join(", ");

const shown = (value: unknown) => String(typeof value === "number" ? Number(value.toPrecision(6)) : value);

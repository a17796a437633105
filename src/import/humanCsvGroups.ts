import type {Columns, Field} from "./humanCsvColumns.js";
import type {HumanRow} from "./humanCsvRow.js";
import type {Problem} from "./row.js";

/** The rows of one attempt with the attempt's id. */
export type AttemptRows = {id: string; rows: HumanRow[]};

/**
 * Puts together the rows of each attempt, in file order.
 *
 * One row is one attempt, or with a `log_time` column one entry of its score log: then rows with the same id belong
 * together, or without an `id` column those of the same person and environment. Attempts without id are called
 * `FILE/PERSON/ENVIRONMENT/N`, the same whenever the file is read again; N counts also the rows that cannot be imported.
 *
 * Problems are added to rows that repeat an id, to log rows that no attempt can claim, and to every attempt that such
 * a row may belong to.
 */
export function groupRows(rows: readonly HumanRow[], columns: Columns, fileName: string): AttemptRows[] {
  return columns.log ? groupLog(rows, columns, fileName) : groupSingly(rows, columns, fileName);
}

function groupSingly(rows: readonly HumanRow[], columns: Columns, fileName: string): AttemptRows[] {
  const counts = new Map<string, number>();
  const lines = new Map<string, number>();
  return rows.map((row) => {
    const id = row.cells.id ?? numbered(`${fileName}/${owner(row)}`, counts);
    const first = lines.get(id);
    if (first === undefined) lines.set(id, row.record.line);
    else
      row.problems.push(
        problem(
          row,
          `an id of its own, not that of line ${first} (rows of one score log need a log_time column)`,
          columnName(columns, "id"),
          id,
        ),
      );
    return {id, rows: [row]};
  });
}

const columnName = ({byField}: Columns, field: Field) => byField.get(field)?.name ?? field;

const owner = (row: HumanRow) => `${row.cells.person ?? "anonymous"}/${row.environment?.name ?? "unknown"}`;

function numbered(key: string, counts: Map<string, number>): string {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return `${key}/${count}`;
}

function groupLog(rows: readonly HumanRow[], columns: Columns, fileName: string): AttemptRows[] {
  const hasIds = columns.byField.has("id");
  const groups = new Map<string, HumanRow[]>();
  const unplaced: HumanRow[] = [];
  for (const row of rows) {
    const {id, person} = row.cells;
    const key = hasIds ? id : person === null || row.environment === null ? null : `${fileName}/${owner(row)}/1`;
    if (key === null || swallowsLines(row)) unplaced.push(row);
    else if (groups.has(key)) groups.get(key)!.push(row);
    else groups.set(key, [row]);
  }
  const attempts = [...groups].map(([id, rows]) => ({id, rows}));
  blockPossibleOwners(attempts, unplaced);
  for (const row of unplaced.filter(({problems}) => problems.length === 0)) {
    const field = columnName(columns, hasIds ? "id" : "person");
    row.problems.push(problem(row, "an id or a person: by them the rows of a score log are put together", field, "an empty cell"));
  }
  return [...attempts, ...unplaced.map((row) => ({id: "", rows: [row]}))];
}

/** A cell with an open quote takes the lines below it, whosever they are. */
const swallowsLines = ({record}: HumanRow) => record.malformed !== null && record.text.includes("\n");

/** An attempt that may miss a row is not imported: its score could be another. */
function blockPossibleOwners(attempts: readonly AttemptRows[], unplaced: readonly HumanRow[]): void {
  const claims = new Map<string, number>(); // person and environment, each or both unknown → line
  for (const row of unplaced) {
    const known = !swallowsLines(row);
    claims.set(claim(known ? row.cells.person : null, known ? (row.environment?.name ?? null) : null), row.record.line);
  }
  if (claims.size === 0) return;
  for (const {rows} of attempts) {
    const person = rows.find(({cells}) => cells.person !== null)?.cells.person ?? null;
    const name = rows.find(({environment}) => environment !== null)?.environment?.name ?? null;
    const keys = person === null || name === null ? [...claims.keys()] : [person, null].flatMap((p) => [claim(p, name), claim(p, null)]);
    const line = keys.map((key) => claims.get(key)).find((found) => found !== undefined);
    if (line !== undefined)
      rows[0]!.problems.push(problem(rows[0]!, `an attempt with all its rows; line ${line} may be one of them and cannot be read`));
  }
}

const claim = (person: string | null, environment: string | null) => JSON.stringify([person, environment]);

function problem({record}: HumanRow, expected: string, field: string | null = null, found: string | null = null): Problem {
  return {line: record.line, field, found, expected};
}

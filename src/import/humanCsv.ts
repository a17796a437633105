import {RebenchError} from "../errors.js";
import {type Decimals, decimalsOf} from "./csvNumber.js";
import {type CsvTable, readCsvTable} from "./csvTable.js";
import {humanAttempt} from "./humanCsvAttempt.js";
import {type Columns, countKnownColumns, type Field, resolveColumns} from "./humanCsvColumns.js";
import {type AttemptRows, groupRows} from "./humanCsvGroups.js";
import {humanCsvNotes} from "./humanCsvNotes.js";
import {readHumanRow} from "./humanCsvRow.js";
import type {FileContent, ImportContext, Problem, Row} from "./row.js";

/**
 * Attempts by people from a CSV file: one row per attempt, or with a `log_time` column one row per score-log entry.
 *
 * Needed: `environment`, and `score` (raw), `natural_score` (ms, s, loss: becomes raw) or `normalized_score` (kept so).
 * `starting_score` and `reference_score` are raw scores. Columns that are not known are not imported, since free text may
 * identify a person; a note names them.
 *
 * @returns One row per attempt, by line. An attempt with a bad row gives each of its rows with their problems instead.
 * @throws RebenchError for a file without header, rows or the needed columns, and for a column map that does not fit.
 */
export function readHumanCsv(text: string, context: ImportContext): FileContent {
  const {fileName, columnMap, catalogue} = context;
  const table = readCsvTable(text, fileName, (header) => countKnownColumns(header, columnMap));
  const columns = resolveColumns(table.header, columnMap, fileName);
  if (table.records.length === 0) {
    throw new RebenchError("invalid-record", {problem: `${fileName} has a header but no rows`, hint: "Add one row per attempt."});
  }
  const decimals = fileDecimals(table, columns);
  const rows = table.records.map((record) => readHumanRow(record, columns, decimals, catalogue));
  const groups = groupRows(rows, columns, fileName);
  const read = groups.flatMap((group) => attemptRows(group, columns, context)).sort((a, b) => a.line - b.line);
  const attempts = read.flatMap((row) => ("attempt" in row ? [row.attempt] : []));
  return {rows: read, notes: humanCsvNotes(attempts, groups, columns, context)};
}

/** A file to fill in, for `rebench import --template human-csv`: the header and two rows whose every value is an example. */
export function humanCsvTemplate(): string {
  return [
    "id,environment,person,cohort,years_experience,time_limit,working_time,natural_score,started_at,ended_at,matched_expectation",
    "example-attempt-1,optimize_kernel,example-person-1,example cohort,5,8h,7:45,2.1,2026-01-31T09:00:00Z,2026-01-31T17:30:00Z,yes",
    "example-attempt-2,rust_codecontests,example-person-2,example cohort,0.5,8h,8:00,0.05,2026-02-01T09:00:00Z,2026-02-01T18:00:00Z,no",
    "",
  ].join("\n");
}

function attemptRows(group: AttemptRows, columns: Columns, context: ImportContext): Row[] {
  const result = humanAttempt(group, columns, context);
  const [{record: first}] = group.rows as [AttemptRows["rows"][number]];
  if ("attempt" in result) return [{line: first.line, text: group.rows.map(({record}) => record.text).join("\n"), attempt: result.attempt}];
  const byLine = new Map<number, Problem[]>();
  for (const problem of result.problems) byLine.set(problem.line, [...(byLine.get(problem.line) ?? []), problem]);
  const [cause] = result.problems as [Problem];
  return group.rows.map(({record: {line, text}}) => ({line, text, problems: byLine.get(line) ?? [incomplete(line, group.id, cause.line)]}));
}

function incomplete(line: number, id: string, cause: number): Problem {
  return {line, field: null, found: null, expected: `attempt "${id}" to be without problems in its other rows; see line ${cause}`};
}

const NUMBERS: readonly Field[] = [
  ...(["score", "natural_score", "normalized_score", "starting_score", "reference_score", "years_experience"] as const),
  ...(["time_limit", "working_time", "log_time"] as const),
];

function fileDecimals({records, delimiter}: CsvTable, {byField}: Columns): Decimals {
  const indexes = NUMBERS.flatMap((field) => byField.get(field)?.index ?? []);
  return decimalsOf(
    records.flatMap(({cells}) => indexes.map((index) => cells[index] ?? "")),
    delimiter,
  );
}

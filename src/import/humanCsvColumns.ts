import {nearestNames, RebenchError} from "../errors.js";
import {excerpt} from "./jsonLine.js";

/** Ways to give a score, in order of preference where a file has several: raw, natural unit, normalized. */
const SCORE_FIELDS = ["score", "natural_score", "normalized_score"] as const;
const DURATION_FIELDS = ["time_limit", "working_time", "log_time"] as const;
const TEXT_FIELDS = ["id", "environment", "person", "cohort", "message", "environment_version", "transcript"] as const;
const OTHER_FIELDS = [
  "years_experience",
  "starting_score",
  "reference_score",
  "started_at",
  "ended_at",
  "status",
  "matched_expectation",
] as const;
const FIELDS = [...TEXT_FIELDS, ...SCORE_FIELDS, ...DURATION_FIELDS, ...OTHER_FIELDS];
const UNITS = {hours: 3600, minutes: 60, seconds: 1};

export type ScoreField = (typeof SCORE_FIELDS)[number];
export type DurationField = (typeof DURATION_FIELDS)[number];
export type Field = (typeof FIELDS)[number];

/** A column of the file: its position, its name there, and seconds in its unit (null: the name has none). */
export type Column = {index: number; name: string; unitSeconds: number | null};
export type Columns = {
  byField: ReadonlyMap<Field, Column>;
  scoreField: ScoreField;
  /** Score columns that are not read because a preferred one is there. */
  spareScores: Column[];
  /** Names of the columns that are not imported. */
  ignored: string[];
  /** Whether rows are score-log entries rather than attempts. */
  log: boolean;
};

type Meaning = {field: Field; unitSeconds: number | null};

/** Every accepted header name, simplified, and what it means. */
const VOCABULARY = new Map<string, Meaning>([
  ...FIELDS.map((field): [string, Meaning] => [simplify(field), {field, unitSeconds: null}]),
  ...DURATION_FIELDS.flatMap((field) =>
    Object.entries(UNITS).map(([unit, unitSeconds]): [string, Meaning] => [simplify(field + unit), {field, unitSeconds}]),
  ),
]);

/** Header names are compared without case, white space, `-` and `_`. */
function simplify(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}

/** How many header names are columns of ours or are named in the column map. */
export function countKnownColumns(header: readonly string[], columnMap: Readonly<Record<string, string>>): number {
  const mapped = new Set(Object.values(columnMap).map(simplify));
  return header.filter((name) => VOCABULARY.has(simplify(name)) || mapped.has(simplify(name))).length;
}

/**
 * Which column of the file holds what.
 *
 * @param columnMap Our column → the file's, from `--map`; it goes before columns that happen to have our name.
 * @throws RebenchError `usage` for a column map that fits neither, `unknown-format` without the required columns,
 *   `invalid-record` for a header that can be read in two ways.
 */
export function resolveColumns(header: readonly string[], columnMap: Readonly<Record<string, string>>, fileName: string): Columns {
  refuseRepeated(header, fileName);
  const byField = new Map<Field, Column>();
  for (const [ours, theirs] of Object.entries(columnMap)) {
    const {field, unitSeconds} = meaningOf(ours);
    addColumn(byField, field, {...findColumn(header, theirs, fileName), unitSeconds}, fileName);
  }
  const mapped = new Set(byField.keys());
  const taken = new Set([...byField.values()].map(({index}) => index));
  for (const [index, name] of header.entries()) {
    const meaning = VOCABULARY.get(simplify(name));
    if (!meaning || taken.has(index) || mapped.has(meaning.field)) continue;
    addColumn(byField, meaning.field, {index, name, unitSeconds: meaning.unitSeconds}, fileName);
  }
  return chooseColumns(byField, mapped, header, fileName);
}

function chooseColumns(byField: Map<Field, Column>, mapped: ReadonlySet<Field>, header: readonly string[], fileName: string): Columns {
  const scores = SCORE_FIELDS.filter((field) => byField.has(field));
  const scoreField = scores.find((field) => mapped.has(field)) ?? scores[0];
  if (!byField.has("environment") || scoreField === undefined) throw missingColumns(byField, header, fileName);
  const spares = scores.filter((field) => field !== scoreField);
  const spareScores = spares.map((field) => byField.get(field)!);
  const log = byField.has("log_time");
  for (const field of spares) byField.delete(field);
  if (!log) byField.delete("message"); // belongs to a score-log entry
  const read = new Set([...byField.values(), ...spareScores].map(({index}) => index));
  const ignored = header.filter((_, index) => !read.has(index)).map((name) => excerpt(name) || "(without a name)");
  return {byField, scoreField, spareScores, ignored, log};
}

function addColumn(byField: Map<Field, Column>, field: Field, column: Column, fileName: string): void {
  const other = byField.get(field);
  if (other) {
    throw new RebenchError("invalid-record", {
      problem: `${fileName}: the columns "${excerpt(other.name)}" and "${excerpt(column.name)}" both give ${field}`,
      hint: `Remove one of them, or rename it to something that rebench does not read.`,
    });
  }
  byField.set(field, column);
}

function refuseRepeated(header: readonly string[], fileName: string): void {
  const seen = new Map<string, string>();
  for (const name of header.filter((name) => name !== "")) {
    const other = seen.get(simplify(name));
    if (other !== undefined) {
      throw new RebenchError("invalid-record", {
        problem: `${fileName}: two columns have the same name, "${excerpt(other)}"${other === name ? "" : ` and "${excerpt(name)}"`}`,
        hint: "Rename one of them (case, spaces, - and _ do not count).",
      });
    }
    seen.set(simplify(name), name);
  }
}

function meaningOf(ours: string): Meaning {
  const meaning = VOCABULARY.get(simplify(ours));
  if (meaning) return meaning;
  const near = nearestNames(ours, FIELDS);
  throw new RebenchError("usage", {
    problem: `--map: "${ours}" is not a field of a human baseline file${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`,
    hint: `Fields: ${FIELDS.join(", ")}; the durations also with _hours, _minutes or _seconds.`,
  });
}

function findColumn(header: readonly string[], theirs: string, fileName: string): {index: number; name: string} {
  const index = header.findIndex((name) => simplify(name) === simplify(theirs));
  if (index >= 0 && theirs !== "") return {index, name: header[index]!};
  throw new RebenchError("usage", {
    problem: `--map: ${fileName} has no column "${theirs}"`,
    hint: `Columns of the file: ${listOf(header)}. Fields: ${FIELDS.join(", ")}.`,
  });
}

function missingColumns(byField: ReadonlyMap<Field, Column>, header: readonly string[], fileName: string): RebenchError {
  const score = "one of score (raw), natural_score (such as ms or loss) and normalized_score";
  const missing = [
    ...(byField.has("environment") ? [] : ["environment"]),
    ...(SCORE_FIELDS.some((field) => byField.has(field)) ? [] : [score]),
  ];
  return new RebenchError("unknown-format", {
    problem: `${fileName}: no column for ${missing.join(" and ")}; found ${listOf(header)}`,
    hint: "Rename the columns or map them with --map column=field; rebench import --template human-csv prints an example.",
  });
}

/** The names in the header; a file that is no such table may have thousands, of any length. */
const listOf = (header: readonly string[]) =>
  header.slice(0, 40).map(excerpt).join(", ") + (header.length > 40 ? ` and ${header.length - 40} more` : "");

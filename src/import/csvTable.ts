import Papa from "papaparse";
import {RebenchError} from "../errors.js";

const DELIMITERS = [",", ";", "\t"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** One row of a CSV file: the line it begins on, its text there, and why its cells cannot be trusted, if so. */
export type CsvRecord = {line: number; text: string; cells: string[]; malformed: string | null};
export type CsvTable = {delimiter: Delimiter; header: string[]; records: CsvRecord[]};

/**
 * Header and rows of a CSV text. Cells are trimmed, rows without any text are left out.
 *
 * Lines are counted as an editor counts them, also inside quoted cells; `\r\n` and `\r` are read as `\n`.
 * The delimiter is the one that an Excel `sep=` line names, or the one of `,` `;` and tab that finds most known columns
 * in the header, or most columns. The rows are not asked: decimal commas would mislead.
 *
 * @param countKnown How many of these header names mean something to the caller.
 * @throws RebenchError `invalid-record` when there is no header, or one with an open quote.
 */
export function readCsvTable(text: string, fileName: string, countKnown: (header: string[]) => number): CsvTable {
  const lines = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  let start = firstText(lines, 0);
  const separator = /^"?sep=([,;\t])"?[ \t]*(?:\n|$)/i.exec(lines.slice(start, start + 20));
  if (separator) start = firstText(lines, start + separator[0].length);
  if (start === lines.length) throw unreadable(`${fileName} is empty`, "A human baseline file has a header and one row per attempt.");
  const delimiter = (separator?.[1] as Delimiter | undefined) ?? guessDelimiter(lines.slice(start), countKnown);
  const [header, ...records] = parseRecords(lines, start, delimiter);
  if (header!.malformed !== null) throw unreadable(`${fileName}: the header is not valid CSV`, `Expected ${header!.malformed}.`);
  return {delimiter, header: header!.cells, records: records.map((record) => checkWidth(record, header!.cells.length))};
}

const unreadable = (problem: string, hint: string) => new RebenchError("invalid-record", {problem, hint});

/** Start of the first line, from `from` on, that holds more than white space; the length where there is none. */
function firstText(text: string, from: number): number {
  const offset = text.slice(from).search(/\S/);
  return offset < 0 ? text.length : Math.max(from, text.lastIndexOf("\n", from + offset) + 1);
}

function guessDelimiter(text: string, countKnown: (header: string[]) => number): Delimiter {
  const guesses = DELIMITERS.map((delimiter) => {
    const header = Papa.parse<string[]>(text, {delimiter, newline: "\n", preview: 1}).data[0]!;
    return {delimiter, known: countKnown(header.map((name) => name.trim())), columns: header.length};
  });
  return guesses.reduce((best, guess) => ((guess.known - best.known || guess.columns - best.columns) > 0 ? guess : best)).delimiter;
}

function parseRecords(lines: string, start: number, delimiter: Delimiter): CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = 1 + newlines(lines.slice(0, start));
  let cursor = 0;
  const body = lines.slice(start);
  Papa.parse<string[]>(body, {
    delimiter,
    newline: "\n",
    step: ({data, errors, meta}) => {
      const text = body.slice(cursor, meta.cursor);
      const cells = data.map((cell) => cell.trim());
      if (cells.some((cell) => cell !== "")) {
        const malformed = errors.length > 0 ? "every cell that opens with a quote to close it (a quote inside is written twice)" : null;
        records.push({line, text: text.replace(/\n$/, ""), cells, malformed});
      }
      line += newlines(text);
      cursor = meta.cursor;
    },
  });
  return records;
}

/** Too few or too many cells mean that some stand under the wrong header; empty ones at the end are harmless. */
function checkWidth(record: CsvRecord, columns: number): CsvRecord {
  const {cells, malformed} = record;
  if (malformed !== null || cells.length === columns) return record;
  if (cells.length > columns && cells.slice(columns).every((cell) => cell === "")) return {...record, cells: cells.slice(0, columns)};
  return {...record, malformed: `${columns} cells as in the header, not ${cells.length} (a cell that holds the separator needs quotes)`};
}

const newlines = (text: string) => text.split("\n").length - 1;

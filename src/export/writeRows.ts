import {writeFile} from "node:fs/promises";
import {DuckDBInstance} from "@duckdb/node-api";
import {RebenchError} from "../errors.js";
import {csvText} from "./csvText.js";
import {flatRow} from "./flatRow.js";
import {replaceFile} from "./replaceFile.js";

type Row = Record<string, unknown>;

/**
 * Writes a result to each file, in the format its name ends in: `.json` the whole result, `.csv` and `.parquet` its rows,
 * lists joined with spaces. A file appears whole or not at all.
 *
 * @throws RebenchError `usage` for another ending, `unwritable-file` (also for a parquet file without rows), or `disk-full`.
 */
export async function writeRows(files: readonly string[], result: unknown, rows: readonly Row[]): Promise<void> {
  for (const file of files) {
    if (formatOf(file) !== "parquet" || rows.length > 0) continue;
    throw new RebenchError("unwritable-file", {
      problem: `cannot write ${file}: there are no rows, and a parquet file needs their columns`,
      hint: "Choose attempts that give a result, or let the file's name end in .json or .csv.",
    });
  }
  for (const file of files) await replaceFile(file, (path) => write(path, formatOf(file), result, rows));
}

function formatOf(file: string): "json" | "csv" | "parquet" {
  const ending = /\.(json|csv|parquet)$/i.exec(file)?.[1]?.toLowerCase();
  if (ending !== undefined) return ending as "json" | "csv" | "parquet";
  throw new RebenchError("usage", {problem: `cannot tell the format of ${file}`, hint: "Let its name end in .json, .csv or .parquet."});
}

async function write(file: string, format: "json" | "csv" | "parquet", result: unknown, rows: readonly Row[]): Promise<void> {
  if (format === "json") return writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  if (format === "csv") return writeFile(file, csvText(rows));
  await writeParquet(file, rows.map(flatRow));
}

/** Types follow from the values, so that a column of nulls or of whole numbers is a double where scores are. */
async function writeParquet(file: string, rows: readonly Row[]): Promise<void> {
  const names = Object.keys(rows[0] ?? {});
  const typeOf = (name: string) => {
    const sample = rows.map((row) => row[name]).find((value) => value !== null && value !== undefined);
    return typeof sample === "string" ? "VARCHAR" : typeof sample === "boolean" ? "BOOLEAN" : "DOUBLE";
  };
  const structure = JSON.stringify([Object.fromEntries(names.map((name) => [name, typeOf(name)]))]);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run(`create table rows as select unnest(from_json($rows, '${structure.replaceAll("'", "''")}'), recursive := true)`, {
      rows: JSON.stringify(rows),
    });
    await connection.run(`copy rows to '${file.replaceAll("'", "''")}' (format parquet)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

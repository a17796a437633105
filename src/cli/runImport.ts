import {existsSync} from "node:fs";
import {toolVersion} from "../assets.js";
import {formatDuration} from "../duration.js";
import {readCatalogue} from "../environment/catalogue.js";
import {RebenchError} from "../errors.js";
import {humanCsvTemplate} from "../import/humanCsv.js";
import {countTable} from "../ingest/countTable.js";
import {importFiles} from "../ingest/importFiles.js";
import type {FileSummary} from "../ingest/importSummary.js";
import {openStore, storeError} from "../store/openStore.js";
import {findSource, listSources, removeSource} from "../store/sources.js";
import type {ImportFlags} from "./importCommand.js";
import {recordFiles} from "./recordFiles.js";
import {type Align, counted, printable, table, terminalColumns, wrap} from "./terminal.js";

export async function runImport(files: readonly string[], flags: ImportFlags): Promise<void> {
  checkOneTask(files, flags);
  if (flags.template !== undefined) process.stdout.write(humanCsvTemplate());
  else if (flags.list) await printSources(flags);
  else if (flags.remove !== undefined) await remove(flags.remove, flags);
  else await importAll(files, flags);
}

/** Files, --template, --list and --remove are four things to do: of two, one would be ignored. */
function checkOneTask(files: readonly string[], {template, list, remove}: ImportFlags): void {
  const asked = [
    ...(files.length > 0 ? ["files to import"] : []),
    ...(template !== undefined ? ["--template"] : []),
    ...(list ? ["--list"] : []),
    ...(remove !== undefined ? ["--remove"] : []),
  ];
  if (asked.length < 2) return;
  throw new RebenchError("usage", {problem: `${asked.join(" and ")} do not go together`, hint: "Run the command once for each."});
}

async function importAll(files: readonly string[], flags: ImportFlags): Promise<void> {
  if (files.length === 0) {
    throw new RebenchError("usage", {
      problem: "no file to import",
      hint: "Give one or more, such as: rebench import runs.jsonl people.csv\n  See: rebench import --help",
    });
  }
  const {format, humanTimeLimit: humanTimeLimitSeconds, map: columnMap, skipInvalid, replace} = flags;
  const showsProgress = process.stderr.isTTY && !flags.json;
  const onProgress = (fileName: string, rows: number) => process.stderr.write(`\r${fileName}: ${rows.toLocaleString("en")} rows`);
  const summaries = await importFiles(flags.store!, recordFiles(files), {
    format,
    catalogue: readCatalogue(flags.environmentsDir),
    humanTimeLimitSeconds,
    columnMap,
    skipInvalid,
    replace,
    toolVersion,
    ...(showsProgress && {onProgress}),
  });
  if (showsProgress) process.stderr.write("\r\u001b[K");
  if (flags.json) process.stdout.write(`${JSON.stringify({files: summaries, store: flags.store})}\n`);
  else process.stdout.write(`${summaries.map((summary) => render(summary, flags.store!)).join("\n\n")}\n`);
}

function render(summary: FileSummary, store: string): string {
  const {fileName, format, read, added, replaced, unchanged, rejected, rejectedFile, newFlagEvents} = summary;
  const parts = [
    `${added.toLocaleString("en")} new`,
    replaced > 0 ? `${replaced.toLocaleString("en")} replaced` : null,
    unchanged > 0 ? `${unchanged.toLocaleString("en")} already there` : null,
    rejected > 0 ? `${rejected.toLocaleString("en")} rejected (see ${printable(rejectedFile!)})` : null,
  ].filter((part) => part !== null);
  const where = added + replaced + unchanged > 0 ? `, in ${printable(store)}` : "; nothing to store";
  const lines = [wrap(`${printable(fileName)} (${format}, ${counted(read, "row")}): ${parts.join(", ")}${where}`, "  ")];
  if (newFlagEvents > 0 && added + replaced === 0)
    lines.push(`${counted(newFlagEvents, "flag decision")} added to attempts that were there.`);
  if (added + replaced === 0) return lines.join("\n"); // the rest is about new attempts, and was said when they were
  lines.push("", ...countTables(summary), "");
  const lacks = Object.entries(summary.lacks).map(([what, count]) => `${what} ${count.toLocaleString("en")}`);
  if (lacks.length > 0) lines.push(wrap(`Not recorded, by number of attempts: ${lacks.join(", ")}.`, "  "));
  const flags = Object.entries(summary.flags).map(([flag, count]) => `${flag} ${count.toLocaleString("en")}`);
  if (flags.length > 0)
    lines.push(
      wrap(
        `Flagged: ${flags.join(", ")}. Nothing was changed. See them with: rebench attempts --with-flag ${Object.keys(summary.flags)[0]}`,
        "  ",
      ),
    );
  for (const note of summary.notes) lines.push(wrap(`- ${printable(note)}`, "  "));
  return lines.at(-1) === "" ? lines.slice(0, -1).join("\n") : lines.join("\n");
}

const FIXED = 3; // agent, limit, all
const LEAST_NAME = 24;

/** Attempts by agent, time limit and environment; environments that do not fit go into further tables. */
function countTables({counts}: FileSummary): string[] {
  const {head, rows} = countTable(counts, formatDuration);
  const widths = head.map((name, i) => Math.max(...name.split("\n").map((line) => line.length), ...rows.map((row) => row[i]!.length)) + 2);
  const room = terminalColumns() - Math.min(LEAST_NAME, widths[0]!) - widths[1]! - widths[2]! + 2;
  const groups: number[][] = [[]];
  let used = 0;
  for (let i = FIXED; i < head.length; ++i) {
    if (used + widths[i]! > room && used > 0) {
      groups.push([]);
      used = 0;
    }
    groups.at(-1)!.push(i);
    used += widths[i]!;
  }
  return groups.flatMap((columns, i) => {
    const shown = [0, 1, 2, ...columns];
    const aligns = shown.map((column): Align => (column === 0 ? "left" : "right"));
    const pick = (row: readonly string[]) => shown.map((column) => printable(row[column]!));
    const drawn = table(
      shown.map((column) => head[column]!),
      rows.map(pick),
      {aligns},
    );
    return i === 0 ? [drawn] : ["", drawn];
  });
}

async function printSources({store: file, json}: ImportFlags): Promise<void> {
  const store = await openStore(file!, {mode: "read", toolVersion});
  try {
    const sources = await listSources(store.connection);
    if (json) process.stdout.write(`${JSON.stringify({sources})}\n`);
    else {
      const rows = sources.map(({sourceId, fileName, format, attempts, sha256}) => [
        String(sourceId),
        printable(fileName),
        format,
        String(attempts),
        sha256.slice(0, 12),
      ]);
      process.stdout.write(
        `${table(["source", "file", "format", "attempts", "sha256"], rows, {
          aligns: ["right", "left", "left", "right", "left"],
          wrapColumns: [1],
        })}\n`,
      );
    }
  } finally {
    store.close();
  }
}

async function remove(wanted: string, {store: file, json}: ImportFlags): Promise<void> {
  if (!existsSync(file!))
    throw new RebenchError("store-missing", {problem: `there is no store at ${file}`, hint: "Name it with --store FILE."});
  const store = await openStore(file!, {mode: "write", toolVersion});
  try {
    const source = findSource(await listSources(store.connection), wanted);
    const removed = await removeSource(store.connection, source.sourceId);
    if (json) process.stdout.write(`${JSON.stringify({source, removed})}\n`);
    else
      process.stdout.write(
        `Removed ${source.fileName} (source ${source.sourceId}): ${counted(removed.attempts, "attempt")} and ${counted(removed.flagEvents, "flag decision")}.\n${keptLine(removed.keptFlagEvents)}`,
      );
  } catch (error) {
    throw storeError(file!, error);
  } finally {
    store.close();
  }
}

const keptLine = (kept: number): string =>
  kept === 0 ? "" : `${counted(kept, "flag decision")} by people ${kept === 1 ? "is" : "are"} kept for when these attempts come back.\n`;

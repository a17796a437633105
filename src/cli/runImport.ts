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
import {printable, table, wrap} from "./terminal.js";

export async function runImport(files: readonly string[], flags: ImportFlags): Promise<void> {
  if (flags.template !== undefined) process.stdout.write(humanCsvTemplate());
  else if (flags.list) await printSources(flags);
  else if (flags.remove !== undefined) await remove(flags.remove, flags);
  else await importAll(files, flags);
}

async function importAll(files: readonly string[], flags: ImportFlags): Promise<void> {
  if (files.length === 0) {
    throw new RebenchError("usage", {problem: "no file to import", hint: "Give one or more, or see: rebench import --help"});
  }
  const {format, humanTimeLimit: humanTimeLimitSeconds, map: columnMap, skipInvalid, replace} = flags;
  const showsProgress = process.stderr.isTTY && !flags.json;
  const onProgress = (fileName: string, rows: number) => process.stderr.write(`\r${fileName}: ${rows.toLocaleString("en")} rows`);
  const summaries = await importFiles(flags.store!, files, {
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
    replaced > 0 ? `${replaced} replaced` : null,
    unchanged > 0 ? `${unchanged.toLocaleString("en")} already there` : null,
    rejected > 0 ? `${rejected} rejected (see ${rejectedFile})` : null,
  ].filter((part) => part !== null);
  const lines = [wrap(`${printable(fileName)} (${format}, ${read.toLocaleString("en")} rows): ${parts.join(", ")}, in ${store}`, "  ")];
  if (added + replaced > 0) lines.push("", counts(summary));
  const lacks = Object.entries(summary.lacks).map(([what, count]) => `${what} ${count.toLocaleString("en")}`);
  if (lacks.length > 0) lines.push("", wrap(`Not recorded, by number of attempts: ${lacks.join(", ")}.`, "  "));
  const flags = Object.entries(summary.flags).map(([flag, count]) => `${flag} ${count}`);
  if (flags.length > 0)
    lines.push(wrap(`Flagged, nothing changed: ${flags.join(", ")}. See them with: rebench attempts --with-flag FLAG`, "  "));
  else if (newFlagEvents > 0) lines.push(`${newFlagEvents} flag decisions added to attempts that were there.`);
  for (const note of summary.notes) lines.push(wrap(`- ${printable(note)}`, "  "));
  return lines.join("\n");
}

function counts({counts}: FileSummary): string {
  const {head, rows} = countTable(counts, formatDuration);
  return table(
    head,
    rows.map((row) => row.map(printable)),
    ["left", "right"].concat(head.slice(2).map(() => "right")) as ("left" | "right")[],
  );
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
        `${table(["source", "file", "format", "attempts", "sha256"], rows, ["right", "left", "left", "right", "left"])}\n`,
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
        `Removed ${source.fileName} (source ${source.sourceId}): ${removed.attempts} attempts and ${removed.flagEvents} flag decisions.\n`,
      );
  } catch (error) {
    throw storeError(file!, error);
  } finally {
    store.close();
  }
}

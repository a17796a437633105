import {existsSync} from "node:fs";
import type {Catalogue} from "../environment/catalogue.js";
import {openSource} from "../import/openSource.js";
import type {Format, Row} from "../import/row.js";
import type {Attempt} from "../record/attempt.js";
import {addAttempts, type Conflict} from "../store/addAttempts.js";
import {keepEnvironment} from "../store/environmentVersions.js";
import {openStore, type Store, storeError} from "../store/openStore.js";
import {addSource, listSources, nextSourceId} from "../store/sources.js";
import {conflictingAttempts, invalidRows} from "./importErrors.js";
import {type FileSummary, newFileSummary, tally} from "./importSummary.js";
import {makeStore} from "./makeStore.js";
import {oddFlags} from "./oddFlags.js";
import {RejectedRows} from "./rejectedRows.js";

export type ImportOptions = {
  format: Format | "auto";
  catalogue: Catalogue;
  humanTimeLimitSeconds: number;
  columnMap: Readonly<Record<string, string>>;
  /** Import the valid rows and write the others beside the file. */
  skipInvalid: boolean;
  /** Let attempts take the place of attempts with the same id and other content. */
  replace: boolean;
  toolVersion: string;
  onProgress?: (fileName: string, rows: number) => void;
};

/**
 * Reads files into the store at `storeFile`, in one transaction: when anything is wrong nothing is imported, whatever
 * came before it, and a store that did not exist still does not.
 *
 * @throws RebenchError `invalid-record`, `conflicting-attempt`, or what opening the files and the store can give.
 */
export async function importFiles(storeFile: string, files: readonly string[], options: ImportOptions): Promise<FileSummary[]> {
  const {toolVersion} = options;
  if (!existsSync(storeFile)) return makeStore(storeFile, toolVersion, (store) => importInto(store, files, options));
  const store = await openStore(storeFile, {mode: "write", toolVersion});
  try {
    return await importInto(store, files, options);
  } finally {
    store.close();
  }
}

/** The same for an open store. */
export async function importInto(store: Store, files: readonly string[], options: ImportOptions): Promise<FileSummary[]> {
  const rejected: RejectedRows[] = [];
  await store.connection.run("begin");
  try {
    const summaries: FileSummary[] = [];
    for (const file of files) {
      const rows = new RejectedRows(file, options.skipInvalid);
      rejected.push(rows);
      summaries.push(await importFile(store, file, rows, options));
    }
    for (const rows of rejected) await rows.prepare();
    await store.connection.run("commit");
    for (const rows of rejected) await rows.publish();
    return summaries;
  } catch (error) {
    await store.connection.run("rollback").catch(() => {}); // DuckDB has already rolled back where the failure was its own
    for (const rows of rejected) await rows.discard();
    throw storeError(store.file, error);
  }
}

async function importFile(store: Store, file: string, rejected: RejectedRows, options: ImportOptions): Promise<FileSummary> {
  const {catalogue, humanTimeLimitSeconds, columnMap} = options;
  const source = await openSource(file, options.format, {catalogue, humanTimeLimitSeconds, columnMap});
  const summary = newFileSummary(source.fileName, source.format);
  const sourceId = await nextSourceId(store.connection);
  const conflicts: Conflict[] = [];
  const write = async (attempts: Attempt[]) => {
    const result = await addAttempts(store.connection, attempts, {sourceId, replace: options.replace});
    conflicts.push(...result.conflicts);
    tally(summary, result);
  };
  let writing: Promise<void> = Promise.resolve(); // one batch is written while the next is read
  try {
    for await (const batch of source.batches) {
      const attempts: Attempt[] = [];
      for (const row of batch.map((each) => withOddFlags(each, catalogue))) {
        if ("problems" in row) rejected.add(row);
        else attempts.push(row.attempt);
      }
      summary.read += batch.length;
      options.onProgress?.(source.fileName, summary.read);
      await writing;
      if (rejected.count === 0 || options.skipInvalid) {
        writing = write(attempts);
        writing.catch(() => {}); // reported where it is awaited
      }
    }
  } finally {
    await writing; // also when reading failed: a rollback between its statements would leave the later ones outside
  }
  if (rejected.count > 0 && !options.skipInvalid) throw invalidRows(source.fileName, summary.read, rejected);
  if (conflicts.length > 0) throw conflictingAttempts(source.fileName, conflicts, await listSources(store.connection));
  summary.rejected = rejected.count;
  summary.rejectedFile = rejected.count > 0 ? rejected.file : null;
  summary.notes = source.notes;
  for (const name of new Set(summary.counts.map(({environment}) => environment)))
    await keepEnvironment(store.connection, catalogue.find(name)!);
  if (summary.added + summary.replaced > 0) {
    const {fileName, format, notes} = source;
    await addSource(store.connection, {sourceId, fileName, sha256: source.sha256(), format, toolVersion: options.toolVersion, notes});
  }
  return summary;
}

/** The row with what looks odd in it flagged; a problem where its text could not be stored. */
function withOddFlags(row: Row, catalogue: Catalogue): Row {
  if ("problems" in row) return row;
  const {attempt, line, text} = row;
  if (hasBrokenUnicode(row)) {
    return {
      line,
      text,
      problems: [{line, field: null, found: null, expected: "valid Unicode text (an escape such as \\ud800 stands alone)"}],
    };
  }
  const flags = oddFlags(attempt, catalogue.find(attempt.environment)!);
  return flags.length === 0 ? row : {line, text, attempt: {...attempt, flags: [...attempt.flags, ...flags]}};
}

/** Half of a surrogate pair cannot be written as UTF-8: it would come out of the store as another character. */
function hasBrokenUnicode({text, attempt}: {text: string; attempt: Attempt}): boolean {
  if (!/\\u[dD]/.test(text)) return false; // it can only come from an escape: the file itself is valid UTF-8
  return /(?<!\\)(?:\\\\)*\\ud[89a-f][0-9a-f]{2}/.test(JSON.stringify(attempt)); // JSON.stringify escapes lone halves only
}

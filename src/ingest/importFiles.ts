import {existsSync} from "node:fs";
import {stat} from "node:fs/promises";
import {basename} from "node:path";
import {addAttempts, type Conflict} from "../store/addAttempts.js";
import {keepEnvironment} from "../store/environmentVersions.js";
import {openStore, type Store, storeError} from "../store/openStore.js";
import {addSource, countAttempts, listSources, nextSourceId} from "../store/sources.js";
import {conflictingAttempts, invalidRows} from "./importErrors.js";
import {type FileSummary, newFileSummary, tally} from "./importSummary.js";
import {makeStore} from "./makeStore.js";
import {type ReadBatch, type ReadOptions, readBatches, type SourceEnd} from "./readBatches.js";
import {readInThread} from "./readInThread.js";
import {RejectedRows} from "./rejectedRows.js";

export type ImportOptions = ReadOptions & {
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
  const {connection} = store;
  const target = {
    sourceId: await nextSourceId(connection),
    replace: options.replace,
    wasEmpty: (await countAttempts(connection)) === 0,
    added: new Set<string>(),
  };
  const summary = newFileSummary(basename(file));
  const conflicts: Conflict[] = [];
  const write = async (batch: ReadBatch) => {
    const result = await addAttempts(connection, batch.attempts, target);
    conflicts.push(...result.conflicts);
    tally(summary, batch, result);
  };
  let writing: Promise<void> = Promise.resolve(); // one batch is written while the next is read
  const batches = (await isLarge(file)) ? readInThread(file, options) : readBatches(file, options);
  let next: IteratorResult<ReadBatch, SourceEnd>;
  try {
    for (next = await batches.next(); !next.done; next = await batches.next()) {
      const batch = next.value;
      for (const row of batch.rejected) rejected.add(row);
      summary.read += batch.read;
      options.onProgress?.(summary.fileName, summary.read);
      await writing;
      if (rejected.count === 0 || options.skipInvalid) {
        writing = write(batch);
        writing.catch(() => {}); // reported where it is awaited
      }
    }
  } finally {
    await writing; // also when reading failed: a rollback between its statements would leave the later ones outside
  }
  const source = next.value;
  if (rejected.count > 0 && !options.skipInvalid) throw invalidRows(source.fileName, summary.read, rejected);
  if (conflicts.length > 0) throw conflictingAttempts(source.fileName, conflicts, await listSources(connection));
  for (const name of new Set(summary.counts.map(({environment}) => environment))) {
    await keepEnvironment(connection, options.catalogue.find(name)!);
  }
  if (summary.added + summary.replaced > 0)
    await addSource(connection, {...source, sourceId: target.sourceId, toolVersion: options.toolVersion});
  const rejectedFile = rejected.count > 0 ? rejected.file : null;
  return {...summary, format: source.format, notes: source.notes, rejected: rejected.count, rejectedFile};
}

/** From this size on a thread of its own pays. */
const LARGE_BYTES = 16 * 2 ** 20;

/** A file that cannot be looked at is left to the reader, which says why. */
const isLarge = async (file: string): Promise<boolean> => ((await stat(file).catch(() => null))?.size ?? 0) >= LARGE_BYTES;

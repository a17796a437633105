import {createHash} from "node:crypto";
import {createReadStream, existsSync} from "node:fs";
import {stat} from "node:fs/promises";
import {basename} from "node:path";
import type {DuckDBConnection} from "@duckdb/node-api";
import type {Catalogue} from "../environment/catalogue.js";
import {addAttempts, type Conflict} from "../store/addAttempts.js";
import {assignAgentSlots} from "../store/agentSlots.js";
import {keepEnvironment, keptEnvironments, withKept} from "../store/environmentVersions.js";
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
    const catalogue = withKept(options.catalogue, await keptEnvironments(store.connection));
    for (const file of files) {
      const rows = new RejectedRows(file, options.skipInvalid);
      rejected.push(rows);
      summaries.push(await importFile(store, file, rows, options, catalogue));
    }
    await assignAgentSlots(store.connection); // once for all files: their order among themselves means nothing
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

async function importFile(
  store: Store,
  file: string,
  rejected: RejectedRows,
  options: ImportOptions,
  catalogue: Catalogue,
): Promise<FileSummary> {
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
  const bytes = await sizeOf(file);
  const reading = {...options, catalogue, fileName: bytes < HASHED_BYTES ? await nameOfSameBytes(connection, file) : undefined};
  const batches = bytes >= LARGE_BYTES ? readInThread(file, reading) : readBatches(file, reading);
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
    const environment = options.catalogue.find(name); // one that only the store has is there already
    if (environment !== undefined) await keepEnvironment(connection, environment);
  }
  if (summary.added + summary.replaced > 0)
    await addSource(connection, {...source, sourceId: target.sourceId, toolVersion: options.toolVersion});
  const rejectedFile = rejected.count > 0 ? rejected.file : null;
  return {...summary, format: source.format, notes: source.notes, rejected: rejected.count, rejectedFile};
}

/** From this size on a thread of its own pays. */
const LARGE_BYTES = 16 * 2 ** 20;

/** Below this size a file is read once more before, to know whether it is in the store under another name. */
const HASHED_BYTES = 64 * 2 ** 20;

/** A file that cannot be looked at is left to the reader, which says why. */
const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => null))?.size ?? 0;

/** The name of the source with the same bytes, if the store has one: ids derived from it are those of the attempts there. */
async function nameOfSameBytes(connection: DuckDBConnection, file: string): Promise<string | undefined> {
  const sources = await listSources(connection);
  if (sources.length === 0 || !(await stat(file).catch(() => null))?.isFile()) return undefined; // a pipe can be read once only
  const hash = createHash("sha256");
  try {
    for await (const bytes of createReadStream(file, {highWaterMark: 1 << 20})) hash.update(bytes as Buffer);
  } catch {
    return undefined;
  }
  const sha256 = hash.digest("hex");
  const same = sources.filter((source) => source.sha256 === sha256).map(({fileName}) => fileName);
  return same.includes(basename(file)) ? basename(file) : same[0];
}

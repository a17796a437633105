import {closeSync, existsSync, openSync, readSync, statSync} from "node:fs";
import {type DuckDBConnection, DuckDBInstance} from "@duckdb/node-api";
import {RebenchError} from "../errors.js";
import {STORE_VERSION, TABLES} from "./schema.js";
import {upgradeStore} from "./upgradeStore.js";

/** An open store. Close it, so that other processes can write to it. */
export type Store = {
  connection: DuckDBConnection;
  /** What messages call it. */
  file: string;
  close(): void;
};

/** Of DuckDB; beyond it a query spills to disk. A million attempts are imported within it. */
const MEMORY_LIMIT = "1GB";

export type OpenOptions = {
  /** `read`: shared with other readers, the file must exist. `write`: exclusive, an absent file becomes a store, one of an older version ours. */
  mode: "read" | "write";
  /** Written into a store that is made now. */
  toolVersion: string;
  /** What messages call the file, where that is not its path. */
  shownAs?: string;
};

/**
 * Opens the DuckDB file that holds a store.
 *
 * @throws RebenchError `store-missing`, `store-locked`, `store-newer`, `not-a-store`, `store-damaged` or `disk-full`.
 */
export async function openStore(path: string, {mode, toolVersion, shownAs: file = path}: OpenOptions): Promise<Store> {
  if (mode === "read" && path !== ":memory:" && !existsSync(path)) {
    throw new RebenchError("store-missing", {
      problem: `there is no store at ${file}`,
      hint: `Make one with: rebench import FILE --store ${file}`,
    });
  }
  const why = whyNoDatabase(path);
  if (why !== null) throw notAStore(file, why);
  let instance: DuckDBInstance;
  try {
    instance = await DuckDBInstance.create(path, {
      access_mode: mode === "read" ? "READ_ONLY" : "READ_WRITE",
      memory_limit: MEMORY_LIMIT,
      storage_compatibility_version: "latest", // for zstd, which makes records a third as large as the default does
      // nothing is ever fetched or loaded from outside
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
  } catch (cause) {
    throw storeError(file, cause);
  }
  const connection = await instance.connect();
  let closed = false;
  const store: Store = {
    connection,
    file,
    close() {
      if (closed) return;
      closed = true;
      connection.closeSync();
      instance.closeSync();
    },
  };
  try {
    await prepare(store, mode, toolVersion);
  } catch (cause) {
    store.close();
    throw storeError(file, cause);
  }
  return store;
}

/** What an existing file is instead of a database. DuckDB itself takes CSV, JSON and Parquet, told from the name alone, for databases. */
function whyNoDatabase(path: string): string | null {
  const found = statSync(path, {throwIfNoEntry: false});
  if (!found?.isFile()) return null;
  if (found.size === 0) return "it is an empty file";
  try {
    return hasMark(path) ? null : "it is no DuckDB file";
  } catch {
    return null; // opening it says why
  }
}

/** DuckDB's files have its name after a checksum of eight bytes. */
function hasMark(path: string): boolean {
  const start = Buffer.alloc(12);
  const descriptor = openSync(path, "r");
  try {
    readSync(descriptor, start);
  } finally {
    closeSync(descriptor);
  }
  return start.toString("latin1", 8) === "DUCK";
}

/** Makes the tables of a new store, checks those of an old one and upgrades them where it may write. */
async function prepare({connection, file}: Store, mode: "read" | "write", toolVersion: string): Promise<void> {
  const tables = await connection.runAndReadAll("select table_name from information_schema.tables order by table_name");
  const names = tables.getRows().map(([name]) => String(name));
  if (names.length === 0) {
    if (mode === "read") throw emptyStore(file);
    return createTables(connection, toolVersion);
  }
  const version = await storeVersion(connection);
  if (version === null) throw notAStore(file, `it is a DuckDB file with the tables ${listOf(names)}`);
  if (version > STORE_VERSION) {
    throw new RebenchError("store-newer", {
      problem: `the store ${file} has version ${version}; this rebench reads up to ${STORE_VERSION}`,
      hint: "Install a newer rebench; the store was not changed.",
    });
  }
  if (version < STORE_VERSION && mode === "write") await upgradeStore(connection, version);
}

/** The version that a store says it has; null where the tables are not those of a store. */
async function storeVersion(connection: DuckDBConnection): Promise<number | null> {
  const columns = await connection.runAndReadAll(
    "select 1 from information_schema.columns where (table_name, column_name) in (('meta', 'store_version'), ('attempts', 'record')) order by all",
  );
  if (columns.currentRowCount < 2) return null;
  const [[version] = []] = (await connection.runAndReadAll("select max(try_cast(store_version as integer)) from meta")).getRows();
  return version === null || version === undefined ? null : Number(version);
}

const listOf = (names: readonly string[]) => names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");

async function createTables(connection: DuckDBConnection, toolVersion: string): Promise<void> {
  await connection.run("begin");
  await connection.run(TABLES);
  await connection.run("insert into meta values ($version, $toolVersion)", {version: STORE_VERSION, toolVersion});
  await connection.run("commit");
}

/** A failure of DuckDB, as what happened to the store and what to do. Other errors pass through. */
export function storeError(file: string, cause: unknown): unknown {
  if (cause instanceof RebenchError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/Could not set lock|Conflicting lock|being used by another process/i.test(message)) {
    const pid = /PID (\d+)/.exec(message)?.[1];
    return new RebenchError("store-locked", {
      problem: `the store ${file} is in use by another process${pid ? ` (pid ${pid})` : ""}`,
      hint: "Wait until it has finished, or use another file with --store. Nothing was changed.",
      cause,
    });
  }
  if (/No space left on device|Could not write all bytes|disk full|max_temp_directory_size/i.test(message)) {
    return new RebenchError("disk-full", {
      problem: `no space is left on the disk of ${file}`,
      hint: "Free some space and run the command again. The store is as it was before.",
      cause,
    });
  }
  if (/Is a directory/i.test(message)) return notAStore(file, "it is a folder", cause);
  if (/version number|newer version of DuckDB|storage version/i.test(message)) {
    return new RebenchError("store-newer", {
      problem: `the store ${file} was written by a newer DuckDB`,
      hint: "Install a newer rebench; the store was not changed.",
      cause,
    });
  }
  if (/checksum|corrupt|Serialization Error|WAL/i.test(message)) {
    return new RebenchError("store-damaged", {
      problem: `the store ${file} is damaged: ${firstLine(message)}`,
      hint: "Restore it from a backup, or make it again by importing the source files into a new store.",
      cause,
    });
  }
  if (/Cannot open file.*No such file or directory/is.test(message)) {
    return new RebenchError("unwritable-file", {
      problem: `cannot make the store ${file}: there is no such folder`,
      hint: "Check the path, or make the folder first.",
      cause,
    });
  }
  if (/Permission denied|Read-only file system|Cannot open file/i.test(message)) {
    return new RebenchError("unwritable-file", {
      problem: `cannot open the store ${file}: ${/Permission denied|Read-only file system/i.exec(message)?.[0] ?? firstLine(message)}`,
      hint: "Check the path and its permissions.",
      cause,
    });
  }
  return cause;
}

const firstLine = (message: string) => message.split("\n", 1)[0]!;

const emptyStore = (file: string) =>
  new RebenchError("store-missing", {problem: `the store ${file} is empty`, hint: `Fill it with: rebench import FILE --store ${file}`});

const notAStore = (file: string, why: string, cause?: unknown) =>
  new RebenchError("not-a-store", {
    problem: `${file} is not a rebench store: ${why}`,
    hint: "Give --store a file made by rebench import, or a new name. The file was not changed.",
    cause,
  });

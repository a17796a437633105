import {existsSync} from "node:fs";
import type {Source} from "../analysis/context.js";
import {sampleFile, toolVersion} from "../assets.js";
import {readCatalogue} from "../environment/catalogue.js";
import {importInto} from "../ingest/importFiles.js";
import {openStore, type Store} from "../store/openStore.js";
import type {StoreFlags} from "./options.js";
import {notice} from "./terminal.js";

export const DEFAULT_STORE = "rebench.duckdb";
export const SAMPLE_NAME = "bundled sample data (synthetic)";

/** An open store, and whether it is the sample data that stand in where there is none. */
export type Opened = {store: Store; source: Source; isSample: boolean};

/** The store asked for; else rebench.duckdb in this folder; else the sample data, in memory. */
export async function openForReading({store: file, environmentsDir}: StoreFlags): Promise<Opened> {
  const catalogue = readCatalogue(environmentsDir);
  const isSample = file === undefined && !existsSync(DEFAULT_STORE);
  const store = isSample
    ? await openStore(":memory:", {mode: "write", toolVersion})
    : await openStore(file ?? DEFAULT_STORE, {mode: "read", toolVersion});
  try {
    if (isSample) {
      const options = {
        format: "records" as const,
        catalogue,
        humanTimeLimitSeconds: 8 * 3600,
        columnMap: {},
        skipInvalid: false,
        replace: false,
        toolVersion,
      };
      await importInto(store, [sampleFile], options);
    }
  } catch (error) {
    store.close();
    throw error;
  }
  const storeName = isSample ? SAMPLE_NAME : store.file;
  return {store, source: {connection: store.connection, catalogue, storeName, toolVersion}, isSample};
}

/** Says on stderr that the sample data stand in, where what goes to stdout does not. */
export function noteSample({isSample}: Opened): void {
  if (isSample) notice(`note: there is no ${DEFAULT_STORE} here, so these are the ${SAMPLE_NAME}: nothing in them was measured`);
}

/** Opens, works, closes whatever happens. */
export async function withStore<T>(flags: StoreFlags, work: (opened: Opened) => Promise<T>): Promise<T> {
  const opened = await openForReading(flags);
  try {
    return await work(opened);
  } finally {
    opened.store.close();
  }
}

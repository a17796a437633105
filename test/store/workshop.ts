import {mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll, beforeAll, expect} from "vitest";
import {readCatalogue} from "../../src/environment/catalogue.js";
import {RebenchError} from "../../src/errors.js";
import {exportRecords} from "../../src/export/exportRecords.js";
import {type ImportOptions, importFiles} from "../../src/ingest/importFiles.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {openStore, type Store} from "../../src/store/openStore.js";

export const projectFolder = fileURLToPath(new URL("../..", import.meta.url));
export const commandLine = join(projectFolder, "dist", "cli", "main.js");
export const metrFile = join(projectFolder, "..", "shared", "data", "metr", "rebench_runs.jsonl");
export const options: ImportOptions = {
  format: "auto",
  catalogue: readCatalogue(),
  humanTimeLimitSeconds: 8 * 3600,
  columnMap: {},
  skipInvalid: false,
  replace: false,
  toolVersion: "test",
};

/** A folder of its own for the tests of a file, gone after them. */
export function workshop() {
  let folder = "";
  let count = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rebench-test-"));
  });
  afterAll(() => rmSync(folder, {recursive: true, force: true}));
  const path = (name: string) => join(folder, name);
  return {
    path,
    /** A name that no other test has. */
    fresh: (name: string) => path(`${++count}-${name}`),
    write(name: string, content: string | Uint8Array): string {
      writeFileSync(path(name), content);
      return path(name);
    },
  };
}

/** One attempt by an agent, as people would write it, with `changes`. */
export const record = (id: string, changes: Partial<AttemptInput> = {}): AttemptInput => ({
  schemaVersion: 1,
  id,
  participant: {kind: "agent", scaffold: "Modular", model: "m"},
  environment: "optimize_kernel",
  timeLimitSeconds: 1800,
  status: "finished",
  finalScore: 1,
  finalScoreRule: "reported",
  ...changes,
});

export const jsonLines = (...values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

/** Imports with the test's options; the summary of the only file. */
export async function importOne(store: string, file: string, changes: Partial<ImportOptions> = {}) {
  const [summary] = await importFiles(store, [file], {...options, ...changes});
  return summary!;
}

export async function withStore<T>(file: string, mode: "read" | "write", work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(file, {mode, toolVersion: "test"});
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** All that a store holds, as `rebench export` writes it. */
export const exported = (file: string): Promise<string> =>
  withStore(file, "read", async ({connection}) => {
    let text = "";
    for await (const line of exportRecords(connection, {agents: null, environments: null})) text += `${line}\n`;
    return text;
  });

/** The RebenchError that `work` ends with. */
export async function failure(work: Promise<unknown>): Promise<RebenchError> {
  const error = await work.then(
    () => expect.fail("nothing was thrown"),
    (cause: unknown) => cause,
  );
  if (!(error instanceof RebenchError)) throw error;
  expect(error.message).not.toMatch(/^\s+at /m);
  return error;
}

export const bytes = (file: string): string => readFileSync(file).toString("base64");

import {type ChildProcess, execFileSync, spawn} from "node:child_process";
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {pathToFileURL} from "node:url";
import {DuckDBInstance} from "@duckdb/node-api";
import {afterEach, describe, expect, it} from "vitest";
import {openStore} from "../../src/store/openStore.js";
import {STORE_VERSION} from "../../src/store/schema.js";
import {because} from "../because.js";
import {bytes, exported, failure, importOne, jsonLines, record, withStore, workshop} from "./workshop.js";

const {path, fresh, write} = workshop();
const one = () => write("one.jsonl", jsonLines(record("a")));
const open = (file: string, mode: "read" | "write") => openStore(file, {mode, toolVersion: "test"}).then((store) => store.close());
const both = ["read", "write"] as const;

/** Any DuckDB file, made by `sql`. */
async function duckdbFile(file: string, sql: string): Promise<string> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
  return file;
}

const NO_STORES = {
  ...{text: "hello\n".repeat(5000), short: "x", empty: ""},
  ...{"table.csv": "a,b\n1,2\n", "empty.csv": "", "rows.json": '{"a": 1}\n', "rows.jsonl": '{"a": 1}\n', "rows.parquet": "PAR1"},
};

describe("a file that is no store", () => {
  it.each(both)("text, short, empty, of a name that DuckDB takes for a table: refused to %s, unchanged", async (mode) => {
    for (const [name, content] of Object.entries(NO_STORES)) {
      const file = write(name, content);
      const error = await failure(open(file, mode));
      expect(error.code).toBe("not-a-store");
      expect(error.problem).toBe(`${file} is not a rebench store: it is ${content === "" ? "an empty file" : "no DuckDB file"}`);
      expect(Buffer.from(bytes(file), "base64").toString()).toBe(content);
    }
  });

  it.each(both)("a folder: refused to %s", async (mode) => {
    mkdirSync(path(`folder-${mode}`));
    expect(await failure(open(path(`folder-${mode}`), mode))).toMatchObject({code: "not-a-store", problem: /it is a folder/});
  });

  it.each(both)("another program's DuckDB file: refused to %s, unchanged", async (mode) => {
    const tables = [
      "create table trips (a int)",
      "create table meta (a int); create table attempts (b int)",
      "create table meta (store_version varchar); insert into meta values ('x'); create table attempts (record int)",
    ];
    for (const sql of tables) {
      const file = await duckdbFile(fresh("foreign.duckdb"), sql);
      const before = bytes(file);
      expect(await failure(open(file, mode))).toMatchObject({
        code: "not-a-store",
        problem: expect.stringContaining("DuckDB file with the tables"),
      });
      expect(await failure(importOne(file, one()))).toMatchObject({code: "not-a-store"});
      expect(bytes(file)).toBe(before);
    }
  });

  it("none: reading says how to make one, in a missing folder too", async () => {
    const file = path("missing/store.duckdb");
    expect(await failure(open(file, "read"))).toMatchObject({code: "store-missing", hint: expect.stringContaining("rebench import")});
    const error = await failure(importOne(file, one()));
    expect(error).toMatchObject({code: "unwritable-file", problem: `cannot make the store ${file}: there is no such folder`});
  });
});

it("a store of a newer version is refused, unchanged", async () => {
  const file = fresh("newer.duckdb");
  await importOne(file, one());
  await duckdbFile(file, `update meta set store_version = ${STORE_VERSION + 1}`);
  const before = bytes(file);
  for (const mode of both) {
    const error = await failure(open(file, mode));
    expect(error).toMatchObject({code: "store-newer", hint: expect.stringContaining("Install a newer rebench")});
    expect(error.problem).toBe(`the store ${file} has version ${STORE_VERSION + 1}; this rebench reads up to ${STORE_VERSION}`);
  }
  expect((await failure(importOne(file, one()))).code).toBe("store-newer");
  expect(bytes(file)).toBe(before);
});

it("a store with a damaged block says so and is left alone", async () => {
  const file = fresh("damaged.duckdb");
  await importOne(file, write("many.jsonl", jsonLines(...Array.from({length: 3000}, (_, i) => record(`a${i}`)))));
  const content = Buffer.from(bytes(file), "base64");
  content.fill(0x5a, 20_000, Math.floor(content.length * 0.8));
  const damaged = write("damaged-copy.duckdb", content);
  expect((await failure(exported(damaged))).code).toBe("store-damaged");
  expect(bytes(damaged)).toBe(content.toString("base64"));
});

describe("another process has the store open for writing", () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill("SIGKILL"));

  /** A process that holds the file open until it is ended. */
  async function hold(file: string): Promise<void> {
    const duckdb = pathToFileURL(createRequire(import.meta.url).resolve("@duckdb/node-api")).href;
    const code = `import(${JSON.stringify(duckdb)}).then(async (module) => {
      const {DuckDBInstance} = module.default ?? module;
      globalThis.instance = await DuckDBInstance.create(${JSON.stringify(file)});
      console.log("open");
      setInterval(() => {}, 1000);
    })`;
    child = spawn(process.execPath, ["-e", code], {stdio: ["ignore", "pipe", "inherit"]});
    await new Promise<void>((resolve, reject) => {
      child!.stdout!.once("data", () => resolve());
      child!.once("exit", (status) => reject(new Error(`ended with ${status}`)));
    });
  }

  it("reading and writing say so with its number; afterwards all is there", async () => {
    const file = fresh("locked.duckdb");
    await importOne(file, one());
    const before = await exported(file);
    await hold(file);
    for (const attempt of [() => open(file, "read"), () => open(file, "write"), () => importOne(file, one())]) {
      const error = await failure(attempt());
      expect(error.code).toBe("store-locked");
      expect(error.problem).toBe(`the store ${file} is in use by another process (pid ${child!.pid})`);
    }
    child!.kill("SIGKILL");
    await new Promise((resolve) => child!.once("exit", resolve));
    expect(await exported(file)).toBe(before);
  });

  it("the same while it is making the store; what it leaves when killed is cleared away", async () => {
    const file = fresh("making.duckdb");
    await hold(`${file}.importing`);
    expect(await failure(importOne(file, one()))).toMatchObject({code: "store-locked"});
    expect(existsSync(`${file}.importing`)).toBe(true);
    child!.kill("SIGKILL");
    await new Promise((resolve) => child!.once("exit", resolve));
    expect(await importOne(file, one())).toMatchObject({added: 1});
    expect(readdirSync(path(".")).filter((name) => name.includes("making"))).toEqual([file.split("/").at(-1)]);
  });
});

const isRoot = process.getuid?.() === 0;

it.skipIf(isRoot)(
  `a store that may not be written is refused for writing and read${because(isRoot ? "root may write everything" : null)}`,
  async () => {
    const file = fresh("protected.duckdb");
    await importOne(file, one());
    const before = await exported(file);
    chmodSync(file, 0o444);
    expect((await failure(importOne(file, write("two.jsonl", jsonLines(record("b")))))).code).toBe("unwritable-file");
    expect(await exported(file)).toBe(before);
  },
);

/** Why no small disk can be made here; null where it can. */
function whyNoSmallDisk(): string | null {
  if (process.platform !== "linux") return "needs Linux";
  if (process.getuid?.() !== 0) return "needs root to mount a tmpfs";
  const probe = mkdtempSync(join(tmpdir(), "rebench-tmpfs-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", probe], {stdio: "ignore"});
    execFileSync("umount", [probe], {stdio: "ignore"});
    return null;
  } catch {
    return "mounting a tmpfs is not allowed here";
  } finally {
    rmdirSync(probe);
  }
}

const noDisk = whyNoSmallDisk();
it.skipIf(noDisk !== null)(`a full disk: nothing lost, and the store goes on when there is space${because(noDisk)}`, async () => {
  const disk = path("disk");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk]);
  try {
    const file = `${disk}/full.duckdb`;
    // text that does not compress, so that the store outgrows the disk
    const noise = (i: number) => Array.from({length: 40}, (_, j) => Math.sin(i * 40 + j + 1).toString(36)).join("");
    const big = write("big.jsonl", jsonLines(...Array.from({length: 15_000}, (_, i) => record(`a${i}`, {host: {noise: noise(i)}}))));
    expect((await failure(importOne(file, big))).code).toBe("disk-full");
    expect(readdirSync(disk)).toEqual([]);
    await importOne(file, one());
    const before = await exported(file);
    writeFileSync(`${disk}/ballast`, new Uint8Array(2 ** 20));
    const two = write("two.jsonl", jsonLines(record("b")));
    const error = await failure(importOne(file, big));
    expect(error).toMatchObject({code: "disk-full", problem: `no space is left on the disk of ${file}`});
    expect(await exported(file)).toBe(before);
    rmSync(`${disk}/ballast`);
    expect(await importOne(file, two)).toMatchObject({added: 1});
    expect((await exported(file)).split("\n")).toHaveLength(3);
  } finally {
    execFileSync("umount", [disk]);
  }
});

it("many can read at once", async () => {
  const file = fresh("shared.duckdb");
  await importOne(file, one());
  await withStore(file, "read", async () => expect((await exported(file)).length).toBeGreaterThan(0));
});

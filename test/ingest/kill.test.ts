import {spawn} from "node:child_process";
import {existsSync, readdirSync} from "node:fs";
import {basename, dirname} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import {commandLine, exported, importOne, jsonLines, record, workshop} from "../store/workshop.js";

const {fresh, write} = workshop();
const ROWS = 30_000;
let big: string;
beforeAll(() => {
  const log = Array.from({length: 5}, (_, i) => ({workingSeconds: 300 * (i + 1), score: 1}));
  big = write("big.jsonl", jsonLines(...Array.from({length: ROWS}, (_, i) => record(`x${i}`, {scoreLog: log}))));
});

/**
 * Runs `rebench import` as a process and kills it after `delay` milliseconds. Returns whether the
 * kill came before the end. Where the machine is fast or slow other moments are hit; what must hold is the same.
 */
function importKilled(store: string, delay: number): Promise<boolean> {
  const child = spawn(process.execPath, [commandLine, "import", big, "--store", store], {stdio: "ignore"});
  const since = Date.now();
  const timer = setInterval(() => {
    if (Date.now() - since >= delay) child.kill("SIGKILL");
  }, 5);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (status, signal) => {
      clearInterval(timer);
      if (signal === null && status !== 0) reject(new Error(`import ended with ${status}`));
      resolve(signal !== null);
    });
  });
}

describe("an import that is killed", () => {
  // from before the store is opened to about the commit, on machines of several speeds
  const delays = [150, 400, 700, 1000, 1400];

  it("leaves a store as it was, and the next import works", async () => {
    const store = fresh("killed.duckdb");
    await importOne(store, write("before.jsonl", jsonLines(record("before", {flags: [{flag: "cheating"}]}))));
    const before = await exported(store);
    let killed = 0;
    for (const delay of delays) {
      if (!(await importKilled(store, delay))) break;
      ++killed;
      const after = await exported(store);
      if (after !== before) {
        expect(after.split("\n")).toHaveLength(ROWS + 2); // it came after the commit: then all is there
        return;
      }
    }
    expect(killed).toBeGreaterThan(0);
    await importOne(store, big);
    expect((await exported(store)).split("\n")).toHaveLength(ROWS + 2);
  });

  it("leaves no store where there was none, and the next import clears up", async () => {
    const store = fresh("new.duckdb");
    for (const delay of delays.slice(2, 4)) {
      if (!(await importKilled(store, delay))) break;
      if (existsSync(store)) expect((await exported(store)).split("\n")).toHaveLength(ROWS + 1);
    }
    if (existsSync(store)) return;
    await importOne(store, big);
    expect((await exported(store)).split("\n")).toHaveLength(ROWS + 1);
    expect(readdirSync(dirname(store)).filter((name) => name.startsWith(basename(store)))).toEqual([basename(store)]);
  });
});

import {type ChildProcess, execFileSync, spawn} from "node:child_process";
import {existsSync, readdirSync, readFileSync, utimesSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {createInterface} from "node:readline";
import {expect, it} from "vitest";
import {FOREIGN_STALE_SECONDS, isLocked, lockAttempt, thisProcess} from "../../../src/runner/journal/attemptLock.js";
import {temporaryFolder} from "./temporary.js";

const self = thisProcess();
const lockFile = () => join(temporaryFolder(), "lock");
const leave = (file: string, changes: Partial<typeof self>) => writeFileSync(file, `${JSON.stringify({...self, ...changes})}\n`);
const silentFor = (file: string, seconds: number) => utimesSync(file, new Date(), new Date(Date.now() - 1000 * seconds));
const locked = expect.objectContaining({code: "attempt-locked"});

/** A number of no process. */
const deadPid = (): number => {
  const pid = Number(execFileSync("sh", ["-c", "echo $$"], {encoding: "utf8"}));
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  return pid;
};

it("is held by one, and free again when it was released", () => {
  const file = lockFile();
  const lock = lockAttempt(file, self);
  expect(isLocked(file, new Date())).toBe(true);
  expect(() => lockAttempt(file, self)).toThrow(
    expect.objectContaining({problem: `the attempt is being run by process ${process.pid} (${file})`}),
  );
  lock.touch();
  lock.release();
  expect(isLocked(file, new Date())).toBe(false);
  expect(readdirSync(join(file, ".."))).toEqual([]);
  lockAttempt(file, self).release();
});

it.each([
  ["a process that is gone", () => ({pid: deadPid()})],
  ["a process whose number another one has", () => ({startTicks: "1"})],
  ["another start of this machine", () => ({bootId: "another"})],
])("is taken over from %s", (_, changes) => {
  const file = lockFile();
  leave(file, changes());
  expect(isLocked(file, new Date())).toBe(false);
  const lock = lockAttempt(file, self);
  expect(isLocked(file, new Date())).toBe(true);
  expect(() => lockAttempt(file, self)).toThrow(locked);
  lock.touch();
  lock.release();
  expect(readdirSync(join(file, ".."))).toEqual([]);
});

it.each([
  ["of another machine", {machineId: "another", hostName: "far", bootId: "x", pid: 1}],
  ["of a machine made from the same image", {hostName: "far", bootId: "x"}],
  ["of another container on this machine", {pidNamespace: "pid:[1]", startTicks: "1"}],
])("a lock %s is respected until it is silent for long", (_, changes) => {
  const file = lockFile();
  leave(file, changes);
  expect(() => lockAttempt(file, self)).toThrow(locked);
  silentFor(file, FOREIGN_STALE_SECONDS - 10);
  expect(() => lockAttempt(file, self)).toThrow(/given up after 120 s/);
  silentFor(file, FOREIGN_STALE_SECONDS + 10);
  expect(isLocked(file, new Date())).toBe(false);
  lockAttempt(file, self).release();
});

it("whoever lost it to another machine is told, and takes nothing from the new holder", () => {
  const file = lockFile();
  const slow = lockAttempt(file, {...self, machineId: "far", hostName: "far"});
  silentFor(file, FOREIGN_STALE_SECONDS + 10);
  const lock = lockAttempt(file, self);
  expect(() => slow.touch()).toThrow(locked);
  slow.release();
  expect(isLocked(file, new Date())).toBe(true);
  expect(() => lockAttempt(file, self)).toThrow(locked);
  lock.release();
});

it("a sign of life makes a lock young again, one that was taken over too", () => {
  for (const isTakenOver of [false, true]) {
    const file = lockFile();
    const far = {...self, hostName: "far", machineId: "far"};
    if (isTakenOver) leave(file, {...far, bootId: "another"});
    const lock = lockAttempt(file, far);
    for (const name of readdirSync(join(file, ".."))) silentFor(join(file, "..", name), FOREIGN_STALE_SECONDS + 10);
    lock.touch();
    expect(() => lockAttempt(file, self)).toThrow(locked);
  }
});

it("damaged and empty locks hold nobody off", () => {
  for (const text of ["", "{", "null\n"]) {
    const file = lockFile();
    writeFileSync(file, text);
    lockAttempt(file, self).release();
    expect(existsSync(file)).toBe(false);
  }
});

it("follows a chain of owners of whom each died before it was done", () => {
  const file = lockFile();
  const pid = deadPid();
  leave(file, {pid});
  for (let i = 0; i < 3; ++i) lockAttempt(file, {...self, pid}); // never released
  expect(readdirSync(join(file, ".."))).toHaveLength(4);
  const lock = lockAttempt(file, self);
  expect(() => lockAttempt(file, self)).toThrow(locked);
  lock.release();
  expect(readdirSync(join(file, ".."))).toEqual([]);
});

const taker = `
  import {lockAttempt, thisProcess} from ${JSON.stringify(join(import.meta.dirname, "../../../dist/runner/journal/attemptLock.js"))};
  import {createInterface} from "node:readline";
  let lock = null;
  console.log("ready");
  for await (const line of createInterface({input: process.stdin})) {
    if (line === "release") { lock?.release(); lock = null; console.log("released"); continue; }
    try { lock = lockAttempt(line, thisProcess()); console.log("taken"); } catch (error) { console.log(error.code ?? String(error)); }
  }`;

function start(): {child: ChildProcess; ask(line: string): Promise<string>; next(): Promise<string>} {
  const child = spawn(process.execPath, ["--input-type=module", "-e", taker], {stdio: ["pipe", "pipe", "inherit"]});
  const lines = createInterface({input: child.stdout!})[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value as string;
  return {
    child,
    next,
    ask(line) {
      child.stdin!.write(`${line}\n`);
      return next();
    },
  };
}

it("of several processes at once exactly one takes it: a free lock, one of the dead, and one whose holder has just been killed", async () => {
  const takers = Array.from({length: 3}, start);
  try {
    for (const {next} of takers) expect(await next()).toBe("ready");
    for (let round = 0; round < 40; ++round) {
      const file = lockFile();
      if (round % 2 === 1) leave(file, {pid: 1, startTicks: "0"});
      const answers = await Promise.all(takers.map(({ask}) => ask(file)));
      expect(answers.toSorted()).toEqual(["attempt-locked", "attempt-locked", "taken"]);
      await Promise.all(takers.map(({ask}) => ask("release")));
      expect(readdirSync(join(file, ".."))).toEqual([]);
    }
    const file = lockFile();
    expect(await takers[0]!.ask(file)).toBe("taken");
    takers[0]!.child.kill("SIGKILL");
    await new Promise((resolve) => takers[0]!.child.once("close", resolve));
    const answers = await Promise.all(takers.slice(1).map(({ask}) => ask(file)));
    expect(answers.toSorted()).toEqual(["attempt-locked", "taken"]);
    expect(readFileSync(file, "utf8")).toContain(`"pid":${takers[0]!.child.pid}`);
  } finally {
    for (const {child} of takers) child.kill("SIGKILL");
  }
});

import {readFileSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {type LockOwner, startTicksOf, thisProcess} from "../journal/attemptLock.js";

/** What is known of an attempt besides its journal: which process has taken it on, and why it could not go on. */
export type Failure = {code: string; problem: string; hint: string};

const WORKER = "worker.json";
const FAILURE = "failure.json";

/** Says that this process will run the attempt, perhaps after others. */
export function noteWorker(folder: string): void {
  writeFileSync(join(folder, WORKER), `${JSON.stringify(thisProcess())}\n`, {mode: 0o600});
  rmSync(join(folder, FAILURE), {force: true});
}

/** Whether a process of this machine has taken the attempt on and lives. */
export function workerLives(folder: string): boolean {
  const owner = read(folder, WORKER) as LockOwner | null;
  const {machineId, bootId} = thisProcess();
  return owner !== null && owner.machineId === machineId && owner.bootId === bootId && startTicksOf(owner.pid) === owner.startTicks;
}

export const noteFailure = (folder: string, failure: Failure): void =>
  writeFileSync(join(folder, FAILURE), `${JSON.stringify(failure)}\n`, {mode: 0o600});

export const failureIn = (folder: string): Failure | null => read(folder, FAILURE) as Failure | null;

function read(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name), "utf8"));
  } catch {
    return null;
  }
}

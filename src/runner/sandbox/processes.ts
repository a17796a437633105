import {readdirSync, readFileSync, readlinkSync, statSync} from "node:fs";

/** What `/proc/PID/stat` says of a process; ids as the reader's pid namespace has them. */
export type ProcessStat = {state: string; session: number; startTicks: string};

/** Null for a process that is gone. */
export function processStat(pid: number): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" "); // the name before it may hold anything
    return {state: fields[0]!, session: Number(fields[3]), startTicks: fields[19]!};
  } catch {
    return null;
  }
}

const SIGSTOP_BIT = 1n << 18n;

export function stopIsPending(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return [...status.matchAll(/^(?:Sig|Shd)Pnd:\s+([0-9a-f]+)$/gm)].some(([, mask]) => (BigInt(`0x${mask}`) & SIGSTOP_BIT) !== 0n);
  } catch {
    return true; // it is gone
  }
}

const processIds = (): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** Processes of the pid namespace with this inode; those that may not be looked into are left out. */
export const processesInNamespace = (inode: number): number[] =>
  processIds().filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/ns/pid`) === `pid:[${inode}]`;
    } catch {
      return false;
    }
  });

export const processesOfUser = (uid: number): number[] =>
  processIds().filter((pid) => {
    try {
      return statSync(`/proc/${pid}`).uid === uid;
    } catch {
      return false;
    }
  });

export const processesOfSession = (session: number): number[] => processIds().filter((pid) => processStat(pid)?.session === session);

/** Neither gone nor a zombie that waits to be collected. */
export const isAlive = (pid: number): boolean => !["Z", "X", undefined].includes(processStat(pid)?.state);

/** Sends a signal to each; those that have ended meanwhile are no failure. Numbers that mean groups, or everyone, are never passed on. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids.filter((number) => Number.isInteger(number) && number > 1)) {
    try {
      process.kill(pid, signal);
    } catch {}
  }
}

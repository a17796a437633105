import {closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeSync} from "node:fs";
import {RebenchError} from "../../errors.js";

/** Who holds an attempt. */
export type LockOwner = {
  /** Of the machine: /etc/machine-id, so that a shared file system is no trap. */
  machineId: string;
  bootId: string;
  pid: number;
  /** Of the process, in clock ticks since the machine started: a number that is used again has another. */
  startTicks: string;
};

/** A lock of another machine is taken for left behind when its holder gave no sign of life for this long. */
export const FOREIGN_STALE_SECONDS = 120;

export type AttemptLock = {
  /** Says that the holder lives; to be called at least every minute. */
  touch(): void;
  release(): void;
};

/**
 * Takes an attempt for this process alone. A lock whose holder is gone (another boot of this machine, or no such process) is taken
 * over; one of another machine when it has been silent for {@link FOREIGN_STALE_SECONDS}.
 *
 * @throws RebenchError `attempt-locked` that names the holder.
 */
export function lockAttempt(file: string, owner: LockOwner, now: () => Date): AttemptLock {
  const text = `${JSON.stringify(owner)}\n`;
  if (!create(file, text)) {
    const holder = readOwner(file);
    if (holder !== null && lives(holder, owner, ageSeconds(file, now()))) throw locked(file, holder, owner);
    takeOver(file, text, owner.pid);
    if (readFileSync(file, "utf8") !== text) throw locked(file, readOwner(file), owner); // somebody else was later, and has it
  }
  return {
    touch: () => utimesSync(file, now(), now()),
    release: () => rmSync(file, {force: true}),
  };
}

/** False where the file is there already. */
function create(file: string, text: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, "wx", 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  }
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return true;
}

/** Longer than two processes need from seeing a dead holder to putting their own lock in its place: the last of them has it. */
const SETTLE_MILLISECONDS = 200;

function takeOver(file: string, text: string, pid: number): void {
  const own = `${file}.${pid}`;
  rmSync(own, {force: true});
  create(own, text);
  renameSync(own, file);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLE_MILLISECONDS);
}

function readOwner(file: string): LockOwner | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LockOwner;
  } catch {
    return null; // torn or gone: nobody has finished taking it
  }
}

const ageSeconds = (file: string, now: Date): number => {
  const found = statSync(file, {throwIfNoEntry: false});
  return found === undefined ? Number.POSITIVE_INFINITY : (now.getTime() - found.mtimeMs) / 1000;
};

function lives(holder: LockOwner, self: LockOwner, silentSeconds: number): boolean {
  if (holder.machineId !== self.machineId) return silentSeconds < FOREIGN_STALE_SECONDS;
  return holder.bootId === self.bootId && startTicksOf(holder.pid) === holder.startTicks;
}

/** When a process of this machine started, in ticks; null where there is none. Field 22 of /proc/PID/stat, behind the name in brackets. */
export function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function locked(file: string, holder: LockOwner | null, self: LockOwner): RebenchError {
  const where = holder !== null && holder.machineId !== self.machineId ? " on another machine" : "";
  const who = holder === null ? "another process" : `process ${holder.pid}${where}`;
  return new RebenchError("attempt-locked", {
    problem: `the attempt is being run by ${who} (${file})`,
    hint: `Wait for it, or stop it with: rebench stop. ${where === "" ? "" : `A lock of another machine is given up after ${FOREIGN_STALE_SECONDS} s without a sign of life.`}`.trim(),
  });
}

/** This process, as locks name it. */
export function thisProcess(): LockOwner {
  const read = (file: string) => {
    try {
      return readFileSync(file, "utf8").trim();
    } catch {
      return "unknown";
    }
  };
  return {
    machineId: read("/etc/machine-id"),
    bootId: read("/proc/sys/kernel/random/boot_id"),
    pid: process.pid,
    startTicks: startTicksOf(process.pid) ?? "unknown",
  };
}

import {createHash, randomUUID} from "node:crypto";
import {closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, readlinkSync, rmSync, statSync, writeSync} from "node:fs";
import {hostname} from "node:os";
import {RebenchError} from "../../errors.js";

/** Who holds an attempt. */
export type LockOwner = {
  /** Of the machine: /etc/machine-id and its name, so that a shared file system is no trap, nor are machines made from one image. */
  machineId: string;
  hostName: string;
  bootId: string;
  /** Of the container, say: process numbers mean something within it alone. */
  pidNamespace: string;
  pid: number;
  /** Of the process, in clock ticks since the machine started: a number that is used again has another. */
  startTicks: string;
};

/** A lock of another machine is taken for left behind when its holder gave no sign of life for this long. */
export const FOREIGN_STALE_SECONDS = 120;

export type AttemptLock = {
  /**
   * Says that the holder lives; to be called at least every minute.
   *
   * @throws RebenchError `attempt-locked` where another machine took the attempt over meanwhile.
   */
  touch(): void;
  release(): void;
};

/** One link of the chain: the lock itself, or the successor of an owner that was found dead. */
type Link = {path: string; text: string};

const TRIES = 20;

/**
 * Takes an attempt for this process alone. A lock whose holder is gone (another boot of this machine, or no such process) is taken
 * over; one of another machine or container when it has been silent for {@link FOREIGN_STALE_SECONDS}.
 *
 * Each owner's text is unique, and whoever follows a dead one makes the file `LOCK.after-HASH` of that text, which the file system lets
 * exactly one process do. The holder is the end of the chain that begins at `file`, so that a process that was held up for any time
 * between looking and taking cannot take what has changed hands since.
 *
 * @throws RebenchError `attempt-locked` that names the holder.
 */
export function lockAttempt(file: string, owner: LockOwner): AttemptLock {
  const text = `${JSON.stringify({...owner, token: randomUUID()})}\n`;
  const own = `${file}.${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
  write(own, text);
  try {
    for (let i = 0; i < TRIES; ++i) {
      const place = take(file, own, text, owner);
      if (place !== null) return heldLock(file, place, text, owner);
    }
    throw locked(file, null, owner);
  } finally {
    rmSync(own, {force: true});
  }
}

/** Where the lock is now; null where it changed hands meanwhile. */
function take(file: string, own: string, text: string, owner: LockOwner): string | null {
  if (link(own, file)) return file;
  const end = chain(file).at(-1);
  if (end === undefined) return null;
  const holder = ownerIn(end.text);
  if (holder !== null && lives(holder, owner, silentSeconds(end.path, own))) throw locked(file, holder, owner);
  const place = after(file, end.text);
  if (!link(own, place)) return null;
  if (chain(file).at(-1)?.text === text) return place;
  rmSync(place, {force: true}); // of a chain that is no more
  return null;
}

function heldLock(file: string, place: string, text: string, owner: LockOwner): AttemptLock {
  const isHeld = () => chain(file).at(-1)?.text === text;
  return {
    touch() {
      const end = chain(file).at(-1);
      if (end?.text !== text) throw locked(file, end === undefined ? null : ownerIn(end.text), owner);
      write(place, text, "r+"); // the time of the change is the file system's own, whatever clocks there are
    },
    release() {
      if (!isHeld()) return;
      for (const {path} of chain(file)) rmSync(path, {force: true}); // the lock itself first
    },
  };
}

/** Whether a process lives that holds the attempt, as far as can be told without taking it. */
export function isLocked(file: string, now: Date): boolean {
  const end = chain(file).at(-1);
  const holder = end === undefined ? null : ownerIn(end.text);
  const touched = end === undefined ? undefined : statSync(end.path, {throwIfNoEntry: false});
  return holder !== null && touched !== undefined && lives(holder, thisProcess(), (now.getTime() - touched.mtimeMs) / 1000);
}

function chain(file: string): Link[] {
  const links: Link[] = [];
  for (let path = file; ; ) {
    const text = read(path);
    if (text === null) return links;
    links.push({path, text});
    path = after(file, text);
    if (!existsSync(path)) return links;
  }
}

const after = (file: string, text: string) => `${file}.after-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function write(path: string, text: string, flags: "wx" | "r+" = "wx"): void {
  const descriptor = openSync(path, flags, 0o600);
  try {
    writeSync(descriptor, text, 0);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Gives a file, whole from the beginning, another name; false where there is one of that name. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  }
}

function ownerIn(text: string): LockOwner | null {
  try {
    return JSON.parse(text) as LockOwner;
  } catch {
    return null; // damaged: nobody can be asked
  }
}

/** Compared with a file that was made just now on the same file system. */
const silentSeconds = (path: string, fresh: string): number => {
  const [then, now] = [statSync(path, {throwIfNoEntry: false}), statSync(fresh)];
  return then === undefined ? Number.POSITIVE_INFINITY : (now.mtimeMs - then.mtimeMs) / 1000;
};

function lives(holder: LockOwner, self: LockOwner, silent: number): boolean {
  const isNear = holder.machineId === self.machineId && holder.hostName === self.hostName;
  if (isNear && holder.bootId !== self.bootId) return false;
  if (!isNear || holder.pidNamespace !== self.pidNamespace) return silent < FOREIGN_STALE_SECONDS;
  return startTicksOf(holder.pid) === holder.startTicks;
}

/** When a process of this machine started, in ticks; null where there is none. Field 22 of /proc/PID/stat, behind the name in brackets. */
export function startTicksOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  const [state = "X", ...fields] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  return "ZX".includes(state) ? null : (fields[18] ?? null); // dead, and only not yet taken notice of
}

function locked(file: string, holder: LockOwner | null, self: LockOwner): RebenchError {
  const isFar = holder !== null && (holder.hostName !== self.hostName || holder.pidNamespace !== self.pidNamespace);
  const who =
    holder === null ? "another process" : `process ${holder.pid}${isFar ? ` on ${holder.hostName}, or in a container there` : ""}`;
  const more = isFar ? ` Its lock is given up after ${FOREIGN_STALE_SECONDS} s without a sign of life.` : "";
  return new RebenchError("attempt-locked", {
    problem: `the attempt is being run by ${who} (${file})`,
    hint: `Wait until it has ended, or pause it there with Ctrl-C.${more}`,
  });
}

/** This process, as locks name it. */
export const thisProcess = (): LockOwner => ({
  machineId: read("/etc/machine-id")?.trim() ?? "unknown",
  hostName: hostname(),
  bootId: read("/proc/sys/kernel/random/boot_id")?.trim() ?? "unknown",
  pidNamespace: pidNamespace(),
  pid: process.pid,
  startTicks: startTicksOf(process.pid) ?? "unknown",
});

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "unknown";
  }
}

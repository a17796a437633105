import {randomUUID} from "node:crypto";
import {linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {RebenchError} from "../../errors.js";
import {type Owner, ownerIsAlive, thisOwner} from "./owner.js";
import {processesOfUser, signalAll} from "./processes.js";

/** A user id that belongs to one live attempt, or to one judge, and to nobody else on this machine. */
export type DedicatedUser = {uid: number; release(): void};

/** Ids from here on are used where the machine's own user database knows none of them. */
const FIRST_UID = 1_610_000_000;
const USERS = 4000;

/**
 * Where dedicated ids begin: at 1,610,000,000, or, in a container that maps fewer, 4000 below the end of its largest range. Null where
 * the runner may become no other user.
 * @param uidMap The text of `/proc/self/uid_map`: first id inside, first id outside, length.
 */
export function firstDedicatedUid(uidMap: string): number | null {
  const ranges = uidMap
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
  if (ranges.some(([inside, , length]) => inside <= FIRST_UID && FIRST_UID + USERS <= inside + length)) return FIRST_UID;
  const [inside, , length] = ranges.reduce((largest, range) => (range[2] > largest[2] ? range : largest));
  return length > 2 * USERS ? inside + length - USERS : null;
}

/** Takes the first free id. A lock file holds it; one whose owner has died is taken over by exactly one of those who want it. */
export function dedicatedUser(folder: string, first: number): DedicatedUser {
  const locks = join(folder, "users");
  mkdirSync(locks, {recursive: true, mode: 0o700});
  const token = randomUUID();
  const own = join(locks, `new-${token}`);
  writeFileSync(own, JSON.stringify({...thisOwner(), token}), {mode: 0o600});
  try {
    for (let uid = first; uid < first + USERS; ++uid) {
      const lock = join(locks, String(uid));
      if (!take(own, lock)) continue;
      if (processesOfUser(uid).length === 0) return {uid, release: () => release(lock, token)};
      release(lock, token);
    }
  } finally {
    remove(own);
  }
  throw new RebenchError("no-sandbox", {
    problem: `all ${USERS} user ids from ${first} on are taken: ${locks}`,
    hint: "Stop other attempts, or remove this folder when no attempt is running.",
  });
}

type Lock = Owner & {token: string};

function take(own: string, lock: string): boolean {
  if (link(own, lock)) return true;
  const stale = readLock(lock);
  if (stale === null || ownerIsAlive(stale)) return false;
  const guard = `${lock}.${stale.token}`; // who makes it may replace this very lock, nobody else does
  if (!link(own, guard)) return false;
  try {
    if (readLock(lock)?.token !== stale.token) return false;
    signalAll(processesOfUser(Number(lock.slice(lock.lastIndexOf("/") + 1))), "SIGKILL");
    const copy = `${own}-copy`;
    linkSync(own, copy);
    renameSync(copy, lock);
    return true;
  } finally {
    remove(guard);
  }
}

function release(lock: string, token: string): void {
  if (readLock(lock)?.token === token) remove(lock);
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readLock(file: string): Lock | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Lock;
  } catch {
    return null;
  }
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {}
}

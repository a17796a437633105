// A lock that one process of this machine holds at a time. It belongs to nobody once its holder has died, however that happened.
import {linkSync, readFileSync, unlinkSync, writeFileSync} from "node:fs";
import {setTimeout as sleep} from "node:timers/promises";

const PAUSE_MILLISECONDS = 200;

/** Does `work` while holding the lock; `waiting` is told once, where another holds it. */
export async function withLock(file, work, {waiting}) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify({pid: process.pid, began: beginning(process.pid)}));
  try {
    for (let told = false; !take(file, own); told = true) {
      if (!told) waiting();
      await sleep(PAUSE_MILLISECONDS);
    }
    try {
      return await work();
    } finally {
      remove(file);
    }
  } finally {
    remove(own);
  }
}

function take(file, own) {
  if (link(own, file)) return true;
  const holder = read(file);
  if (holder === null || isAlive(holder)) return false;
  const guard = `${file}.dead-${holder.pid}-${holder.began}`; // who makes it removes this holder's lock, nobody else does
  if (!link(own, guard)) {
    const remover = read(guard);
    if (remover !== null && !isAlive(remover)) remove(guard);
    return false;
  }
  const now = read(file);
  if (now !== null && now.pid === holder.pid && now.began === holder.began) remove(file);
  remove(guard);
  return link(own, file);
}

/** A number may have been given to another process since; when that began tells them apart. */
function isAlive({pid, began}) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === "ESRCH") return false;
  }
  return beginning(pid) === began;
}

/** Ticks from the start of the machine to that of the process; null where there is no /proc. */
function beginning(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return null;
  }
}

function link(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

function remove(file) {
  try {
    unlinkSync(file);
  } catch {}
}

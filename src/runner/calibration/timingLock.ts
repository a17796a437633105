import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {RebenchError} from "../../errors.js";
import {type AttemptLock, lockAttempt, thisProcess} from "../journal/attemptLock.js";
import {runtimeFolder} from "../sandbox/runtimeFolder.js";

const LOOK_MILLISECONDS = 200;

let last: Promise<unknown> = Promise.resolve();

/** Does what takes times while no other process of this user on this host does: one after the other, in this process too. */
export function withTimingLock<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const own = last.then(async () => {
    const lock = await taken(signal);
    try {
      return await work();
    } finally {
      lock.release();
    }
  });
  last = own.catch(() => {});
  return own;
}

async function taken(signal?: AbortSignal): Promise<AttemptLock> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return lockAttempt(join(runtimeFolder(), "timing.lock"), thisProcess());
    } catch (error) {
      if (!(error instanceof RebenchError && error.code === "attempt-locked")) throw error;
      await sleep(LOOK_MILLISECONDS);
    }
  }
}

import {existsSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import type {AttemptParts} from "../attempt/attemptParts.js";

const fileOf = (folder: string): string => join(folder, "stop");
const LOOK_MILLISECONDS = 500;

/**
 * Asks whoever runs an attempt to end it for good. A file and no signal: it works from another user of the same group, on another node of
 * a cluster, and for an attempt that has not begun; and it ends this attempt alone where one process runs several.
 */
export const requestStop = (folder: string): void => writeFileSync(fileOf(folder), "", {mode: 0o600});

export const isStopRequested = (folder: string): boolean => existsSync(fileOf(folder));

/** Runs an attempt, and ends it for good when that is asked for. */
export async function untilStopped<Outcome>(parts: AttemptParts, run: (parts: AttemptParts) => Promise<Outcome>): Promise<Outcome> {
  const stop = new AbortController();
  const onUser = () => stop.abort(parts.signal.reason);
  if (parts.signal.aborted) onUser();
  else parts.signal.addEventListener("abort", onUser, {once: true});
  const look = () => isStopRequested(parts.folder.folder) && stop.abort("stop");
  look();
  const looking = setInterval(look, LOOK_MILLISECONDS);
  try {
    return await run({...parts, signal: stop.signal});
  } finally {
    clearInterval(looking);
    parts.signal.removeEventListener("abort", onUser);
  }
}

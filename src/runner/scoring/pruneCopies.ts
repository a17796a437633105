import {lstatSync, readdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import type {Environment} from "../../environment/environment.js";
import type {JournalEntry} from "../journal/event.js";
import {bestScored} from "./bestScored.js";

/** Copies of an attempt's submissions may take this much together, if those that are needed do not take more. */
export const MOST_COPY_BYTES = 4 * 2 ** 30;

/**
 * Which copies have to stay: of what is not scored yet, of the best submission, which may be measured again and people look at, and of
 * the last one. What all others were is in the journal, by hash.
 */
export function neededCopies(entries: readonly JournalEntry[], environment: Environment): Set<string> {
  const scored = entries.flatMap((entry) =>
    entry.type === "scored" && !entry.remeasured && entry.submissionSha256 !== null ? [{...entry, sha256: entry.submissionSha256}] : [],
  );
  const answered = new Set(entries.flatMap((entry) => (entry.type === "scored" ? [entry.requestId] : [])));
  const open = entries.flatMap((entry) => (entry.type === "copied" && !answered.has(entry.requestId) ? [entry.submissionSha256] : []));
  const chosen = [bestScored(scored, environment), scored.at(-1)];
  return new Set([...open, ...chosen.flatMap((one) => (one === undefined ? [] : [one.sha256]))]);
}

/** Removes the oldest copies that are not needed, until the rest takes no more than `mostBytes`. */
export function pruneCopies(folder: string, entries: readonly JournalEntry[], environment: Environment, mostBytes: number): void {
  const order = [...new Set(entries.flatMap((entry) => (entry.type === "copied" ? [entry.submissionSha256] : [])))];
  const names = new Set(readdirSync(folder));
  const copies = order.filter((name) => names.has(name)).map((name) => ({name, bytes: bytesBelow(join(folder, name))}));
  let total = copies.reduce((sum, {bytes}) => sum + bytes, 0);
  if (total <= mostBytes) return;
  const needed = neededCopies(entries, environment);
  for (const {name, bytes} of copies) {
    if (total <= mostBytes) return;
    if (needed.has(name)) continue;
    rmSync(join(folder, name), {recursive: true, force: true});
    total -= bytes;
  }
}

/** As the disk has them. */
function bytesBelow(path: string): number {
  const {blocks} = lstatSync(path);
  const below = lstatSync(path).isDirectory() ? readdirSync(path).map((name) => bytesBelow(join(path, name))) : [];
  return below.reduce((sum, bytes) => sum + bytes, blocks * 512);
}

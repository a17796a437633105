import {existsSync, readdirSync, statSync} from "node:fs";
import {basename, dirname, join, resolve} from "node:path";
import {nearestNames, printable, RebenchError} from "../errors.js";

const FILE = "transcript.jsonl";
/** Folders in folders in which attempts are looked for. */
const MOST_DEPTH = 3;

export type FoundTranscript = {file: string; folder: string; id: string};

/**
 * The transcript of an attempt: by its folder, its file, or its id below `runs`.
 *
 * @throws RebenchError `unknown-run` with the nearest ids.
 */
export function findTranscript(attempt: string, runs: string): FoundTranscript {
  const found = statSync(attempt, {throwIfNoEntry: false});
  if (found?.isFile()) return located(attempt);
  if (found?.isDirectory() && existsSync(join(attempt, FILE))) return located(join(attempt, FILE));
  const folders = attemptsBelow(runs, MOST_DEPTH);
  const own = folders.filter((folder) => basename(folder) === attempt);
  if (own.length === 1) return located(join(own[0]!, FILE));
  if (own.length > 1) throw severalFound(attempt, own);
  if (found?.isDirectory()) throw noTranscript(attempt);
  const ids = folders.map((folder) => basename(folder));
  throw unknown(attempt, runs, ids);
}

function located(file: string): FoundTranscript {
  const folder = dirname(resolve(file));
  return {file, folder, id: basename(folder)};
}

function attemptsBelow(folder: string, depth: number): string[] {
  let inside: string[];
  try {
    inside = readdirSync(folder, {withFileTypes: true}).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return []; // there is none, or it is closed to us
  }
  return inside.sort().flatMap((name) => {
    const path = join(folder, name);
    if (existsSync(join(path, FILE))) return [path];
    return depth > 1 ? attemptsBelow(path, depth - 1) : [];
  });
}

const severalFound = (id: string, folders: readonly string[]) =>
  new RebenchError("unknown-run", {
    problem: `there are ${folders.length} attempts "${printable(id)}": ${folders.slice(0, 5).map(printable).join(", ")}`,
    hint: "Give the folder of the one you mean.",
  });

const noTranscript = (folder: string) =>
  new RebenchError("unknown-run", {
    problem: `there is no ${FILE} in ${printable(folder)}`,
    hint: "Give the folder of an attempt that was run: rebench transcript runs/ID",
  });

function unknown(id: string, runs: string, ids: readonly string[]): RebenchError {
  const near = nearestNames(id, ids).map(printable);
  return new RebenchError("unknown-run", {
    problem: `there is no transcript of "${printable(id)}" in ${printable(runs)}${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`,
    hint: ids.length === 0 ? "Give the attempt's folder, or where attempts are with --runs." : "Give an id that is there, or a folder.",
  });
}

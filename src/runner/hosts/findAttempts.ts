import {existsSync, readdirSync} from "node:fs";
import {basename, join, resolve} from "node:path";
import {nearestNames, printable, RebenchError} from "../../errors.js";
import type {AttemptPlan} from "../attempt/attemptPlan.js";
import {planIn} from "./readPlan.js";

/** An attempt that is known here: its own folder, or the one that says where it runs. */
export type FoundAttempt = {folder: string; plan: AttemptPlan};

/** Folders in folders in which attempts are looked for. */
const MOST_DEPTH = 3;

/** All attempts below a folder, the oldest first. */
export function attemptsBelow(runs: string): FoundAttempt[] {
  return foldersBelow(resolve(runs), MOST_DEPTH)
    .flatMap((folder) => {
      const plan = planIn(folder);
      return plan === null ? [] : [{folder, plan}];
    })
    .sort((a, b) => (a.plan.createdAt + a.plan.id < b.plan.createdAt + b.plan.id ? -1 : 1));
}

/**
 * The attempt of that id, or in that folder. The end of an id is enough where it fits one attempt alone.
 *
 * @throws RebenchError `unknown-run` with the nearest ids.
 */
export function findAttempt(attempt: string, runs: string): FoundAttempt {
  const own = planIn(attempt);
  if (own !== null) return {folder: resolve(attempt), plan: own};
  const all = attemptsBelow(runs);
  const ids = all.map(({plan}) => plan.id);
  const fits = all.filter(({plan}) => plan.id === attempt);
  const ends = fits.length > 0 ? fits : all.filter(({plan}) => plan.id.endsWith(attempt));
  if (ends.length === 1) return ends[0]!;
  throw new RebenchError("unknown-run", {
    problem: problemOf(attempt, runs, ends, ids),
    hint: `See all of them with: rebench runs --runs ${runs}`,
  });
}

function problemOf(attempt: string, runs: string, ends: readonly FoundAttempt[], ids: readonly string[]): string {
  const name = printable(attempt);
  if (ends.length > 1) return `"${name}" fits ${ends.length} attempts below ${runs}, such as ${ends[0]!.plan.id}`;
  if (ids.length === 0) return `unknown attempt "${name}": there are no attempts below ${runs}`;
  const near = nearestNames(attempt, ids);
  return `unknown attempt "${name}"${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ` below ${runs}`}`;
}

function foldersBelow(folder: string, depth: number): string[] {
  if (existsSync(join(folder, "attempt.json")) && basename(folder) !== "workspace") return [folder];
  if (depth === 0) return [];
  let inside: string[];
  try {
    inside = readdirSync(folder, {withFileTypes: true}).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return []; // there is none, or it is closed to us
  }
  return inside.flatMap((name) => foldersBelow(join(folder, name), depth - 1));
}

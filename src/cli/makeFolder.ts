import {accessSync, constants, mkdirSync, rmdirSync} from "node:fs";
import {dirname, resolve} from "node:path";
import {printable, RebenchError} from "../errors.js";

/** Makes a folder to write into, and those above it. @throws RebenchError `unwritable-file`. */
export function makeFolder(folder: string): void {
  make(folder);
}

/**
 * Does work that writes into a folder, which is made before: long work does not end where it cannot write. Folders that were made
 * for it and in which it left nothing go again.
 *
 * @throws RebenchError `unwritable-file`, and what the work throws.
 */
export async function withFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const first = make(folder);
  try {
    return await work();
  } finally {
    if (first !== undefined) removeEmpty(resolve(folder), resolve(first));
  }
}

/** The uppermost folder that was made; undefined where all were there. */
function make(folder: string): string | undefined {
  try {
    const first = mkdirSync(folder, {recursive: true});
    accessSync(folder, constants.W_OK);
    return first;
  } catch (cause) {
    const {code, message} = cause as NodeJS.ErrnoException;
    const inTheWay = code === "EEXIST" || code === "ENOTDIR";
    const why = inTheWay ? "a file is in the way" : code === "EACCES" || code === "EPERM" ? "permission denied" : message;
    throw new RebenchError("unwritable-file", {
      problem: `cannot write into ${printable(folder)}: ${why}`,
      hint: "Choose another folder with --out.",
      cause,
    });
  }
}

/** Removes a folder and those above it up to `first`, as far as they are empty. */
function removeEmpty(folder: string, first: string): void {
  try {
    for (let each = folder; each.startsWith(first); each = dirname(each)) rmdirSync(each);
  } catch {
    // something is in it
  }
}

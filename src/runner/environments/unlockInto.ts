import {existsSync, mkdirSync, readdirSync, realpathSync} from "node:fs";
import {dirname, join, resolve, sep} from "node:path";
import {packageFolder} from "../../assets.js";
import {RebenchError} from "../../errors.js";
import {readSolution, writeSolution} from "./solutions.js";

/**
 * Writes a solution's files into a new or empty folder outside rebench's own and outside the environment's, so that no solution is
 * committed in the open by mistake.
 *
 * @returns The names of the files.
 */
export function unlockInto(environmentFolder: string, solution: string, folder: string): string[] {
  const place = realPlace(resolve(folder));
  const inside = [packageFolder, environmentFolder].find((guarded) => `${place}${sep}`.startsWith(`${realpathSync(guarded)}${sep}`));
  if (inside !== undefined) {
    throw new RebenchError("usage", {
      problem: `${folder} is inside ${inside}: a solution there might be committed, and then be crawled`,
      hint: "Choose a folder outside, such as /tmp/solution.",
    });
  }
  if (existsSync(place) && readdirSync(place).length > 0) {
    throw new RebenchError("unwritable-file", {problem: `${folder} is not empty`, hint: "Choose a new folder."});
  }
  const files = readSolution(environmentFolder, solution);
  try {
    mkdirSync(place, {recursive: true});
    writeSolution(files, place);
  } catch (cause) {
    throw new RebenchError("unwritable-file", {
      problem: `cannot write into ${folder}: ${(cause as Error).message}`,
      hint: "Choose another folder.",
      cause,
    });
  }
  return [...files.keys()].sort();
}

/** The path without links, as far as it exists. */
function realPlace(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : join(realPlace(dirname(folder)), folder.slice(dirname(folder).length));
}

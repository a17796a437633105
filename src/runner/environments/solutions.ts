import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {environmentsFolder} from "../../assets.js";
import {RebenchError} from "../../errors.js";
import {parseSolutionKey, type SolutionFiles, unlockSolution} from "../solutions/solutionArchive.js";

export const REFERENCE = "reference";

/** Names of an environment's encrypted solutions, the reference first. */
export function solutionNames(folder: string): string[] {
  const place = join(folder, "solutions");
  if (!existsSync(place)) return [];
  const names = readdirSync(place).flatMap((file) => (file.endsWith(".enc") ? [file.slice(0, -".enc".length)] : []));
  return names.sort((a, b) => Number(b === REFERENCE) - Number(a === REFERENCE) || (a < b ? -1 : 1));
}

/** The files of a solution. @throws RebenchError `invalid-environment` where there is none, or it cannot be unlocked. */
export function readSolution(folder: string, name: string): SolutionFiles {
  const file = join(folder, "solutions", `${name}.enc`);
  if (!existsSync(file)) {
    const names = solutionNames(folder);
    throw new RebenchError("invalid-environment", {
      problem: `there is no ${file}`,
      hint:
        names.length > 0 ? `There are: ${names.join(", ")}.` : "Lock one with: node environments/_lib/solutions.mjs lock FOLDER FILE.enc",
    });
  }
  const files = unlockSolution(readFileSync(file), solutionKey(dirname(folder)), file);
  const outside = [...files.keys()].find((path) => !isBelow(path));
  if (outside === undefined && files.size > 0) return files;
  throw new RebenchError("invalid-environment", {
    problem: `${file} ${outside === undefined ? "holds no files" : `holds a file outside its folder: ${outside}`}`,
    hint: "Lock the solution's folder again.",
  });
}

/** Writes the files of a solution below a folder, over what is there. */
export function writeSolution(files: SolutionFiles, folder: string): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), {recursive: true});
    writeFileSync(join(folder, path), bytes);
  }
}

/** `solutions.key` in a folder of environments, else that of the bundled ones. */
export function solutionKey(parent: string): Uint8Array {
  const file = [parent, environmentsFolder].map((folder) => join(folder, "solutions.key")).find(existsSync)!;
  return parseSolutionKey(readFileSync(file, "utf8"), file);
}

const isBelow = (path: string) => !path.startsWith("/") && !path.split(/[/\\]/).includes("..");

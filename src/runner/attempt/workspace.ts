import {cpSync, mkdirSync, rmSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import type {SolutionFiles} from "../solutions/solutionArchive.js";

/** A new workspace: what every participant receives, the task in words, and for a reference its solution on top. */
export function prepareWorkspace(workspace: string, environmentFolder: string, instructions: string, solution: SolutionFiles | null): void {
  rmSync(workspace, {recursive: true, force: true});
  mkdirSync(workspace, {recursive: true, mode: 0o755}); // its folder is closed
  cpSync(join(environmentFolder, "start"), workspace, {recursive: true, filter: (path) => !path.includes("__pycache__")});
  writeFileSync(join(workspace, "instructions.md"), instructions);
  for (const [path, bytes] of solution ?? []) {
    mkdirSync(dirname(join(workspace, path)), {recursive: true});
    writeFileSync(join(workspace, path), bytes);
  }
}

/** A solution of ours stays nowhere in the clear: neither in the workspace nor among the copies that were scored. */
export function removeSolution(workspace: string, submissions: string): void {
  for (const folder of [workspace, submissions]) rmSync(folder, {recursive: true, force: true});
}

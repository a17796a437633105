import {cpSync, mkdirSync, rmSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";

/** A new workspace: what every participant receives, and for a reference its solution on top. */
export function prepareWorkspace(workspace: string, environmentFolder: string, seed: ReadonlyMap<string, Uint8Array> | null): void {
  rmSync(workspace, {recursive: true, force: true});
  mkdirSync(workspace, {recursive: true, mode: 0o700});
  cpSync(join(environmentFolder, "start"), workspace, {recursive: true, filter: (path) => !path.includes("__pycache__")});
  for (const [path, bytes] of seed ?? []) {
    mkdirSync(dirname(join(workspace, path)), {recursive: true});
    writeFileSync(join(workspace, path), bytes);
  }
}

/** A solution of ours stays nowhere in the clear: neither in the workspace nor among the copies that were scored. */
export function removeSolution(workspace: string, submissions: string): void {
  for (const folder of [workspace, submissions]) rmSync(folder, {recursive: true, force: true});
}

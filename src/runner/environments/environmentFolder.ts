import {readdirSync, readFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {environmentsFolder} from "../../assets.js";
import {RebenchError} from "../../errors.js";

/** The folder of an environment, absolute, by its canonical name: of the bundled ones and those below `folders`, which the catalogue has read. */
export function environmentFolder(name: string, folders: readonly string[] = []): string {
  for (const parent of [environmentsFolder, ...folders]) {
    const entries = readdirSync(parent, {withFileTypes: true}).filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name));
    const found = entries.map((entry) => resolve(parent, entry.name)).find((folder) => nameIn(folder) === name);
    if (found !== undefined) return found;
  }
  throw new RebenchError("unknown-environment", {
    problem: `there is no folder of an environment "${name}"`,
    hint: "Add the folder that holds it with --environments-dir DIR (DIR/NAME/environment.json).",
  });
}

const nameIn = (folder: string): unknown => (JSON.parse(readFileSync(join(folder, "environment.json"), "utf8")) as {name: unknown}).name;

import {existsSync, readFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";

/** The folder that holds this package's package.json: the same from source, from `dist/`, and installed from a tarball. */
export const packageFolder: string = findPackageFolder(dirname(fileURLToPath(import.meta.url)));

/** The seven environments that come with rebench. */
export const environmentsFolder: string = join(packageFolder, "environments");

/** Synthetic attempts that stand in where a user has no store yet. */
export const sampleFile: string = join(packageFolder, "data", "sample", "attempts.jsonl.gz");

/** The reports that come with rebench: a folder each, with params.json and text.md. */
export const reportsFolder: string = join(packageFolder, "reports");

/** Version of this program, as written into provenance and settings. */
export const toolVersion: string = (JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {version: string}).version;

function findPackageFolder(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : findPackageFolder(dirname(folder));
}

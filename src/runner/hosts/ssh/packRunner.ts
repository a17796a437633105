import {createHash} from "node:crypto";
import {existsSync, readdirSync, readFileSync, statSync} from "node:fs";
import {basename, dirname, join, relative, resolve} from "node:path";
import {gzipSync} from "node:zlib";
import {environmentsFolder, packageFolder, toolVersion} from "../../../assets.js";
import {environmentFolder} from "../../environments/environmentFolder.js";
import {hostProgram} from "../launchWorker.js";
import {ADDED_ENVIRONMENTS, ADDED_PRICES} from "./added.js";
import {type TarFile, tarArchive} from "./tarArchive.js";

export type PackedRunner = {
  /** Folder name on hosts: version, and a hash of all that is in it. */
  name: string;
  archive: () => Buffer;
  /** Within the folder. */
  environmentsDirs: string[];
  pricesFile: string | null;
};

/** What a user adds to what comes with rebench. */
export type Additions = {environment: string; environmentsDirs: readonly string[]; pricesFile: string | null};

/**
 * The runner as a host needs it: the compiled files that its program imports and no others, the packages that these import, guests,
 * environments and prices. Neither store nor figures are in it, and nothing that is compiled for one kind of machine.
 */
export function packRunner({environment, environmentsDirs, pricesFile}: Additions): PackedRunner {
  const {files: compiled, packages} = importsFrom(hostProgram);
  const own = environmentFolder(environment, environmentsDirs);
  const isAdded = dirname(own) !== environmentsFolder;
  const files = [
    ...compiled.map((file) => fileAt(file, relative(packageFolder, file))),
    ...packages.flatMap((name) => packageFiles(name)),
    ...["src/runner/guest", "environments"].flatMap((folder) => filesBelow(join(packageFolder, folder), folder)),
    ...["package.json", "data/prices.json"].map((path) => fileAt(join(packageFolder, path), path)),
    ...(isAdded ? filesBelow(own, `${ADDED_ENVIRONMENTS}/${basename(own)}`) : []),
    ...(pricesFile === null ? [] : [fileAt(pricesFile, ADDED_PRICES)]),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    name: `runner-${toolVersion}-${hashOf(files)}`,
    archive: () => gzipSync(tarArchive(files)),
    environmentsDirs: isAdded ? [ADDED_ENVIRONMENTS] : [],
    pricesFile: pricesFile === null ? null : ADDED_PRICES,
  };
}

/** All files that a compiled file imports, itself among them, and the packages of ours that they name. */
function importsFrom(entry: string): {files: string[]; packages: string[]} {
  const {dependencies} = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {dependencies: Record<string, string>};
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, name] of readFileSync(file, "utf8").matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*"([^"\n]+)"/g)) {
      if (name!.startsWith(".")) visit(resolve(dirname(file), name!));
      else for (const each of Object.keys(dependencies)) if (name === each || name!.startsWith(`${each}/`)) packages.add(each);
    }
  };
  visit(entry);
  return {files: [...files], packages: [...packages]};
}

/** A package's code, and that of the packages that it needs. */
function packageFiles(name: string): TarFile[] {
  const folder = packageAt(name, packageFolder);
  const {dependencies = {}} = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {dependencies?: Record<string, string>};
  const own = filesBelow(folder, `node_modules/${name}`).filter(({path}) => /\.(?:js|cjs|mjs|json|wasm)$/.test(path));
  return [...own, ...Object.keys(dependencies).flatMap(packageFiles)];
}

/** Where npm has put it: beside us, or in a folder above. */
function packageAt(name: string, folder: string): string {
  const here = join(folder, "node_modules", name);
  return existsSync(here) || dirname(folder) === folder ? here : packageAt(name, dirname(folder));
}

function filesBelow(folder: string, path: string): TarFile[] {
  return readdirSync(folder, {withFileTypes: true})
    .filter(({name}) => !/^(?:__pycache__|\.pytest_cache|node_modules)$/.test(name))
    .flatMap((entry) => {
      const [from, to] = [join(folder, entry.name), `${path}/${entry.name}`];
      return entry.isDirectory() ? filesBelow(from, to) : entry.isFile() ? [fileAt(from, to)] : [];
    });
}

const fileAt = (file: string, path: string): TarFile => ({
  path,
  bytes: readFileSync(file),
  isExecutable: (statSync(file).mode & 0o111) !== 0,
});

function hashOf(files: readonly TarFile[]): string {
  const hash = createHash("sha256");
  for (const {path, bytes, isExecutable} of files) {
    hash.update(`${JSON.stringify([path, bytes.length, isExecutable])}\n`);
    hash.update(bytes);
  }
  return hash.digest("hex").slice(0, 16);
}

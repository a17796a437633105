import {execFile} from "node:child_process";
import {existsSync, lstatSync, readlinkSync, realpathSync} from "node:fs";
import {homedir} from "node:os";
import {dirname, resolve} from "node:path";
import {promisify} from "node:util";
import {RebenchError} from "../../errors.js";

/** A Python that participants and scorers use, and what a sandbox must show for it to run. */
export type Toolchain = {
  /** As it is started, inside and outside: `bin/python` of a virtual environment, say. */
  python: string;
  /** The interpreter below it, without links: starts the runner's own helpers quickly. */
  interpreter: string;
  /** Folders and files outside `/usr`, bound read-only at their own paths. */
  readOnly: readonly {host: string; inside: string}[];
  /** Folders for the front of PATH. */
  path: readonly string[];
};

const PROBE = `import json, os, sys, sysconfig
print(json.dumps({"executable": sys.executable, "version": list(sys.version_info[:2]),
  "prefixes": [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix],
  "paths": [path for path in sys.path if os.path.exists(path)], "libraries": [sysconfig.get_config_var("LIBDIR") or ""]}))`;

type Probe = {executable: string; version: [number, number]; prefixes: string[]; paths: string[]; libraries: string[]};

/** Asks a Python where its files are. @param python A path, or a name that PATH has. */
export async function pythonToolchain(python: string): Promise<Toolchain> {
  const probe = await ask(python);
  const interpreter = realpathSync(probe.executable);
  const home = existsSync(homedir()) ? realpathSync(homedir()) : homedir();
  const prefixes = [...probe.prefixes, dirname(dirname(interpreter))].map((path) => resolve(path));
  const holders = prefixes.filter((path) => contains(path, home));
  if (holders.length > 0 && holders[0] !== "/") {
    throw new RebenchError("no-sandbox", {
      problem: `${probe.executable} is installed into ${holders[0]}, which holds a home directory: to show the one is to show the other`,
      hint: "Make a virtual environment with a Python that has a folder of its own, and name it.",
    });
  }
  const folders = outermost([...prefixes, ...probe.paths.map((path) => resolve(path))].filter((path) => path !== "/" && !inSystem(path)));
  return {
    python: probe.executable,
    interpreter,
    readOnly: [
      ...folders.map((folder) => ({host: folder, inside: folder})),
      ...links(probe.executable)
        .filter((path) => !inSystem(path) && !folders.some((folder) => contains(folder, path)))
        .map((path) => ({host: interpreter, inside: path})),
    ],
    path: [...new Set([dirname(probe.executable), dirname(interpreter)])].filter((folder) => !["/usr/bin", "/bin"].includes(folder)),
  };
}

async function ask(python: string): Promise<Probe> {
  try {
    const {stdout} = await promisify(execFile)(python, ["-I", "-c", PROBE], {timeout: 30_000});
    return JSON.parse(stdout) as Probe;
  } catch (cause) {
    throw new RebenchError("no-sandbox", {
      problem: `cannot run ${python}: ${(cause as Error).message.split("\n")[0]}`,
      hint: "Install Python 3.11 (Debian: apt-get install python3 python3-venv), or name another interpreter.",
      cause,
    });
  }
}

/** Whether every sandbox shows it anyway. */
export const inSystem = (path: string): boolean => ["/usr", "/bin", "/lib", "/lib64"].some((folder) => contains(folder, path));

export const contains = (folder: string, path: string): boolean => path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);

const outermost = (folders: readonly string[]): string[] =>
  [...new Set(folders)].filter((folder) => !folders.some((other) => other !== folder && contains(other, folder))).sort();

/** The path, and what it leads to link by link. */
function links(path: string): string[] {
  if (!lstatSync(path).isSymbolicLink()) return [path];
  return [path, ...links(resolve(dirname(path), readlinkSync(path)))];
}

import {RebenchError} from "../../errors.js";
import type {Python} from "./findPython.js";
import {runProgram} from "./runProgram.js";

/** Versions by name; null for a package that is not installed. */
export type PackageVersions = Record<string, string | null>;

// Names of metadata folders answer in 10 ms; importlib.metadata, which knows the other kinds of installation, takes 80.
const PROBE = `import json, os, re, sys
names = sys.argv[1:]
plain = lambda name: re.sub(r"[-_.]+", "_", name).lower()
found = {}
for folder in sys.path:
    try:
        entries = os.listdir(folder)
    except OSError:
        continue
    for entry in entries:
        if entry.endswith(".dist-info") and "-" in entry[:-10]:
            name, version = entry[:-10].split("-", 1)
            found.setdefault(plain(name), version)
versions = {name: found.get(plain(name)) for name in names}
if None in versions.values():
    from importlib.metadata import PackageNotFoundError, version
    for name in [name for name in names if versions[name] is None]:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            pass
print(json.dumps(versions))`;

/** What is installed for a Python, from the packages' metadata: nothing is imported. */
export async function pythonPackages({path}: Pick<Python, "path">, names: readonly string[]): Promise<PackageVersions> {
  if (names.length === 0) return {};
  const {status, stdout, stderr} = await runProgram(path, ["-I", "-B", "-c", PROBE, ...names]);
  if (status === 0) return JSON.parse(stdout) as PackageVersions;
  throw new RebenchError("no-python", {
    problem: `${path} cannot say which packages it has: ${stderr.trim().split("\n").at(-1) ?? ""}`,
    hint: "Name another Python with --python, or make one with: npm run python",
  });
}

/** @throws RebenchError `no-python` where one of `needs` is missing, with the command that installs it. */
export async function requirePackages(python: Python, needs: readonly string[]): Promise<PackageVersions> {
  const versions = await pythonPackages(python, needs);
  const missing = needs.filter((name) => versions[name] === null);
  if (missing.length === 0) return versions;
  throw new RebenchError("no-python", {
    problem: `${python.path} (Python ${python.version}) has no ${missing.join(", no ")}`,
    hint: howToInstall(python, missing),
  });
}

/** The command that brings packages to this Python. */
export const howToInstall = ({path, from}: Python, missing: readonly string[]): string =>
  from === "--python" || from === "REBENCH_PYTHON"
    ? `Install with: ${path} -m pip install ${missing.join(" ")}`
    : "Install what all environments need, into a virtual environment of rebench's own, with: npm run python";

import {accessSync, constants, readFileSync} from "node:fs";
import {dirname, join, resolve} from "node:path";
import {packageFolder} from "../../assets.js";
import {RebenchError} from "../../errors.js";
import {runProgram} from "./runProgram.js";

/** A Python for prepare.py, scorers and participants. */
export type Python = {
  /** Absolute; of a virtual environment its own `bin/python`, which knows its packages. */
  path: string;
  /** Such as `3.11.7`. */
  version: string;
  /** Where it was found. */
  from: "--python" | "REBENCH_PYTHON" | ".venv" | "PATH";
};

export type PythonSearch = {
  /** What `--python` says; null where it was left out. */
  option: string | null;
  environment?: NodeJS.ProcessEnv;
  /** The folder whose `.venv` is looked at. */
  folder?: string;
};

const LEAST = [3, 10] as const;
const GET = "Run `npm run python` in rebench's folder, which makes a virtual environment there, or name a Python with --python.";

/**
 * The first of: `--python`, the environment variable REBENCH_PYTHON, `.venv` of this package, `python3` on PATH. One that was named must
 * work; the others are passed over where they are missing or too old.
 *
 * @throws RebenchError `no-python` where there is none, with how to get it.
 */
export async function findPython({option, environment = process.env, folder = packageFolder}: PythonSearch): Promise<Python> {
  const path = environment.PATH ?? "/usr/bin:/bin";
  if (option !== null) return named(option, "--python", path);
  if (environment.REBENCH_PYTHON) return named(environment.REBENCH_PYTHON, "REBENCH_PYTHON", path);
  const own = join(folder, ".venv", "bin", "python");
  const candidates = [
    {python: isExecutable(own) ? own : null, from: ".venv"},
    {python: onPath("python3", path), from: "PATH"},
  ] as const;
  const passed: string[] = [];
  for (const {python, from} of candidates) {
    if (python === null) continue;
    const version = await pythonVersion(python);
    if (version !== null && isRecent(version)) return {path: python, version, from};
    passed.push(`${python} is ${version === null ? "no working Python" : `Python ${version}`}`);
  }
  const why = passed.length === 0 ? "" : `: ${passed.join(", ")}`;
  throw new RebenchError("no-python", {problem: `there is no Python ${LEAST.join(".")} or later here${why}`, hint: GET});
}

async function named(given: string, from: Python["from"], path: string): Promise<Python> {
  const python = given.includes("/") ? resolve(given) : onPath(given, path);
  if (python === null || !isExecutable(python)) throw unusable(given, from, "there is no such program");
  const version = await pythonVersion(python);
  if (version === null) throw unusable(given, from, "it is no working Python");
  if (!isRecent(version)) throw unusable(given, from, `it is Python ${version}, and ${LEAST.join(".")} or later is needed`);
  return {path: python, version, from};
}

const unusable = (given: string, from: string, why: string) =>
  new RebenchError("no-python", {problem: `cannot use ${given} (${from}): ${why}`, hint: `Name another, or leave it out. ${GET}`});

/** A virtual environment says its version in a file, which costs nothing; any other Python is asked. */
async function pythonVersion(python: string): Promise<string | null> {
  const noted = /^version(?:_info)?\s*=\s*(\d+\.\d+\.\d+)/m.exec(readOr(join(dirname(dirname(python)), "pyvenv.cfg")));
  if (noted !== null) return noted[1]!;
  const {status, stdout} = await runProgram(python, ["-I", "-S", "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"]);
  return status === 0 && /^\d+\.\d+\.\d+$/.test(stdout.trim()) ? stdout.trim() : null;
}

function isRecent(version: string): boolean {
  const [major, minor] = version.split(".").map(Number) as [number, number];
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}

const onPath = (name: string, path: string): string | null =>
  path
    .split(":")
    .map((folder) => resolve(folder, name))
    .find(isExecutable) ?? null;

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function readOr(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

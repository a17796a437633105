// Makes rebench's own virtual environment (.venv) with the pinned packages of environments/requirements.txt, where it is missing or
// holds others. Touches nothing outside it; says nothing where there is nothing to do. Node alone, not even a build, is needed.
// Usage: node environments/_lib/setup.mjs [--folder DIR] [--requirements FILE] [--if-possible]
//   --folder        where .venv is made; default: rebench's folder
//   --if-possible   without a Python: say what is skipped, and end with status 0
import {spawnSync} from "node:child_process";
import {createHash} from "node:crypto";
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {parseArgs} from "node:util";
import {withLock} from "./lock.mjs";

const {values} = parseArgs({
  options: {folder: {type: "string"}, requirements: {type: "string"}, "if-possible": {type: "boolean", default: false}},
});
const folder = resolve(values.folder ?? join(import.meta.dirname, "..", ".."));
const requirementsFile = resolve(values.requirements ?? join(import.meta.dirname, "..", "requirements.txt"));
const requirements = readFileSync(requirementsFile, "utf8");
const wanted = createHash("sha256").update(requirements).digest("hex");

const venv = join(folder, ".venv");
const python = join(venv, "bin", "python");
const stamp = join(venv, "rebench-requirements.sha256");
const lock = join(venv, ".setup-lock");

/** Why it could not be done, and what to do. */
class Failure extends Error {}

const isReady = () => existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8").trim() === wanted;

function setUp() {
  if (!existsSync(python)) makeVenv();
  else if (!works(python)) throw failure(`${python} does not run. Remove ${venv}, and try again.`, false);
  if (!satisfied()) install();
  const own = `${stamp}.${process.pid}`;
  writeFileSync(own, `${wanted}\n`);
  renameSync(own, stamp);
}

const works = (program) => spawnSync(program, ["-I", "-S", "-c", "pass"], {stdio: "ignore"}).status === 0;

function makeVenv() {
  const base = basePython();
  for (const name of readdirSync(venv)) if (!name.startsWith(".setup-lock")) rmSync(join(venv, name), {recursive: true, force: true});
  const {status, stdout, stderr} = spawnSync(base, ["-m", "venv", venv], {encoding: "utf8"});
  if (status === 0 && works(python)) return;
  rmSync(join(venv, "bin"), {recursive: true, force: true});
  const isPartMissing = /ensurepip|No module named venv/.test(stdout + stderr);
  const hint = isPartMissing ? "Install the missing part (Debian, Ubuntu: apt-get install python3-venv)." : lastLines(stderr || stdout);
  throw failure(`${base} cannot make a virtual environment. ${hint}`, isPartMissing);
}

/** A Python of the system that is recent enough: REBENCH_PYTHON, or one on PATH. */
function basePython() {
  const names = [process.env.REBENCH_PYTHON, "python3", ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
  const isRecent = (name) =>
    spawnSync(name, ["-I", "-S", "-c", "import sys; sys.exit(sys.version_info < (3, 10))"], {stdio: "ignore"}).status === 0;
  const found = names.find((name) => name !== undefined && name !== "" && isRecent(name));
  if (found !== undefined) return found;
  throw failure(
    "there is no Python 3.10 or later here, so nothing that runs environments can be tried. " +
      "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name one with REBENCH_PYTHON.",
    true,
  );
}

/** Whether the packages are there in these versions, by their metadata; a build's own suffix (+cpu) does not matter. */
function satisfied() {
  const pins = requirements.split("\n").flatMap((line) => {
    const pin = /^([\w.-]+)==([\w.]+)\s*(?:#.*)?$/.exec(line.trim());
    return pin === null ? [] : [[pin[1], pin[2]]];
  });
  const others = requirements.split("\n").filter((line) => !/^\s*(#|$)/.test(line)).length - pins.length;
  const script =
    "import importlib.metadata as m, json, sys; print(all(m.version(n).split('+')[0] == v for n, v in json.loads(sys.argv[1])))";
  const {status, stdout} = spawnSync(python, ["-I", "-c", script, JSON.stringify(pins)], {encoding: "utf8"});
  return others === 0 && status === 0 && stdout.trim() === "True";
}

function install() {
  say("Installing Python packages into .venv (once; torch is large, so that it may take minutes).");
  const args = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r", requirementsFile];
  const {status, stderr, stdout} = spawnSync(python, args, {encoding: "utf8", maxBuffer: 2 ** 26});
  if (status === 0) return;
  throw failure(
    `pip could not install what ${requirementsFile} names:\n${lastLines(stderr || stdout)}\n` +
      "Where packages come from is pip's own setting: PIP_INDEX_URL, PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS.",
    false,
  );
}

function failure(message, isOfSystem) {
  return Object.assign(new Failure(message), {isOfSystem});
}

const lastLines = (text) =>
  text
    .trim()
    .split("\n")
    .slice(-8)
    .map((line) => `    ${line}`)
    .join("\n");

function say(text) {
  process.stderr.write(`${text}\n`);
}

try {
  if (!isReady()) {
    mkdirSync(venv, {recursive: true});
    await withLock(lock, () => isReady() || setUp(), {
      waiting: () => say("Another process is installing Python packages into .venv; waiting for it."),
    });
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  const isSkipped = values["if-possible"] && error.isOfSystem;
  say(`${isSkipped ? "skipped" : "error"}: ${error.message}`);
  process.exitCode = isSkipped ? 0 : 1;
}

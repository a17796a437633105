import {execFileSync, spawnSync} from "node:child_process";
import {mkdirSync, mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach} from "vitest";
import {bubblewrapHost, bubblewrapProblem} from "../../../src/runner/sandbox/bubblewrapHost.js";
import {bubblewrapSandbox} from "../../../src/runner/sandbox/bubblewrapSandbox.js";
import type {RunningSandbox, SandboxOptions} from "../../../src/runner/sandbox/runningSandbox.js";
import type {ExecOptions, SandboxSpec} from "../../../src/runner/sandbox/sandbox.js";
import {pythonToolchain} from "../../../src/runner/sandbox/toolchain.js";
import {because} from "../../because.js";

const problem = (): string | null => {
  try {
    return bubblewrapProblem(bubblewrapHost())?.problem ?? null;
  } catch (error) {
    return (error as Error).message.split("\n")[0]!;
  }
};

/** Why sandboxes cannot be tested here, for the name of what is skipped; null where they can. */
export const noBubblewrap = problem();
export const skipped = because(noBubblewrap === null ? null : `${noBubblewrap}; apt-get install bubblewrap`);
export const isRoot = process.getuid!() === 0;
/** For what only a root runner can show. */
export const skippedForUser = isRoot ? skipped : because("the runner is not root here");

export const toolchain = await pythonToolchain("python3");

const made: {folders: string[]; sandboxes: RunningSandbox[]} = {folders: [], sandboxes: []};

afterEach(async () => {
  for (const sandbox of made.sandboxes.splice(0)) await sandbox.stop(0);
  for (const folder of made.folders.splice(0)) rmSync(folder, {recursive: true, force: true});
});

/** An attempt's folder with spaces and more than ASCII in its name. */
export function attemptFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rebench versuch ü "));
  made.folders.push(folder);
  mkdirSync(join(folder, "workspace"));
  return folder;
}

export const specOf = (attempt: string, changes: Partial<SandboxSpec> = {}): SandboxSpec => ({
  id: "test",
  workspace: join(attempt, "workspace"),
  readOnly: [],
  sockets: [],
  network: "none",
  environment: {},
  limits: {memoryBytes: 400e6, processes: 100, diskBytes: 200e6, cpus: null},
  gpus: [],
  ...changes,
});

export async function started(spec: SandboxSpec, options: Partial<SandboxOptions> = {}): Promise<RunningSandbox> {
  const sandbox = await bubblewrapSandbox(spec, {toolchain, ...options});
  made.sandboxes.push(sandbox);
  return sandbox;
}

export const anySandbox = (changes: Partial<SandboxSpec> = {}, options: Partial<SandboxOptions> = {}) =>
  started(specOf(attemptFolder(), changes), options);

/** Runs a program and gives what it wrote, both streams. */
export async function outputOf(sandbox: RunningSandbox, command: readonly string[], options: ExecOptions = {}) {
  let output = "";
  const result = await sandbox.exec(command, {...options, onOutput: (chunk) => (output += Buffer.from(chunk).toString())});
  return {...result, output};
}

export const shell = async (sandbox: RunningSandbox, script: string, options: ExecOptions = {}) =>
  (await outputOf(sandbox, ["sh", "-c", script], options)).output.trim();

/** Processes of the host whose command line holds this text. */
export function processesWith(text: string): string[] {
  const {stdout} = spawnSync("ps", ["-eo", "pid=,args="], {encoding: "utf8"});
  return stdout.split("\n").filter((line) => line.includes(text) && !line.includes("ps -eo"));
}

export const controlGroups = (): string[] =>
  execFileSync("sh", ["-c", "find /sys/fs/cgroup -maxdepth 4 -name 'rebench-*' 2>/dev/null || true"], {encoding: "utf8"})
    .split("\n")
    .filter((line) => line !== "");

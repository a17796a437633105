import {execFile, spawn} from "node:child_process";
import {randomBytes} from "node:crypto";
import {chownSync, writeFileSync} from "node:fs";
import {totalmem} from "node:os";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {promisify} from "node:util";
import {RebenchError} from "../../errors.js";
import {checkMounts} from "./checkMounts.js";
import {folderBytes} from "./diskUse.js";
import {
  type ContainerSpec,
  containerArguments,
  EMPTY_IMAGE,
  type Engine,
  execArguments,
  holderCommand,
  systemMounts,
} from "./engineArguments.js";
import {engineProgram} from "./engineProgram.js";
import {type SandboxFolder, sandboxFolder} from "./leftovers.js";
import {type RunningSandbox, type SandboxOptions, temporaryBytes} from "./runningSandbox.js";
import {runtimeFolder} from "./runtimeFolder.js";
import type {ExecOptions, SandboxSpec} from "./sandbox.js";
import {sandboxEnvironment} from "./sandboxEnvironment.js";
import {systemFiles} from "./systemFiles.js";

const run = promisify(execFile);
const ANSWER_MILLISECONDS = 5000;

export const engineAnswers = (engine: Engine): Promise<boolean> =>
  run(engine, ["info"], {timeout: ANSWER_MILLISECONDS}).then(
    () => true,
    () => false,
  );

/** A sandbox that docker or podman makes. An ordinary user's podman runs it in that user's namespace. */
export async function engineSandbox(engine: Engine, spec: SandboxSpec, options: SandboxOptions): Promise<RunningSandbox> {
  checkMounts(spec);
  await ensureImage(engine);
  const root = process.getuid!() === 0;
  const uid = root ? ENGINE_UID : process.getuid!();
  if (root) for (const {host} of spec.sockets) chownSync(host, uid, uid);
  if (root) await run("chown", ["-hR", `${uid}:${uid}`, "--", spec.workspace]);
  const name = `rebench-${spec.id}-${randomBytes(4).toString("hex")}`;
  const own = sandboxFolder(options.runtime ?? runtimeFolder(), name);
  const holder = await startContainer(engine, containerArguments(engine, containerOf({name, uid, own}, spec, options)), own);
  const files = environmentFiles(own, {...sandboxEnvironment([...(options.path ?? []), ...options.toolchain.path]), ...spec.environment});
  const program = engineProgram(engine, name);
  return {
    uid: root ? uid : null,
    mechanism: {sandbox: engine, isolation: root ? "other-user" : "own-namespace", limits: "cgroup-v2", freezer: "cgroup-v2"},
    seenAs: (inside) => inside,
    exec: (command, given: ExecOptions = {}) => program(command, files(given.environment), given),
    commandLine: (command, {cwd = "/workspace", environment} = {}) => [
      engine,
      ...execArguments(name, files(environment), cwd, command, "it"),
    ],
    freeze: () => run(engine, ["pause", name]).then(() => {}, alreadySo),
    thaw: () => run(engine, ["unpause", name]).then(() => {}, alreadySo),
    async usage() {
      const {stdout} = await run(engine, ["stats", "--no-stream", "--format", "{{.MemUsage}}|{{.PIDs}}", name]);
      return {...parseStats(stdout), diskBytes: await folderBytes(spec.workspace)};
    },
    async stop(graceSeconds) {
      await endPolitely(engine, name, uid, graceSeconds);
      await run(engine, ["kill", name]).catch(() => {});
      holder.end();
      await holder.ended;
    },
    ended: holder.ended,
  };
}

type Named = {name: string; uid: number; own: SandboxFolder};

const containerOf = ({name, uid, own}: Named, spec: SandboxSpec, options: SandboxOptions): ContainerSpec => ({
  ...{name, uid, network: spec.network === "host" ? "host" : "none", limits: spec.limits, gpus: spec.gpus, workingFolder: "/workspace"},
  readOnly: [
    ...systemMounts(systemFiles(join(own.folder, "etc"), {uid, gid: uid, network: spec.network === "host"})),
    ...options.toolchain.readOnly,
    ...spec.readOnly,
    ...spec.sockets,
  ],
  writable: [{host: spec.workspace, inside: "/workspace"}],
  temporaryBytes: temporaryBytes(spec.limits, totalmem()),
  command: holderCommand,
});

/** Starts the container and returns when its first process runs. */
async function startContainer(engine: Engine, args: string[], own: SandboxFolder): Promise<{end(): void; ended: Promise<void>}> {
  const child = spawn(engine, args, {stdio: ["pipe", "pipe", "pipe"], detached: true});
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  child.stdin.on("error", () => {});
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()).once("error", () => resolve()));
  const ended = gone.then(() => own.remove());
  const ready = await Promise.race([new Promise((resolve) => child.stdout.once("data", () => resolve(true))), ended.then(() => false)]);
  if (ready) return {end: () => void child.stdin.destroy(), ended};
  throw new RebenchError("no-sandbox", {
    problem: `${engine} cannot start a container: ${said.trim().split("\n").at(-1) || "it ended without a word"}`,
    hint: "See what this machine can do with: rebench doctor",
  });
}

/** Files of variables for programs; their format has no newlines. */
const environmentFiles =
  (own: SandboxFolder, base: Readonly<Record<string, string>>) =>
  (more: Readonly<Record<string, string>> = {}): string => {
    const file = join(own.folder, `environment-${randomBytes(6).toString("hex")}`);
    const lines = Object.entries({...base, ...more}).map(([key, value]) => `${key}=${value.replaceAll("\n", " ")}\n`);
    writeFileSync(file, lines.join(""), {mode: 0o600});
    return file;
  };

async function endPolitely(engine: Engine, name: string, uid: number, graceSeconds: number): Promise<void> {
  await run(engine, ["unpause", name]).catch(() => {});
  await run(engine, ["exec", name, ...politeSignal(uid)]).catch(() => {});
  const running = async () => (await run(engine, ["top", name])).stdout.trim().split("\n").length - 1;
  const end = performance.now() + 1000 * graceSeconds;
  while (performance.now() < end && (await running().catch(() => 0)) > OWN_PROCESSES) await sleep(100);
}

/** To all of one user, and only where the made-up host name shows that this is the inside of a sandbox, whatever the engine is. */
const politeSignal = (uid: number): string[] => [
  "/bin/sh",
  "-c",
  '[ "$(cat /etc/hostname)" = rebench ] && pkill -TERM -u "$0"',
  String(uid),
];

/** The engine's init and the one that holds the container. */
const OWN_PROCESSES = 2;
const ENGINE_UID = 1_610_004_001;

/** Freezing what is frozen is no failure. */
function alreadySo(error: {stderr?: string}): void {
  if (!/already|not paused|No such container|is not running/i.test(error.stderr ?? "")) throw error;
}

async function ensureImage(engine: Engine): Promise<void> {
  const known = await run(engine, ["image", "inspect", EMPTY_IMAGE]).then(
    () => true,
    () => false,
  );
  if (known) return;
  await new Promise<void>((resolve, reject) => {
    const child = spawn(engine, ["import", "-", EMPTY_IMAGE], {stdio: ["pipe", "ignore", "ignore"]});
    child.once("error", reject).once("close", (status) => (status === 0 ? resolve() : reject(new Error(`${engine} import: ${status}`))));
    child.stdin.on("error", () => {}).end(Buffer.alloc(1024)); // an archive without entries
  });
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A line such as `12.3MiB / 2GiB|5`. */
export function parseStats(line: string): {memoryBytes: number; processes: number} {
  const match = /^([\d.]+)\s*([A-Za-z]+) \/ .*\|(\d+)/.exec(line.trim());
  if (match === null) return {memoryBytes: 0, processes: 0};
  return {memoryBytes: Math.round(Number(match[1]) * (UNITS[match[2]!] ?? 1)), processes: Number(match[3])};
}

import {spawn} from "node:child_process";
import {constants} from "node:os";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {folderBytes} from "./diskUse.js";
import {PausableTimer} from "./pausableTimer.js";
import {isAlive, processesOfSession, signalAll} from "./processes.js";
import type {RunningSandbox, SandboxOptions} from "./runningSandbox.js";
import type {ExecOptions, ExecResult, SandboxSpec} from "./sandbox.js";
import {sandboxEnvironment} from "./sandboxEnvironment.js";
import {contains} from "./toolchain.js";
import {memoryOfProcess} from "./watchdog.js";

/**
 * No sandbox: ordinary processes of the runner's user in the workspace, with a cleared environment. They can read what the runner can,
 * protected data and journal with it, use the network, outlive the attempt in a session of their own, and are not frozen. For programs
 * that one trusts, on hosts that can do no better; the record says so, and import flags it.
 */
export function plainSandbox(spec: SandboxSpec, options: SandboxOptions): RunningSandbox {
  const sessions = new Set<number>();
  const list = () => [...sessions].flatMap(processesOfSession).filter(isAlive);
  const seenAs = hostPaths(spec);
  const base = {
    ...sandboxEnvironment([...(options.path ?? []).map(seenAs), ...options.toolchain.path], {home: spec.workspace}),
    ...spec.environment,
  };
  let tellEnded: () => void;
  const ended = new Promise<void>((resolve) => {
    tellEnded = resolve;
  });
  return {
    uid: null,
    mechanism: {sandbox: "none", isolation: "none", limits: "none", freezer: "none"},
    seenAs,
    exec: (command, given = {}) =>
      run(command, {...given, cwd: seenAs(given.cwd ?? "/workspace"), environment: {...base, ...given.environment}}, sessions),
    commandLine: (command, {cwd = "/workspace", environment = {}} = {}) => [
      ...["/usr/bin/env", "-i", "-C", seenAs(cwd)],
      ...Object.entries({...base, ...environment}).map(([name, value]) => `${name}=${value}`),
      ...command,
    ],
    async freeze() {},
    async thaw() {},
    async usage() {
      const pids = list();
      return {
        memoryBytes: pids.reduce((sum, pid) => sum + memoryOfProcess(pid), 0),
        processes: pids.length,
        diskBytes: await folderBytes(spec.workspace),
      };
    },
    async stop(graceSeconds) {
      signalAll(list(), "SIGTERM");
      const end = performance.now() + 1000 * graceSeconds;
      while (list().length > 0 && performance.now() < end) await sleep(20);
      while (list().length > 0) {
        signalAll(list(), "SIGKILL");
        await sleep(10);
      }
      tellEnded();
    },
    ended,
  };
}

/** Where a path of the sandbox is on the host; the innermost mount decides. */
function hostPaths({workspace, readOnly, sockets}: SandboxSpec): (inside: string) => string {
  const mounts = [{host: workspace, inside: "/workspace"}, ...readOnly, ...sockets].sort((a, b) => b.inside.length - a.inside.length);
  return (inside) => {
    const mount = mounts.find((candidate) => contains(candidate.inside, inside));
    return mount === undefined ? inside : join(mount.host, inside.slice(mount.inside.length));
  };
}

function run(command: readonly string[], options: ExecOptions, sessions: Set<number>): Promise<ExecResult> {
  const {cwd, environment, timeoutSeconds = null, onOutput, stdin, signal} = options;
  const child = spawn(command[0]!, command.slice(1), {
    cwd,
    env: {...environment},
    detached: true,
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  if (stdin !== undefined) child.stdin!.on("error", () => {}).end(stdin);
  child.stdout!.on("data", (chunk: Uint8Array) => onOutput?.(chunk, "stdout"));
  child.stderr!.on("data", (chunk: Uint8Array) => onOutput?.(chunk, "stderr"));
  if (child.pid !== undefined) sessions.add(child.pid);
  let timedOut = false;
  const kill = () => child.pid !== undefined && signalAll(processesOfSession(child.pid), "SIGKILL");
  const timer =
    timeoutSeconds === null
      ? null
      : new PausableTimer(timeoutSeconds, () => {
          timedOut = true;
          kill();
        });
  signal?.addEventListener("abort", kill);
  return new Promise((resolve) => {
    const finish = (exitCode: number | null, name: NodeJS.Signals | null) => {
      timer?.stop();
      signal?.removeEventListener("abort", kill);
      setImmediate(() => setImmediate(() => resolve({exitCode, signal: name, timedOut})));
    };
    child.once("exit", finish);
    child.once("error", (error: NodeJS.ErrnoException) => {
      onOutput?.(Buffer.from(`rebench: cannot start ${command[0]}: ${error.message}\n`), "stderr");
      finish(error.errno === -constants.errno.ENOENT ? 127 : 126, null);
    });
  });
}

import {randomBytes} from "node:crypto";
import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {RebenchError} from "../../errors.js";
import type {ControlGroup} from "./cgroups.js";
import {folderBytes, mountedBytes} from "./diskUse.js";
import {freezer} from "./freezer.js";
import {gpuEnvironment} from "./gpuDevices.js";
import {guestFile, isolatedPython} from "./guestFiles.js";
import type {Holder} from "./holder.js";
import {encodeOrders, type Orders} from "./orders.js";
import {isAlive, processesInNamespace, signalAll} from "./processes.js";
import {Programs} from "./programs.js";
import type {RunningSandbox, SandboxOptions} from "./runningSandbox.js";
import type {ExecOptions, SandboxSpec} from "./sandbox.js";
import {sandboxEnvironment} from "./sandboxEnvironment.js";
import {memoryOfProcess, watchMemory} from "./watchdog.js";

export type LiveParts = {
  spec: SandboxSpec;
  options: SandboxOptions;
  holder: Holder;
  groups: readonly ControlGroup[];
  /** For orders of shells; seen by nobody inside. */
  folder: string;
  ids: {uid: number; userNamespace: boolean; hostUid: number | null};
  /** Takes away what is left on the host when all processes have ended. */
  remove(): Promise<void>;
};

/** What can be done with a sandbox whose holder lives. */
export function liveSandbox(parts: LiveParts): RunningSandbox {
  const {spec, options, holder, groups, ids} = parts;
  const list = () => processesInNamespace(holder.pidNamespace).filter((pid) => pid !== holder.pid && isAlive(pid));
  const counted = groups.find(({hasLimits}) => hasLimits);
  const inMemory = () => mountedBytes(holder.pid, "/tmp") + mountedBytes(holder.pid, "/dev/shm");
  const {memoryBytes} = spec.limits;
  const stopWatching = counted === undefined && memoryBytes !== null ? watchMemory(memoryBytes, list, inMemory) : () => {};
  const orders = orderMaker(parts);
  const programs = new Programs(options.toolchain.interpreter, orders, spec.id);
  const ice = freezer(groups, list);
  const kill = async () => {
    holder.end();
    for (const group of groups) group.kill?.();
    await ice.thaw(); // version 1 lets no process end that is frozen
  };
  const ended = holder.ended.then(async () => {
    programs.end();
    stopWatching();
    await endAll(() => processesInNamespace(holder.pidNamespace));
    await parts.remove();
  });
  ended.catch(() => {}); // whoever stops the sandbox hears of it
  let stopping: Promise<void> | null = null;
  return {
    uid: ids.hostUid,
    mechanism: {
      sandbox: "bubblewrap",
      isolation: ids.hostUid === null ? "own-namespace" : "other-user",
      limits: counted?.version ?? "rlimit-and-watchdog",
      freezer: ice.mechanism,
    },
    seenAs: (inside) => inside,
    exec: (command, given = {}) => programs.run(command, given),
    commandLine(command, given = {}) {
      const file = join(parts.folder, `orders-${randomBytes(6).toString("hex")}`);
      writeFileSync(file, encodeOrders(orders(command, given)), {mode: 0o600});
      return [...isolatedPython(options.toolchain.interpreter, guestFile("launch.py")), "enter", file];
    },
    async freeze() {
      await programs.pause();
      await ice.freeze();
    },
    async thaw() {
      await ice.thaw();
      programs.resume();
    },
    async usage() {
      const used = counted?.usage?.() ?? {
        memoryBytes: list().reduce((sum, pid) => sum + memoryOfProcess(pid), inMemory()),
        processes: list().length,
      };
      return {...used, diskBytes: (await folderBytes(spec.workspace)) + inMemory()};
    },
    stop(graceSeconds) {
      stopping ??= stop({graceSeconds, list, ice, kill, ended});
      return stopping;
    },
    ended,
  };
}

/** What each program of this sandbox is started with. */
function orderMaker({spec, options, holder, groups, ids}: LiveParts) {
  const limited = groups.some(({hasLimits}) => hasLimits);
  const base = {
    ...sandboxEnvironment([...(options.path ?? []), ...options.toolchain.path]),
    ...gpuEnvironment(spec.gpus),
    ...spec.environment,
  };
  return (command: readonly string[], {cwd = "/workspace", environment = {}}: ExecOptions): Orders => ({
    namespaces: holder.namespaces,
    groups: groups.flatMap(({joinFiles}) => joinFiles),
    uid: ids.uid,
    gid: ids.uid,
    userNamespace: ids.userNamespace,
    limits: {NPROC: limited ? null : spec.limits.processes, FSIZE: spec.limits.diskBytes},
    cpus: groups.some(({hasCpus}) => hasCpus) ? null : spec.limits.cpus,
    folder: cwd,
    environment: {...base, ...environment},
    command,
  });
}

type Stop = {graceSeconds: number; list: () => number[]; ice: {thaw(): Promise<void>}; kill: () => Promise<void>; ended: Promise<void>};

async function stop({graceSeconds, list, ice, kill, ended}: Stop): Promise<void> {
  if (graceSeconds > 0) {
    signalAll(list(), "SIGTERM");
    await ice.thaw();
    const end = performance.now() + 1000 * graceSeconds;
    while (list().length > 0 && performance.now() < end) await sleep(20);
  }
  await kill();
  await ended;
}

const ROUNDS = 200;

/** The kernel has ended them with the holder; who is left all the same is ended here. */
async function endAll(list: () => number[]): Promise<void> {
  for (let round = 0; round < ROUNDS; ++round) {
    const left = list().filter(isAlive);
    if (left.length === 0) return;
    signalAll(left, "SIGKILL");
    await sleep(25);
  }
  throw new RebenchError("no-sandbox", {
    problem: `processes ${list().join(", ")} of an attempt cannot be ended`,
    hint: "They hang in the kernel (state D in `ps`): a disk, GPU or network file system that does not answer.",
  });
}

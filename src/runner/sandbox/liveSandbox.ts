import {randomBytes} from "node:crypto";
import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {RebenchError} from "../../errors.js";
import {folderBytes, mountedBytes} from "./diskUse.js";
import {freezer} from "./freezer.js";
import {gpuEnvironment} from "./gpuDevices.js";
import {guestFile, isolatedPython} from "./guestFiles.js";
import type {Holder} from "./holder.js";
import {encodeOrders, type Orders} from "./orders.js";
import type {Place} from "./place.js";
import {isAlive, processesInNamespace, signalAll} from "./processes.js";
import {Programs} from "./programs.js";
import type {RunningSandbox, SandboxOptions} from "./runningSandbox.js";
import type {ExecOptions, SandboxSpec} from "./sandbox.js";
import {sandboxEnvironment} from "./sandboxEnvironment.js";
import {memoryOfProcess, watchMemory} from "./watchdog.js";

export type LiveParts = {spec: SandboxSpec; options: SandboxOptions; holder: Holder; place: Place};

/** What can be done with a sandbox whose holder lives. */
export function liveSandbox(parts: LiveParts): RunningSandbox {
  const {spec, options, holder, place} = parts;
  const list = () => processesInNamespace(holder.pidNamespace).filter((pid) => pid !== holder.pid && isAlive(pid));
  const orders = orderMaker(parts);
  const programs = new Programs(options.toolchain.interpreter, orders, spec.id);
  const ice = freezer(place.groups, list);
  const meter = meterOf(parts, list);
  const ended = holder.ended.then(async () => {
    programs.end();
    meter.stop();
    await endAll(() => processesInNamespace(holder.pidNamespace));
    await place.remove();
  });
  ended.catch(() => {}); // whoever stops the sandbox hears of it
  let stopping: Promise<void> | null = null;
  return {
    uid: place.hostUid,
    mechanism: {
      sandbox: "bubblewrap",
      isolation: place.hostUid === null ? "own-namespace" : "other-user",
      limits: meter.mechanism,
      freezer: ice.mechanism,
    },
    seenAs: (inside) => inside,
    exec: (command, given = {}) => programs.run(command, given),
    commandLine(command, given = {}) {
      const file = join(place.own.folder, `orders-${randomBytes(6).toString("hex")}`);
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
    usage: meter.usage,
    stop(graceSeconds) {
      stopping ??= stop(graceSeconds, {parts, list, ice, ended});
      return stopping;
    },
    ended,
  };
}

/** What the sandbox uses, and what holds it to its limits. */
function meterOf({spec, holder, place}: LiveParts, list: () => number[]) {
  const counted = place.groups.find(({hasLimits}) => hasLimits);
  const inMemory = () => mountedBytes(holder.pid, "/tmp") + mountedBytes(holder.pid, "/dev/shm");
  const {memoryBytes} = spec.limits;
  const added = () => ({memoryBytes: list().reduce((sum, pid) => sum + memoryOfProcess(pid), inMemory()), processes: list().length});
  return {
    mechanism: counted?.version ?? ("rlimit-and-watchdog" as const),
    stop: counted === undefined && memoryBytes !== null ? watchMemory(memoryBytes, list, inMemory) : () => {},
    async usage() {
      return {...(counted?.usage?.() ?? added()), diskBytes: (await folderBytes(spec.workspace)) + inMemory()};
    },
  };
}

/** What each program of this sandbox is started with. */
function orderMaker({spec, options, holder, place}: LiveParts) {
  const base = {
    ...sandboxEnvironment([...(options.path ?? []), ...options.toolchain.path]),
    ...gpuEnvironment(spec.gpus),
    ...spec.environment,
  };
  return (command: readonly string[], {cwd = "/workspace", environment = {}}: ExecOptions): Orders => ({
    namespaces: holder.namespaces,
    groups: place.groups.flatMap(({joinFiles}) => joinFiles),
    uid: place.uid,
    gid: place.uid,
    userNamespace: place.hostUid === null,
    limits: {NPROC: place.limited ? null : spec.limits.processes, FSIZE: spec.limits.diskBytes},
    cpus: place.groups.some(({hasCpus}) => hasCpus) ? null : spec.limits.cpus,
    folder: cwd,
    environment: {...base, ...environment},
    command,
  });
}

type Stop = {parts: LiveParts; list: () => number[]; ice: {thaw(): Promise<void>}; ended: Promise<void>};

async function stop(graceSeconds: number, {parts, list, ice, ended}: Stop): Promise<void> {
  if (graceSeconds > 0) {
    signalAll(list(), "SIGTERM");
    await ice.thaw();
    const end = performance.now() + 1000 * graceSeconds;
    while (list().length > 0 && performance.now() < end) await sleep(20);
  }
  parts.holder.end();
  for (const group of parts.place.groups) group.kill?.();
  await ice.thaw(); // version 1 lets no process end that is frozen
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

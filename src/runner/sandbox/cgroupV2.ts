import {accessSync, constants, existsSync, mkdirSync, rmdirSync} from "node:fs";
import {dirname, join} from "node:path";
import {numberIn, readGroupFile, tryRead, tryWrite, waitFor} from "./cgroupFiles.js";
import type {ControlGroup} from "./cgroups.js";
import type {SandboxLimits} from "./sandbox.js";

/**
 * A group of version 2 beside or above the runner's own: below the own group none may have controllers, since it holds processes. It is
 * made in the lowest ancestor that hands out the controllers, so that limits of these ancestors go on to hold.
 */
export function makeUnifiedGroup(own: string, id: string, limits: SandboxLimits, withLimits: boolean): ControlGroup | null {
  const parents = ancestors(own);
  const parent = parents.find((folder) => handsOut(folder, withLimits)) ?? parents.find((folder) => handsOut(folder, false));
  if (parent === undefined) return null;
  const folder = join(parent, `rebench-${id}`);
  try {
    mkdirSync(folder);
  } catch {
    return null;
  }
  if (!isWritable(join(folder, "cgroup.procs"))) {
    rmdirSync(folder);
    return null;
  }
  const hasLimits = withLimits && setLimits(folder, limits);
  const freezes = existsSync(join(folder, "cgroup.freeze"));
  if (!hasLimits && !freezes) {
    rmdirSync(folder);
    return null;
  }
  return group(folder, limits, hasLimits, freezes);
}

function group(folder: string, limits: SandboxLimits, hasLimits: boolean, freezes: boolean): ControlGroup {
  const frozen = (value: "0" | "1") => async () => {
    if (!tryWrite(folder, "cgroup.freeze", value)) return; // removed: nothing is left to freeze
    await waitFor(() => tryRead(folder, "cgroup.events")?.includes(`frozen ${value}`) ?? true, `freezing ${folder}`);
  };
  return {
    version: "cgroup-v2",
    folders: [folder],
    joinFiles: [join(folder, "cgroup.procs")],
    hasLimits,
    hasCpus: hasLimits && limits.cpus !== null && tryWrite(folder, "cpuset.cpus", limits.cpus.join(",")),
    freeze: freezes ? frozen("1") : null,
    thaw: freezes ? frozen("0") : null,
    usage: hasLimits
      ? () => ({
          memoryBytes: Math.max(
            0,
            numberIn(readGroupFile(folder, "memory.current")) - numberIn(tryRead(folder, "memory.stat"), "inactive_file"),
          ),
          processes: numberIn(readGroupFile(folder, "pids.current")),
        })
      : null,
    kill: existsSync(join(folder, "cgroup.kill")) ? () => void tryWrite(folder, "cgroup.kill", "1") : null,
  };
}

const ancestors = (folder: string): string[] =>
  existsSync(join(folder, "cgroup.procs")) ? [folder, ...(dirname(folder) === folder ? [] : ancestors(dirname(folder)))] : [];

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether children of this group can have memory and pids limits, or, without limits, can be made at all. */
function handsOut(folder: string, withLimits: boolean): boolean {
  if (!isWritable(join(folder, "cgroup.procs"))) return false;
  if (!withLimits) return true;
  const offered = () => (tryRead(folder, "cgroup.subtree_control") ?? "").split(" ");
  for (const controller of ["memory", "pids", "cpuset"]) {
    if (!offered().includes(controller)) tryWrite(folder, "cgroup.subtree_control", `+${controller}`);
  }
  return ["memory", "pids"].every((controller) => offered().includes(controller));
}

function setLimits(folder: string, {memoryBytes, processes}: SandboxLimits): boolean {
  if (!tryWrite(folder, "pids.max", String(processes))) return false;
  if (memoryBytes === null) return true;
  tryWrite(folder, "memory.swap.max", "0");
  return tryWrite(folder, "memory.max", String(memoryBytes));
}

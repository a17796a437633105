import {mkdirSync, rmdirSync} from "node:fs";
import {join} from "node:path";
import {numberIn, readGroupFile, tryRead, tryWrite, waitFor} from "./cgroupFiles.js";
import type {ControlGroup} from "./cgroups.js";
import type {SandboxLimits} from "./sandbox.js";

type Folders = Partial<Record<"memory" | "pids" | "freezer" | "cpuset", string>>;

/** Groups below the runner's own in the hierarchies of version 1, so that limits that hold for the runner go on to hold. */
export function makeLegacyGroup(
  own: Readonly<Record<string, string>>,
  id: string,
  limits: SandboxLimits,
  needs: {limits: boolean; freezer: boolean},
): ControlGroup | null {
  const made: Folders = {};
  const make = (controller: keyof Folders, configure: (folder: string) => boolean): boolean => {
    const folder = makeGroup(own[controller], id, configure);
    if (folder !== null) made[controller] = folder;
    return folder !== null;
  };
  const limited = needs.limits && make("pids", (folder) => tryWrite(folder, "pids.max", String(limits.processes)));
  const hasLimits = limited && make("memory", (folder) => setMemory(folder, limits.memoryBytes));
  if (limited && !hasLimits) {
    rmdirSync(made.pids!);
    delete made.pids;
  }
  const {cpus} = limits;
  const hasCpus = needs.limits && cpus !== null && make("cpuset", (folder) => setCpus(own.cpuset!, folder, cpus));
  const freezes = needs.freezer && make("freezer", () => true);
  const folders = Object.values(made);
  if (folders.length === 0) return null;
  return {
    version: "cgroup-v1",
    folders,
    joinFiles: folders.map((folder) => join(folder, "cgroup.procs")),
    hasLimits,
    hasCpus,
    freeze: freezes ? () => setState(made.freezer!, "FROZEN") : null,
    thaw: freezes ? () => setState(made.freezer!, "THAWED") : null,
    usage: hasLimits ? () => usage(made.memory!, made.pids!) : null,
    kill: null,
  };
}

function makeGroup(own: string | undefined, id: string, configure: (folder: string) => boolean): string | null {
  if (own === undefined) return null;
  const folder = join(own, `rebench-${id}`);
  try {
    mkdirSync(folder);
  } catch {
    return null;
  }
  if (configure(folder)) return folder;
  rmdirSync(folder);
  return null;
}

/** Memory, then memory with swap: the second may not be set below the first. */
function setMemory(folder: string, memoryBytes: number | null): boolean {
  if (memoryBytes === null) return true;
  if (!tryWrite(folder, "memory.limit_in_bytes", String(memoryBytes))) return false;
  tryWrite(folder, "memory.memsw.limit_in_bytes", String(memoryBytes));
  return true;
}

/** A new cpuset takes no process before it has CPUs and memory nodes. */
const setCpus = (own: string, folder: string, cpus: readonly number[]): boolean =>
  tryWrite(folder, "cpuset.mems", tryRead(own, "cpuset.mems") ?? "0") && tryWrite(folder, "cpuset.cpus", cpus.join(","));

/** Freezing may stay incomplete; the kernel's documentation asks for writing again until it is not. */
async function setState(folder: string, state: "FROZEN" | "THAWED"): Promise<void> {
  const reached = () => !tryWrite(folder, "freezer.state", state) || (tryRead(folder, "freezer.state") ?? state) === state; // or it is removed
  await waitFor(reached, `freezing ${folder}`);
}

const usage = (memory: string, pids: string) => ({
  memoryBytes: Math.max(
    0,
    numberIn(readGroupFile(memory, "memory.usage_in_bytes")) - numberIn(tryRead(memory, "memory.stat"), "total_inactive_file"),
  ),
  processes: numberIn(readGroupFile(pids, "pids.current")),
});

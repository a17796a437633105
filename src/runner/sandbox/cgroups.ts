import {readFileSync} from "node:fs";
import {type CgroupFolders, cgroupFolders} from "./cgroupMounts.js";
import {makeLegacyGroup} from "./cgroupV1.js";
import {makeUnifiedGroup} from "./cgroupV2.js";
import type {SandboxLimits} from "./sandbox.js";

/** A control group, or its parts in several hierarchies, made for one sandbox. */
export type ControlGroup = {
  version: "cgroup-v1" | "cgroup-v2";
  /** Folders that `remove` takes away. */
  folders: readonly string[];
  /** A process writes `0` into each of these and is in. */
  joinFiles: readonly string[];
  hasLimits: boolean;
  hasCpus: boolean;
  /** Returns when every process in it stands still; null where this hierarchy cannot. */
  freeze: (() => Promise<void>) | null;
  thaw: (() => Promise<void>) | null;
  /** Null where it does not count. */
  usage: (() => {memoryBytes: number; processes: number}) | null;
  /** Ends every process in it, frozen or not; null where processes must be ended one by one. */
  kill: (() => void) | null;
};

/** What is left to others: nothing, or what a test wants to see done without control groups. */
export type CgroupChoice = {limits: ("cgroup-v2" | "cgroup-v1")[]; freezer: ("cgroup-v2" | "cgroup-v1")[]};

export const anyCgroup: CgroupChoice = {limits: ["cgroup-v2", "cgroup-v1"], freezer: ["cgroup-v2", "cgroup-v1"]};

/** The groups that hold limits and freezer, of either version; empty where this host lets us make none. */
export function makeControlGroups(id: string, limits: SandboxLimits, choice = anyCgroup, folders = ownFolders()): ControlGroup[] {
  const wants = (version: "cgroup-v2" | "cgroup-v1") => choice.limits.includes(version) || choice.freezer.includes(version);
  const unified =
    wants("cgroup-v2") && folders.unified !== null
      ? makeUnifiedGroup(folders.unified, id, limits, choice.limits.includes("cgroup-v2"))
      : null;
  const needs = {
    limits: choice.limits.includes("cgroup-v1") && !unified?.hasLimits,
    freezer: choice.freezer.includes("cgroup-v1") && (unified === null || unified.freeze === null || !choice.freezer.includes("cgroup-v2")),
  };
  const legacy = needs.limits || needs.freezer ? makeLegacyGroup(folders.legacy, id, limits, needs) : null;
  return [unified, legacy].filter((group) => group !== null);
}

export const ownFolders = (): CgroupFolders =>
  cgroupFolders(readFileSync("/proc/self/mountinfo", "utf8"), readFileSync("/proc/self/cgroup", "utf8"));

import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {removeGroups, tryRead, tryWrite} from "./cgroupFiles.js";
import {type Owner, ownerIsAlive, thisOwner} from "./owner.js";
import {signalAll} from "./processes.js";

/** What a sandbox makes on the host besides processes. */
type Possessions = {groups: string[]; folders: string[]};

/** A folder that tells later runners what to remove should this one be killed. */
export type SandboxFolder = {folder: string; owns(more: Partial<Possessions>): void; remove(): Promise<void>};

/** @param name Told apart from others by its last part, which the caller made random. */
export function sandboxFolder(runtime: string, name: string): SandboxFolder {
  const folder = join(runtime, "sandboxes", name);
  mkdirSync(folder, {recursive: true, mode: 0o700});
  const possessions: Possessions = {groups: [], folders: []};
  const write = () => writeFileSync(join(folder, "owner.json"), JSON.stringify({...thisOwner(), ...possessions}), {mode: 0o600});
  write();
  return {
    folder,
    owns({groups = [], folders = []}) {
      possessions.groups.push(...groups);
      possessions.folders.push(...folders);
      write();
    },
    remove: () => removePossessions(folder, possessions),
  };
}

/** Removes what runners left that were killed: their processes, should any be left, control groups and folders. */
export async function removeLeftovers(runtime: string): Promise<void> {
  for (const name of list(join(runtime, "sandboxes"))) {
    const folder = join(runtime, "sandboxes", name);
    const record = read(join(folder, "owner.json"));
    if (record === null || ownerIsAlive(record)) continue;
    await removePossessions(folder, record);
  }
}

async function removePossessions(folder: string, {groups, folders}: Possessions): Promise<void> {
  for (const group of groups) endGroup(group);
  const left = await removeGroups(groups);
  for (const path of folders) rmSync(path, {recursive: true, force: true});
  if (left.length === 0) rmSync(folder, {recursive: true, force: true});
}

function endGroup(group: string): void {
  const pids = (tryRead(group, "cgroup.procs") ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map(Number);
  tryWrite(group, "cgroup.kill", "1");
  signalAll(
    pids.filter((pid) => pid > 1),
    "SIGKILL",
  );
  tryWrite(group, "freezer.state", "THAWED");
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function read(file: string): (Owner & Possessions) | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Owner & Possessions;
  } catch {
    return null; // being written, or of another version
  }
}

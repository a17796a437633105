import {readFileSync, readlinkSync} from "node:fs";
import {processStat} from "./processes.js";

/** A process, told apart from every other one that had or will have its number: on this machine, since this start of it. */
export type Owner = {pid: number; startTicks: string; bootId: string; pidNamespace: string};

export const thisOwner = (): Owner => ({
  pid: process.pid,
  startTicks: processStat(process.pid)!.startTicks,
  bootId: bootId(),
  pidNamespace: readlinkSync("/proc/self/ns/pid"),
});

/** Whether it may still be running; where that cannot be told, because it lives in another container, yes. */
export function ownerIsAlive(owner: Owner): boolean {
  if (owner.bootId !== bootId()) return false;
  if (owner.pidNamespace !== readlinkSync("/proc/self/ns/pid")) return true;
  const found = processStat(owner.pid);
  return found?.startTicks === owner.startTicks && !["Z", "X"].includes(found.state); // dead, and only not yet taken notice of
}

const bootId = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

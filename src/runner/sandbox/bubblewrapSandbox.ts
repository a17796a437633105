import {execFileSync} from "node:child_process";
import {chmodSync, chownSync} from "node:fs";
import {totalmem} from "node:os";
import {join} from "node:path";
import {bubblewrapArguments} from "./bubblewrapArguments.js";
import {explainBubblewrap} from "./bubblewrapHost.js";
import {anyCgroup} from "./cgroups.js";
import {checkMounts} from "./checkMounts.js";
import {gpuDevices} from "./gpuDevices.js";
import {BubblewrapFailure, startHolder} from "./holder.js";
import {removeLeftovers} from "./leftovers.js";
import {liveSandbox} from "./liveSandbox.js";
import {type Place, takePlace} from "./place.js";
import {type RunningSandbox, type SandboxOptions, temporaryBytes} from "./runningSandbox.js";
import {runtimeFolder} from "./runtimeFolder.js";
import type {SandboxSpec} from "./sandbox.js";
import {systemFiles} from "./systemFiles.js";

/** A sandbox of namespaces, made by bubblewrap. @throws RebenchError `no-sandbox` where this host has none, with what to do. */
export async function bubblewrapSandbox(spec: SandboxSpec, options: SandboxOptions): Promise<RunningSandbox> {
  checkMounts(spec);
  const runtime = options.runtime ?? runtimeFolder();
  await removeLeftovers(runtime);
  const place = await takePlace(spec.id, spec.limits, options.cgroups ?? anyCgroup, runtime);
  try {
    if (place.hostUid !== null) giveTo(place.hostUid, spec);
    const holder = await startHolder(place.host.bubblewrap, roomArguments(place, spec, options));
    return liveSandbox({spec, options, holder, place});
  } catch (error) {
    await place.remove();
    throw error instanceof BubblewrapFailure ? explainBubblewrap(error.message) : error;
  }
}

const roomArguments = ({host, own, uid}: Place, spec: SandboxSpec, options: SandboxOptions): string[] =>
  bubblewrapArguments({
    user: host.user,
    ownNetwork: spec.network !== "host",
    readOnly: [...options.toolchain.readOnly, ...spec.readOnly, ...spec.sockets],
    writable: [{host: spec.workspace, inside: "/workspace"}],
    temporaryBytes: temporaryBytes(spec.limits, totalmem()),
    sharedMemoryBytes: temporaryBytes(spec.limits, totalmem()),
    systemFiles: systemFiles(join(own.folder, "etc"), {uid, gid: uid, network: spec.network === "host"}),
    devices: gpuDevices(spec.gpus),
    workingFolder: "/workspace",
  });

/** Workspace and folders of sockets belong to the participant; `chown` follows no links, and takes away set-user-id bits. */
function giveTo(uid: number, {workspace, sockets}: SandboxSpec): void {
  execFileSync("chown", ["-hR", `${uid}:${uid}`, "--", workspace], {env: {PATH: "/usr/bin:/bin"}});
  for (const {host} of sockets) {
    chownSync(host, uid, uid);
    chmodSync(host, 0o700);
  }
}

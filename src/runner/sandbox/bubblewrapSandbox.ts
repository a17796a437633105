import {execFileSync, spawnSync} from "node:child_process";
import {randomBytes} from "node:crypto";
import {chmodSync, chownSync} from "node:fs";
import {totalmem} from "node:os";
import {join} from "node:path";
import {bubblewrapArguments} from "./bubblewrapArguments.js";
import {type BubblewrapHost, bubblewrapHost, explainBubblewrap} from "./bubblewrapHost.js";
import {anyCgroup, type ControlGroup, makeControlGroups} from "./cgroups.js";
import {checkMounts} from "./checkMounts.js";
import {gpuDevices} from "./gpuDevices.js";
import {BubblewrapFailure, startHolder} from "./holder.js";
import {removeLeftovers, sandboxFolder} from "./leftovers.js";
import {liveSandbox} from "./liveSandbox.js";
import {type RunningSandbox, type SandboxOptions, temporaryBytes} from "./runningSandbox.js";
import {runtimeFolder} from "./runtimeFolder.js";
import type {SandboxSpec} from "./sandbox.js";
import {systemFiles} from "./systemFiles.js";
import {dedicatedUser} from "./users.js";

/** A sandbox of namespaces, made by bubblewrap. @throws RebenchError `no-sandbox` where this host has none, with what to do. */
export async function bubblewrapSandbox(spec: SandboxSpec, options: SandboxOptions): Promise<RunningSandbox> {
  const host = bubblewrapHost();
  checkMounts(spec);
  const runtime = options.runtime ?? runtimeFolder();
  await removeLeftovers(runtime);
  const name = `${spec.id}-${randomBytes(4).toString("hex")}`;
  const own = sandboxFolder(runtime, name);
  const user = host.firstUid === null ? null : dedicatedUser(runtime, host.firstUid);
  const remove = async () => {
    await own.remove();
    user?.release();
  };
  try {
    const groups = joinable(makeControlGroups(name, spec.limits, options.cgroups ?? anyCgroup));
    own.owns({groups: groups.flatMap(({folders}) => folders)});
    const uid = user?.uid ?? (host.user as {uid: number}).uid;
    if (user !== null) giveTo(uid, spec);
    const etc = systemFiles(join(own.folder, "etc"), {uid, gid: uid, network: spec.network === "host"});
    const holder = await startHolder(host.bubblewrap, roomArguments(host, spec, options, etc));
    const ids = {uid, userNamespace: host.user.kind === "namespace", hostUid: user?.uid ?? null};
    return liveSandbox({spec, options, holder, groups, folder: own.folder, ids, remove});
  } catch (error) {
    await remove();
    throw error instanceof BubblewrapFailure ? explainBubblewrap(error.message) : error;
  }
}

const roomArguments = (host: BubblewrapHost, spec: SandboxSpec, options: SandboxOptions, etc: string[]): string[] =>
  bubblewrapArguments({
    user: host.user,
    ownNetwork: spec.network !== "host",
    readOnly: [...options.toolchain.readOnly, ...spec.readOnly, ...spec.sockets],
    writable: [{host: spec.workspace, inside: "/workspace"}],
    temporaryBytes: temporaryBytes(spec.limits, totalmem()),
    sharedMemoryBytes: temporaryBytes(spec.limits, totalmem()),
    systemFiles: etc,
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

/** An ordinary user may have been handed a group to make others in, and still not be allowed to move a process there. */
function joinable(groups: ControlGroup[]): ControlGroup[] {
  if (process.getuid!() === 0) return groups;
  const canJoin = ({joinFiles}: ControlGroup) =>
    spawnSync("/bin/sh", ["-c", 'for file; do echo 0 >"$file" || exit 1; done', "sh", ...joinFiles], {stdio: "ignore"}).status === 0;
  return groups.filter(canJoin);
}

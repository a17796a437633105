import {spawnSync} from "node:child_process";
import {randomBytes} from "node:crypto";
import {type BubblewrapHost, bubblewrapHost} from "./bubblewrapHost.js";
import {type CgroupChoice, type ControlGroup, makeControlGroups} from "./cgroups.js";
import {type SandboxFolder, sandboxFolder} from "./leftovers.js";
import {runtimeFolder} from "./runtimeFolder.js";
import type {SandboxLimits} from "./sandbox.js";
import {dedicatedUser} from "./users.js";

/** What one sandbox has on the host, before anything runs in it. */
export type Place = {
  host: BubblewrapHost;
  own: SandboxFolder;
  groups: readonly ControlGroup[];
  /** Whether a control group holds the limits. */
  limited: boolean;
  /** The user id inside. */
  uid: number;
  /** The same, where it is one of the host's and dedicated to this sandbox; null where it only stands for the runner's. */
  hostUid: number | null;
  remove(): Promise<void>;
};

/** Takes a user id, control groups and a folder; all of them are given back by `remove`, or found by later runners. */
export async function takePlace(id: string, limits: SandboxLimits, choice: CgroupChoice, runtime = runtimeFolder()): Promise<Place> {
  const host = bubblewrapHost();
  const name = `${id}-${randomBytes(4).toString("hex")}`;
  const own = sandboxFolder(runtime, name);
  const user = host.firstUid === null ? null : dedicatedUser(runtime, host.firstUid);
  const groups = joinable(makeControlGroups(name, limits, choice));
  own.owns({groups: groups.flatMap(({folders}) => folders)});
  return {
    ...{host, own, groups, limited: groups.some(({hasLimits}) => hasLimits)},
    uid: user?.uid ?? (host.user as {uid: number}).uid,
    hostUid: user?.uid ?? null,
    async remove() {
      await own.remove();
      user?.release();
    },
  };
}

/** An ordinary user may have been handed a group to make others in, and still not be allowed to move a process there. */
function joinable(groups: ControlGroup[]): ControlGroup[] {
  if (process.getuid!() === 0) return groups;
  const canJoin = ({joinFiles}: ControlGroup) =>
    spawnSync("/bin/sh", ["-c", 'for file; do echo 0 >"$file" || exit 1; done', "sh", ...joinFiles], {stdio: "ignore"}).status === 0;
  return groups.filter(canJoin);
}

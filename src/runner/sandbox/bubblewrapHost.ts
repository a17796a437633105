import {execFileSync, spawnSync} from "node:child_process";
import {accessSync, constants, existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {RebenchError} from "../../errors.js";
import type {Rooms} from "./bubblewrapArguments.js";
import {firstDedicatedUid} from "./users.js";

/** How bubblewrap is used on this machine. */
export type BubblewrapHost = {
  bubblewrap: string;
  user: Rooms["user"];
  /** Where user ids for attempts begin; null where everything runs as the runner's user. */
  firstUid: number | null;
};

const INSTALL = "Install it: apt-get install bubblewrap (Fedora: dnf install bubblewrap). Or see rebench run --help for --sandbox.";
const UID_INSIDE = 1000;

/** @throws RebenchError `no-sandbox` where bubblewrap is missing or too old. */
export function bubblewrapHost(path = process.env.PATH ?? "/usr/bin"): BubblewrapHost {
  const bubblewrap = path
    .split(":")
    .map((folder) => join(folder, "bwrap"))
    .find(isExecutable);
  if (bubblewrap === undefined) throw new RebenchError("no-sandbox", {problem: "bubblewrap (bwrap) is not installed", hint: INSTALL});
  const help = helpOf(bubblewrap);
  if (!help.includes("--size") || !help.includes("--perms")) {
    throw new RebenchError("no-sandbox", {
      problem: `${bubblewrap} is too old: it cannot limit the size of /tmp`,
      hint: "Install bubblewrap 0.7 or later.",
    });
  }
  const firstUid = process.getuid!() === 0 ? firstDedicatedUid(readFileSync("/proc/self/uid_map", "utf8")) : null;
  const user: Rooms["user"] =
    firstUid !== null ? {kind: "root"} : {kind: "namespace", uid: UID_INSIDE, disableMore: help.includes("--disable-userns")};
  return {bubblewrap, user, firstUid};
}

const helps = new Map<string, string>();

function helpOf(bubblewrap: string): string {
  const known = helps.get(bubblewrap) ?? execFileSync(bubblewrap, ["--help"], {encoding: "utf8", stdio: ["ignore", "pipe", "pipe"]});
  helps.set(bubblewrap, known);
  return known;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Settings that forbid ordinary users a user namespace: file, the value that forbids, and how to allow it. */
const FORBIDDING = [
  {file: "/proc/sys/kernel/unprivileged_userns_clone", value: "0", allow: "sysctl kernel.unprivileged_userns_clone=1"},
  {file: "/proc/sys/user/max_user_namespaces", value: "0", allow: "sysctl user.max_user_namespaces=15000"},
  {
    file: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    value: "1",
    allow:
      "an AppArmor profile for bwrap (Ubuntu: apt-get install apparmor-profiles), or sysctl kernel.apparmor_restrict_unprivileged_userns=0",
  },
];

/** What a failure of bubblewrap means on this host. @param said Its own words. */
export function explainBubblewrap(said: string, root = process.getuid!() === 0, read = readSetting): RebenchError {
  const forbidding = root ? undefined : FORBIDDING.find(({file, value}) => read(file) === value);
  const refused = /Operation not permitted|Permission denied|No permissions|Creating new namespace failed|uid map/i.test(said);
  const hint =
    forbidding !== undefined
      ? `This host forbids user namespaces to ordinary users (${forbidding.file} is ${forbidding.value}). An administrator allows them with: ${forbidding.allow}. Or run rebench as root.`
      : refused && root
        ? "This looks like a container without the right to make namespaces. Start it with --privileged (or --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined), or run rebench outside."
        : refused
          ? "This host lets ordinary users make no namespaces. Run rebench as root, or use --sandbox docker."
          : "See what this machine can do with: rebench doctor";
  return new RebenchError("no-sandbox", {problem: `bubblewrap cannot make a sandbox: ${said.split("\n")[0]}`, hint});
}

function readSetting(file: string): string | null {
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

/** Tries it with the namespaces that a sandbox has. Null where it works, else why not. */
export function bubblewrapProblem({bubblewrap, user}: BubblewrapHost): RebenchError | null {
  const args = ["--unshare-pid", "--unshare-net", "--unshare-ipc", ...(user.kind === "root" ? [] : ["--unshare-user"])];
  const {status, stderr} = spawnSync(bubblewrap, [...args, "--ro-bind", "/", "/", "--proc", "/proc", "true"], {
    encoding: "utf8",
    timeout: 20_000,
  });
  return status === 0 ? null : explainBubblewrap(stderr.trim());
}

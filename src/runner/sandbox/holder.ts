import {type ChildProcess, spawn} from "node:child_process";
import {closeSync, fstatSync, openSync, readlinkSync} from "node:fs";
import type {Readable} from "node:stream";
import {text} from "node:stream/consumers";
import {firstProcess} from "./bubblewrapArguments.js";

/** The first process of a sandbox: it holds the namespaces, and with it the kernel ends everything inside. */
export type Holder = {
  pid: number;
  pidNamespace: number;
  /** `KIND:INODE:PATH`: held open by the runner, so that no later process can be taken for the sandbox. */
  namespaces: string[];
  /** Ends everything inside. */
  end(): void;
  /** The process is gone. */
  ended: Promise<void>;
};

/** Why bubblewrap made no sandbox, in its own words. */
export class BubblewrapFailure extends Error {}

// Reads a pipe that only the runner holds: it ends with the runner, however that ends. Ignoring SIGCHLD lets the kernel collect orphans;
// some shells (dash) never ignore it for programs that they become, so `env` does it where it can.
const HOLD =
  "if env --ignore-signal=CHLD true 2>/dev/null; then echo ready; exec env --ignore-signal=CHLD cat >/dev/null; fi; " +
  'trap "" CHLD; echo ready; exec cat >/dev/null';
const KINDS = ["pid", "net", "ipc", "uts", "mnt", "user"] as const;
const START_SECONDS = 20;

/** @param args What `bubblewrapArguments` made. */
export async function startHolder(bubblewrap: string, args: readonly string[]): Promise<Holder> {
  const command = [...firstProcess, "--info-fd", "3", ...args, "--", "/bin/sh", "-c", HOLD];
  const child = spawn(bubblewrap, command, {stdio: ["pipe", "pipe", "pipe", "pipe"], detached: true, env: {}, cwd: "/"});
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()).once("error", () => resolve()));
  child.stdin!.on("error", () => {});
  const [info, said] = [text(child.stdio[3] as Readable), text(child.stderr!)];
  if (!(await isReady(child))) {
    child.kill("SIGKILL");
    throw new BubblewrapFailure((await said).trim() || "it ended without a word");
  }
  const namespaces = JSON.parse(await info) as Record<string, number> & {"child-pid": number};
  const pid = namespaces["child-pid"];
  if (readlinkSync("/proc/self/ns/pid") === `pid:[${namespaces["pid-namespace"]}]`) throw new BubblewrapFailure("it made no pid namespace");
  const held = KINDS.filter((kind) => kind === "user" || namespaces[`${kind}-namespace`] !== undefined).map((kind) =>
    hold(pid, kind, namespaces[`${kind}-namespace`]),
  );
  ended.then(() => {
    for (const {file} of held) closeSync(file);
  });
  const end = () => {
    child.stdin!.destroy();
    setTimeout(() => child.kill("SIGKILL"), 2000).unref();
  };
  return {pid, pidNamespace: namespaces["pid-namespace"]!, namespaces: held.map(({name}) => name), end, ended};
}

async function isReady(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), 1000 * START_SECONDS);
    const settle = (ready: boolean) => {
      clearTimeout(timer);
      resolve(ready);
    };
    child.stdout!.once("data", () => settle(true)).once("end", () => settle(false));
    child.once("error", () => settle(false));
  });
}

/** @param expected The inode that bubblewrap told; it tells none of the user namespace. */
function hold(pid: number, kind: string, expected: number | undefined): {file: number; name: string} {
  const file = openSync(`/proc/${pid}/ns/${kind}`, "r");
  const inode = fstatSync(file).ino;
  if (expected !== undefined && inode !== expected) throw new BubblewrapFailure(`its ${kind} namespace is gone`);
  return {file, name: `${kind}:${inode}:/proc/${process.pid}/fd/${file}`};
}

import {existsSync, realpathSync} from "node:fs";
import {dirname} from "node:path";
import {RebenchError} from "../../errors.js";
import type {SandboxSpec} from "./sandbox.js";
import {contains} from "./toolchain.js";

/** Refuses what would show an attempt its own journal, and what is not there. @throws RebenchError `usage` */
export function checkMounts({workspace, readOnly, sockets}: Pick<SandboxSpec, "workspace" | "readOnly" | "sockets">): void {
  const attempt = dirname(existing(workspace));
  for (const {host, inside} of [...readOnly, ...sockets]) {
    if (contains(existing(host), attempt)) {
      throw new RebenchError("usage", {
        problem: `${host} cannot be shown at ${inside}: the attempt's journal is in it, at ${attempt}`,
        hint: "Name a folder that holds only what the participant needs.",
      });
    }
  }
}

function existing(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  throw new RebenchError("usage", {problem: `${path} cannot be shown in a sandbox: it does not exist`, hint: "Check the path."});
}

import {mkdirSync, readdirSync, renameSync, rmSync} from "node:fs";
import {join} from "node:path";
import {RebenchError} from "../../../errors.js";
import {type RemoteWhereabouts, whereaboutsOf, writeWhereabouts} from "../whereabouts.js";
import {receiveFolder} from "./receiveFolder.js";
import {remoteCommand} from "./remoteProgram.js";
import type {SentEnd} from "./sendFolder.js";
import {SSH_FAILED, sshCommand, sshError} from "./sshCommand.js";

/**
 * Brings an attempt that is over from its host: all files first, each checked, then put in place together, and only then noted as
 * complete. What is on the host stays there. Several processes may do so at once.
 *
 * @param incoming A folder of this process within the attempt's.
 * @param known What an earlier try has brought into it; see {@link receiveFolder}.
 * @throws RebenchError `host-unreachable` where the connection is lost: to be tried again.
 */
export async function fetchAttempt(
  folder: string,
  where: RemoteWhereabouts,
  {incoming, known}: {incoming: string; known: Record<string, string>},
): Promise<SentEnd["end"]> {
  mkdirSync(incoming, {recursive: true, mode: 0o700});
  const end = await receive(where, incoming, known);
  const placed = whereaboutsOf(folder);
  if (placed?.kind === "ssh" && placed.isComplete) return end;
  for (const name of readdirSync(incoming)) if (name !== "where.json") place(join(incoming, name), join(folder, name));
  writeWhereabouts(folder, {...where, isComplete: true});
  return end;
}

function place(from: string, to: string): void {
  rmSync(to, {recursive: true, force: true});
  try {
    renameSync(from, to);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code!)) throw error; // another process has put the same there
  }
}

async function receive(where: RemoteWhereabouts, incoming: string, known: Record<string, string>): Promise<SentEnd["end"]> {
  const child = sshCommand(where.host, remoteCommand(where, "send"));
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.on("error", (error) => {
    stderr += error.message;
  });
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.stdin!.on("error", () => {});
  child.stdin!.end(JSON.stringify({folder: where.folder, known}));
  try {
    const end = await receiveFolder(child.stdout!, incoming, known);
    if (end === null) {
      const status = await closed;
      if (status === SSH_FAILED || status === null) throw sshError(where.host, stderr);
      throw new RebenchError("host-unusable", {
        problem: `${where.host} did not send all files of ${where.folder}: ${stderr.trim().split("\n").at(-1) || `status ${status}`}`,
        hint: "Look whether the folder is there.",
      });
    }
    if (end.files !== Object.keys(known).length) {
      throw new RebenchError("host-unusable", {
        problem: `${where.host} announced ${end.files} files of ${where.folder}, and ${Object.keys(known).length} arrived`,
        hint: "Try again with: rebench attach ID",
      });
    }
    return end;
  } finally {
    child.kill();
  }
}

import {createInterface} from "node:readline";
import {RebenchError} from "../../../errors.js";
import type {FollowLine} from "../followFolders.js";
import {errorFrom} from "../programLines.js";
import {answersIn, isError, type RemoteRunner, remoteCommand} from "./remoteProgram.js";
import {lastLine, sshCommand, sshError} from "./sshCommand.js";

/** Follows attempts over one connection, until all are at rest. @throws RebenchError `host-unreachable` where the connection is lost. */
export async function followOnce(
  host: string,
  runner: RemoteRunner,
  input: {attempts: readonly {folder: string; seen: number}[]},
  tell: (line: FollowLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const child = sshCommand(host, remoteCommand(runner, "follow"));
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  child.on("error", (error) => {
    stderr += error.message;
  });
  const leave = () => child.kill();
  signal.addEventListener("abort", leave, {once: true});
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.stdin!.on("error", () => {});
  child.stdin!.end(JSON.stringify(input));
  let isDone = false;
  let status: number | null;
  try {
    for await (const text of createInterface({input: child.stdout!})) {
      for (const line of answersIn(text)) {
        if (isError(line)) throw errorFrom(line.error, `on ${host}: `);
        if ("done" in line) isDone = true;
        else if ("entry" in line || "status" in line) tell(line as FollowLine);
      }
    }
    status = await closed;
  } finally {
    signal.removeEventListener("abort", leave);
    leave(); // where nobody reads it any more
  }
  if (isDone || signal.aborted) return;
  if (status === 0 || status === 255 || status === null) throw lost(host, stderr);
  throw new RebenchError("host-unusable", {
    problem: `the runner on ${host} ended while attempts were followed: ${lastLine(stderr) || `status ${status}`}`,
    hint: "Try again with: rebench attach ID",
  });
}

const lost = (host: string, stderr: string): RebenchError => {
  const found = sshError(host, stderr);
  if (found.code !== "host-unreachable" || stderr.trim() !== "") return found;
  return new RebenchError("host-unreachable", {problem: `the connection to ${host} was lost`, hint: `Try: ssh ${host} true`});
};

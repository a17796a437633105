import {type ChildProcess, spawn} from "node:child_process";
import {RebenchError} from "../../../errors.js";
import {withoutModelVariables} from "../modelVariables.js";

const OPTIONS = ["ConnectTimeout=15", "ServerAliveInterval=10", "ServerAliveCountMax=3", "ClearAllForwardings=yes"];

/**
 * Starts a command on a host with the system's OpenSSH and the user's configuration; REBENCH_SSH_CONFIG names another one.
 *
 * Nothing secret may be in the command: it is seen in both machines' lists of processes. Where nobody sits at a terminal, ssh asks
 * nothing.
 */
export function sshCommand(host: string, command: string): ChildProcess {
  const {REBENCH_SSH_CONFIG: config} = process.env;
  const options = [...OPTIONS, ...(process.stdin.isTTY ? [] : ["BatchMode=yes"])].flatMap((option) => ["-o", option]);
  return spawn("ssh", ["-T", ...(config ? ["-F", config] : []), ...options, "--", host, command], {
    env: withoutModelVariables(process.env), // a user's SendEnv might pass keys on
    stdio: ["pipe", "pipe", "pipe"],
  });
}

export type SshAnswer = {status: number | null; stdout: string; stderr: string};

/** Runs a short command there, with `input` on its stdin. */
export function askOverSsh(host: string, command: string, input: string | Uint8Array): Promise<SshAnswer> {
  const child = sshCommand(host, command);
  let [stdout, stderr] = ["", ""];
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin!.on("error", () => {}); // its end says more
  child.stdin!.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", (cause) => reject(noSsh(cause)));
    child.on("close", (status) => resolve({status, stdout, stderr}));
  });
}

const noSsh = (cause: Error) =>
  new RebenchError("host-unusable", {
    problem: `cannot start ssh: ${cause.message}`,
    hint: "Install OpenSSH's client, such as with: apt-get install openssh-client",
    cause,
  });

/** ssh's own status for a connection that could not be made, or was lost. */
export const SSH_FAILED = 255;

const UNREACHABLE = /resolve hostname|refused|timed out|timeout|No route|unreachable|closed by|reset by|Broken pipe|kex_exchange/i;

/** What ssh says when it fails, as one sentence. */
export function sshError(host: string, stderr: string): RebenchError {
  const line = lastLine(stderr) || "ssh said nothing";
  if (/Permission denied/i.test(stderr)) {
    return new RebenchError("host-unusable", {
      problem: `${host} does not let you in: ${line}`,
      hint: `Check user and key: ssh ${host} true must work without a question (IdentityFile in ~/.ssh/config, or ssh-add).`,
    });
  }
  if (/Host key verification failed|IDENTIFICATION HAS CHANGED/i.test(stderr)) {
    return new RebenchError("host-unusable", {
      problem: `${host} shows a key that your ssh does not know`,
      hint: `Make sure that it is the right machine, then let ssh learn its key: ssh ${host} true`,
    });
  }
  if (UNREACHABLE.test(stderr)) {
    return new RebenchError("host-unreachable", {
      problem: `cannot reach ${host}: ${line}`,
      hint: `Check name and network: ssh ${host} true`,
    });
  }
  return new RebenchError("host-unreachable", {problem: `the connection to ${host} failed: ${line}`, hint: `Try: ssh -v ${host} true`});
}

export const lastLine = (text: string): string => text.trim().split("\n").at(-1)!.trim();

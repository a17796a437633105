import {execFile, spawn} from "node:child_process";
import {randomBytes} from "node:crypto";
import {type Engine, execArguments} from "./engineArguments.js";
import {PausableTimer} from "./pausableTimer.js";
import type {ExecOptions, ExecResult} from "./sandbox.js";

// In a session of its own, whose number it leaves where it can be ended by. What participants write there can only end their own.
const MARKED = ["/usr/bin/setsid", "-w", "/bin/sh", "-c", 'echo $$ >"$0"; exec "$@"'];

/** Runs programs in a container. The engine tells no signal: a program that one ended has status 128 and its number. */
export const engineProgram =
  (engine: Engine, name: string) =>
  (command: readonly string[], environmentFile: string, options: ExecOptions): Promise<ExecResult> => {
    const {cwd = "/workspace", timeoutSeconds = null, onOutput, stdin, signal} = options;
    const mark = `/tmp/.rebench-${randomBytes(6).toString("hex")}`;
    const args = execArguments(name, environmentFile, cwd, [...MARKED, mark, ...command], stdin === undefined ? "" : "i");
    const child = spawn(engine, args, {stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"], detached: true});
    if (stdin !== undefined) child.stdin!.on("error", () => {}).end(stdin);
    child.stdout!.on("data", (chunk: Uint8Array) => onOutput?.(chunk, "stdout"));
    child.stderr!.on("data", (chunk: Uint8Array) => onOutput?.(chunk, "stderr"));
    const kill = () => execFile(engine, ["exec", name, "/bin/sh", "-c", 'pkill -KILL -s "$(cat "$0")"', mark], () => {});
    let timedOut = false;
    const expire = () => {
      timedOut = true;
      kill();
    };
    const timer = timeoutSeconds === null ? null : new PausableTimer(timeoutSeconds, expire);
    signal?.addEventListener("abort", kill);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => {
        timer?.stop();
        signal?.removeEventListener("abort", kill);
        resolve(timedOut || signal?.aborted ? {exitCode: null, signal: "SIGKILL", timedOut} : {exitCode: status, signal: null, timedOut});
      });
    });
  };

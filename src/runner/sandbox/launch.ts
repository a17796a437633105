import {spawn} from "node:child_process";
import type {Readable, Writable} from "node:stream";
import {RebenchError} from "../../errors.js";
import {guestFile, isolatedPython} from "./guestFiles.js";
import {encodeOrders, type Orders} from "./orders.js";
import type {ExecOptions} from "./sandbox.js";

/** A program inside, as the runner sees it. */
export type Launched = {
  /** Number of the program's process and of its session on the host; null when it could not be started. */
  pid: Promise<number | null>;
  /** When the program has ended and all that it wrote before was handed on. */
  ended: Promise<{exitCode: number | null; signal: number | null}>;
};

/** Runs `guest/launch.py`, which joins the sandbox and becomes the program there. */
export function launch(interpreter: string, orders: Orders, {stdin, onOutput}: Pick<ExecOptions, "stdin" | "onOutput">): Launched {
  const [command, ...args] = [...isolatedPython(interpreter, guestFile("launch.py")), "enter", "3"];
  const child = spawn(command!, args, {
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe", "pipe"],
    detached: true, // Ctrl-C at the runner's terminal is for the runner
    env: {},
    cwd: "/",
  });
  const outputs = [child.stdout!, child.stderr!];
  for (const [i, output] of outputs.entries()) {
    output.on("data", (chunk: Uint8Array) => listening && onOutput?.(chunk, i === 0 ? "stdout" : "stderr"));
  }
  let listening = true;
  if (stdin !== undefined) child.stdin!.on("error", () => {}).end(stdin);
  const news = child.stdio[3] as Readable & Writable;
  news.on("error", () => {});
  news.write(encodeOrders(orders));
  const lines = readLines(news);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()));
  return {
    pid: lines.first.then((line) => (line.startsWith("pid ") ? Number(line.slice(4)) : null)),
    ended: (async () => {
      const last = await lines.last;
      await exited;
      await drained(outputs);
      listening = false;
      for (const output of outputs) (output as Readable & {unref?: () => void}).unref?.(); // programs left behind may go on writing
      return outcome(last);
    })(),
  };
}

function readLines(news: Readable): {first: Promise<string>; last: Promise<string>} {
  let text = "";
  let tellFirst: (line: string) => void;
  const first = new Promise<string>((resolve) => {
    tellFirst = resolve;
  });
  const last = new Promise<string>((resolve) => {
    news.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) tellFirst(text.slice(0, text.indexOf("\n")));
    });
    news.once("close", () => {
      tellFirst(text.split("\n")[0]!);
      const lines = text.trimEnd().split("\n");
      resolve(lines.find((line) => line.startsWith("error ")) ?? lines.at(-1)!);
    });
  });
  return {first, last};
}

/** Two turns of the event loop in which nothing came: what was in the pipes at the end is out, even where others hold them open. */
async function drained(outputs: readonly Readable[]): Promise<void> {
  let quiet = 0;
  const noise = () => {
    quiet = 0;
  };
  for (const output of outputs) output.on("data", noise);
  while (quiet < 2 && !outputs.every((output) => output.readableEnded || output.destroyed)) {
    await new Promise((resolve) => setImmediate(resolve));
    ++quiet;
  }
  for (const output of outputs) output.off("data", noise);
}

function outcome(line: string): {exitCode: number | null; signal: number | null} {
  const [word, value] = line.split(" ");
  if (word === "exit") return {exitCode: Number(value), signal: null};
  if (word === "signal") return {exitCode: null, signal: Number(value)};
  throw new RebenchError("no-sandbox", {
    problem: `cannot start a program in the sandbox: ${line.replace(/^error /, "") || "the launcher ended without a word"}`,
    hint: "See what this machine can do with: rebench doctor",
  });
}

import {mkdirSync, writeFileSync} from "node:fs";
import {join, relative, sep} from "node:path";
import type {ExecResult} from "../sandbox/sandbox.js";
import {type ExecGroup, execGroup} from "./execGroup.js";
import {keepText} from "./keepText.js";
import type {EntryOf, NewEntry} from "./transcriptEntry.js";

/** Of a command's output, in the transcript; the whole of a longer one is a file in `logs`. */
const MOST_OUTPUT_CHARACTERS = 32 * 2 ** 10;
/** Of one argument of a command: Linux runs none that is longer, so that each can be run again as it was. */
const MOST_ARGUMENT_CHARACTERS = 128 * 2 ** 10;

export type CommandLogParts = {
  append: (entry: NewEntry) => void;
  /** Of the last command that is there. */
  number: number;
  /** Files in `logs` are named from here. */
  folder: string;
  logs: string;
  onProblem: (problem: string) => void;
};

/** A command that runs. */
export type ExecTranscript = {
  onOutput(chunk: Uint8Array, stream: "stdout" | "stderr"): void;
  onEnd(result: ExecResult, seconds?: number): void;
};

export type ExecFacts = {seconds?: number | null; cwd?: string | null};

export type CommandLog = {
  begin(command: readonly string[], facts: ExecFacts): ExecTranscript;
  add(command: readonly string[], result: ExecResult, output: string, facts: ExecFacts): void;
  /** Tells what running commands have done until now. */
  settle(): void;
};

type Command = EntryOf<"command">;

export function commandLog({append, number: last, folder, logs, onProblem}: CommandLogParts): CommandLog {
  let number = last;
  const running = new Set<ExecGroup>();
  const logFile = (name: string, text: string): string | null => {
    const path = join(logs, name);
    try {
      mkdirSync(logs, {recursive: true, mode: 0o700});
      writeFileSync(path, text, {mode: 0o600});
      return relative(folder, path).split(sep).join("/");
    } catch (error) {
      onProblem(`the output of a command cannot be written: ${(error as Error).message}`);
      return null;
    }
  };
  const entry = (own: number, argv: readonly string[], state: Command["state"], text: string, end: End) => {
    const output = keepText(text, MOST_OUTPUT_CHARACTERS);
    const log = output.leftOut === 0 ? null : logFile(`command-${String(own).padStart(6, "0")}.txt`, text);
    append({kind: "command", number: own, state, argv: argv.map(keptArgument), ...end, output, log});
  };
  return {
    begin(command, {cwd = null}) {
      const own = ++number;
      let end: End = {exitCode: null, signal: null, timedOut: false, seconds: null, cwd};
      const group = execGroup({
        whole: (text) => entry(own, command, "whole", text, end),
        started: () => entry(own, command, "started", "", end),
        output: (stream, text) => append({kind: "output", command: own, stream, text}),
        ended: () => entry(own, command, "ended", "", end),
      });
      running.add(group);
      return {
        onOutput: (chunk, stream) => group.add(chunk, stream),
        onEnd(result, seconds) {
          if (!running.delete(group)) return;
          end = endOf(result, {seconds, cwd});
          group.end();
        },
      };
    },
    add: (command, result, text, facts) => entry(++number, command, "whole", text, endOf(result, facts)),
    settle() {
      for (const group of running) group.settle();
    },
  };
}

type End = Pick<Command, "exitCode" | "signal" | "timedOut" | "seconds" | "cwd">;

const endOf = ({exitCode, signal, timedOut}: ExecResult, {seconds = null, cwd = null}: ExecFacts): End => ({
  exitCode,
  signal,
  timedOut,
  seconds,
  cwd,
});

/** A text of which nobody reads more. */
export function keptArgument(text: string): string {
  const {start, leftOut, end} = keepText(text, MOST_ARGUMENT_CHARACTERS);
  return leftOut === 0 ? text : `${start}… (${leftOut} characters are left out) …${end}`;
}

import {existsSync, mkdirSync, truncateSync, writeFileSync} from "node:fs";
import {dirname, join, relative, sep} from "node:path";
import type {GatewayCall} from "../gateway/lineOptions.js";
import type {JournalEntry} from "../journal/event.js";
import type {ExecResult} from "../sandbox/sandbox.js";
import {entryOfEvent} from "./entryOfEvent.js";
import {groupedFile} from "./groupedFile.js";
import {keepText} from "./keepText.js";
import {messageBook} from "./messageBook.js";
import {answerMessages, askedMessages} from "./messagesIn.js";
import {type OutputGroup, outputGroup} from "./outputGroup.js";
import {emptyScan, type ScannedTranscript, scanTranscript} from "./scanTranscript.js";
import type {NewEntry} from "./transcriptEntry.js";

/** Of a command's output, here; the whole of a longer one is a file in `logs`. */
const MOST_OUTPUT_CHARACTERS = 32 * 2 ** 10;
/** Of one argument of a command; a program's text can be one. */
const MOST_ARGUMENT_CHARACTERS = 64 * 2 ** 10;

export type TranscriptOptions = {
  now: () => Date;
  workingSeconds: () => number;
  /** Folder for outputs that are too long for a line. */
  logs: string;
  /** The journal of an attempt that is taken up again: what was lost of the transcript in a crash is put in from there. */
  journal?: readonly JournalEntry[];
  /** Told once, when something cannot be written. */
  onProblem?: (problem: string) => void;
  /** A last line of so many bytes was torn, and is cut off. */
  onRepair?: (tornBytes: number) => void;
};

/** Keeps what happens in an attempt. Nothing here throws: an attempt goes on without its transcript where it must. */
export type TranscriptWriter = {
  /** A question to a model, as the gateway reports it. */
  onCall(call: GatewayCall): void;
  /** A command that ended, with all that it wrote. */
  onExec(command: readonly string[], result: ExecResult, output: string, facts?: {seconds?: number; cwd?: string}): void;
  /** What a program that runs inside for long has just written. */
  onOutput(chunk: Uint8Array, stream: "stdout" | "stderr"): void;
  /** An event that was noted in the journal: scores, pauses, limits, the end. Others are passed over. */
  onEvent(entry: JournalEntry): void;
  note(text: string): void;
  flush(): void;
  close(): void;
};

/** Opens a transcript, or makes it. Lines are written in groups: what happened in the last second can be lost with the machine. */
export function transcriptWriter(file: string, options: TranscriptOptions): TranscriptWriter {
  const {now, workingSeconds, logs, journal = [], onProblem = () => {}} = options;
  const tellOnce = once(onProblem);
  const scanned = openScanned(file, options, tellOnce);
  let {commands} = scanned;

  const lineOf = ({kind, ...entry}: NewEntry, at: {time: string; workingSeconds: number}) => JSON.stringify({kind, ...at, ...entry});
  const nowAt = () => ({time: now().toISOString(), workingSeconds: Math.round(workingSeconds() * 1000) / 1000});
  const lines = groupedFile(file, {
    onProblem: (problem) => tellOnce(`the transcript cannot be written: ${problem}`),
    onLost: () => book.forget(),
    lossLine: (count) => lineOf({kind: "note", sequence: null, text: `${count} entries are missing here: the disk had no room`}, nowAt()),
  });
  const append = (entry: NewEntry, at = nowAt()) => lines.append(lineOf(entry, at));
  const output: OutputGroup = outputGroup((stream, text) => append({kind: "output", stream, text}));
  const book = messageBook(scanned.hashes, scanned.calls, (hash, message) => append({kind: "message", hash, ...message}));
  const event = (entry: JournalEntry) => {
    const said = entryOfEvent(entry);
    if (said !== null) append(said, {time: entry.time, workingSeconds: entry.workingSeconds});
  };
  const logFile = (text: string): string | null => {
    const path = join(logs, `command-${String(commands).padStart(6, "0")}.txt`);
    try {
      mkdirSync(logs, {recursive: true, mode: 0o700});
      writeFileSync(path, text, {mode: 0o600});
      return relative(dirname(file), path).split(sep).join("/");
    } catch (error) {
      tellOnce(`the output of a command cannot be written: ${(error as Error).message}`);
      return null;
    }
  };
  /** What a program wrote before comes before. */
  const inOrder = (work: () => void): void => {
    try {
      output.flush();
      work();
    } catch (error) {
      tellOnce(`the transcript lacks an entry: ${(error as Error).message}`);
    }
  };

  for (const entry of journal) if (entry.sequence > scanned.journalSequence) inOrder(() => event(entry));
  return {
    onCall: (call) => inOrder(() => append(modelEntry(call, book))),
    onExec: (command, result, text, {seconds = null, cwd = null}: {seconds?: number | null; cwd?: string | null} = {}) =>
      inOrder(() => {
        ++commands;
        const kept = keepText(text, MOST_OUTPUT_CHARACTERS);
        const {exitCode, signal, timedOut} = result;
        const log = kept.leftOut === 0 ? null : logFile(text);
        append({kind: "command", argv: command.map(keptArgument), cwd, exitCode, signal, timedOut, seconds, output: kept, log});
      }),
    onOutput: (chunk, stream) => output.add(chunk, stream),
    onEvent: (entry) => inOrder(() => event(entry)),
    note: (text) => inOrder(() => append({kind: "note", sequence: null, text: keptArgument(text)})),
    flush: () => inOrder(() => lines.flush()),
    close: () =>
      inOrder(() => {
        output.end();
        lines.close();
      }),
  };
}

function openScanned(file: string, {onRepair = () => {}}: TranscriptOptions, onProblem: (problem: string) => void): ScannedTranscript {
  try {
    if (!existsSync(file)) return emptyScan();
    const scanned = scanTranscript(file);
    if (scanned.tornBytes > 0) {
      truncateSync(file, scanned.wholeBytes);
      onRepair(scanned.tornBytes);
    }
    return scanned;
  } catch (error) {
    onProblem(`the transcript cannot be read: ${(error as Error).message}`);
    return emptyScan();
  }
}

function modelEntry(call: GatewayCall, book: ReturnType<typeof messageBook>): NewEntry {
  const {model, wire, status, usage, usageKnown, costUsd, seconds, pausedSeconds, tries, failure, requestBytes} = call;
  const {messages, isCut, settings} = askedMessages(wire, call.request);
  const booked = book.book(messages, answerMessages(wire, call.response));
  const {model: _, ...counts} = usage;
  const facts = {usage: counts, usageKnown, costUsd, generatingSeconds: seconds, pausedSeconds, tries, failure};
  const {call: number, ...history} = booked;
  return {kind: "model", call: number, model, wire, status, ...history, isCut, requestBytes, settings, ...facts};
}

function keptArgument(text: string): string {
  const {start, leftOut, end} = keepText(text, MOST_ARGUMENT_CHARACTERS);
  return leftOut === 0 ? text : `${start}… (${leftOut} characters are left out) …${end}`;
}

function once(tell: (problem: string) => void): (problem: string) => void {
  let isTold = false;
  return (problem) => {
    if (isTold) return;
    isTold = true;
    try {
      tell(problem);
    } catch {
      // whoever is told has troubles of its own
    }
  };
}

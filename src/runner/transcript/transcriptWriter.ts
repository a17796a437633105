import {statSync, truncateSync} from "node:fs";
import {dirname} from "node:path";
import type {GatewayCall} from "../gateway/lineOptions.js";
import type {JournalEntry} from "../journal/event.js";
import type {ExecResult} from "../sandbox/sandbox.js";
import {commandLog, type ExecFacts, type ExecTranscript, keptArgument} from "./commandLog.js";
import {entryOfEvent} from "./entryOfEvent.js";
import {groupedFile} from "./groupedFile.js";
import {keepText} from "./keepText.js";
import {type MessageBook, messageBook} from "./messageBook.js";
import {answerMessages, askedMessages} from "./messagesIn.js";
import {outputGroup} from "./outputGroup.js";
import {emptyScan, type ScannedTranscript, scanTranscript} from "./scanTranscript.js";
import type {NewEntry} from "./transcriptEntry.js";

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
  /** A command that begins: what it writes is kept while it runs. */
  beginExec(command: readonly string[], facts?: ExecFacts): ExecTranscript;
  /** A command that ended, with all that it wrote, for those who know it only then. */
  onExec(command: readonly string[], result: ExecResult, output: string, facts?: ExecFacts): void;
  /** What the environment's service was asked and answered, JSON both; null where it failed. */
  onService(request: string, answer: string | null, seconds: number): void;
  /** What is written by something that is no command: a person's terminal, say. */
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
  const tell = once(onProblem);
  const scanned = openScanned(file, options, tell);
  const nowAt = (): At => ({time: now().toISOString(), workingSeconds: Math.round(workingSeconds() * 1000) / 1000});
  const lines = groupedFile(file, {
    onProblem: (problem) => tell(`the transcript cannot be written: ${problem}`),
    onLost: () => book.forget(),
    lossLine: (count) => lineOf(noteOf(`${count} entries are missing here: the disk had no room`), nowAt()),
  });
  const quietly = quiet((problem) => tell(`the transcript lacks an entry: ${problem}`));
  const append = (entry: NewEntry, at?: At) => quietly(() => lines.append(lineOf(entry, at ?? nowAt())));
  const output = outputGroup((stream, text) => append({kind: "output", command: null, stream, text}));
  const book = messageBook(scanned.hashes, scanned.calls, (hash, message) => append({kind: "message", hash, ...message}));
  const commands = commandLog({append, number: scanned.commands, folder: dirname(file), logs, onProblem: tell});
  /** What programs wrote before comes before. */
  const inOrder = (work: () => void): void =>
    quietly(() => {
      output.flush();
      commands.settle();
      work();
    });
  const onEvent = (event: JournalEntry): void => {
    const entry = entryOfEvent(event);
    if (entry !== null) inOrder(() => append(entry, {time: event.time, workingSeconds: event.workingSeconds}));
  };

  for (const event of journal) if (event.sequence > scanned.journalSequence) onEvent(event);
  return {
    onCall: (call) => inOrder(() => append(modelEntry(call, book))),
    beginExec(command, facts = {}) {
      const exec = commands.begin(command, facts);
      return {
        onOutput: (chunk, stream) => quietly(() => exec.onOutput(chunk, stream)),
        onEnd: (result, seconds) => quietly(() => exec.onEnd(result, seconds)),
      };
    },
    onExec: (command, result, text, facts = {}) => inOrder(() => commands.add(command, result, text, facts)),
    onService: (request, answer, seconds) => inOrder(() => append(serviceEntry(request, answer, seconds))),
    onOutput: (chunk, stream) => quietly(() => output.add(chunk, stream)),
    onEvent,
    note: (text) => inOrder(() => append(noteOf(keptArgument(text)))),
    flush: () => inOrder(lines.flush),
    close: () =>
      inOrder(() => {
        output.end();
        lines.close();
      }),
  };
}

type At = {time: string; workingSeconds: number};

/** Its kind first: whoever continues a transcript looks there. */
const lineOf = ({kind, ...entry}: NewEntry, at: At) => JSON.stringify({kind, ...at, ...entry});

const noteOf = (text: string): NewEntry => ({kind: "note", sequence: null, text});

/** Of a service's request or answer. */
const MOST_SERVICE_CHARACTERS = 8000;

const serviceEntry = (request: string, answer: string | null, seconds: number): NewEntry => ({
  kind: "service",
  request: keepText(request, MOST_SERVICE_CHARACTERS),
  answer: answer === null ? null : keepText(answer, MOST_SERVICE_CHARACTERS),
  seconds: Math.round(seconds * 1000) / 1000,
});

function openScanned(file: string, {onRepair = () => {}}: TranscriptOptions, onProblem: (problem: string) => void): ScannedTranscript {
  try {
    if (statSync(file, {throwIfNoEntry: false})?.isFile() !== true) return emptyScan();
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

function modelEntry(call: GatewayCall, book: MessageBook): NewEntry {
  const {model, wire, status, usageKnown, costUsd, seconds, pausedSeconds, tries, failure, requestBytes} = call;
  const {messages, isCut, settings} = askedMessages(wire, call.request);
  const {call: number, ...history} = book.book(messages, answerMessages(wire, call.response));
  const {model: _, ...usage} = call.usage;
  const facts = {usage, usageKnown, costUsd, generatingSeconds: seconds, pausedSeconds, tries, failure};
  return {kind: "model", call: number, model, wire, status, ...history, isCut, requestBytes, settings, ...facts};
}

/** Does something whose failure is told and goes no further. */
const quiet =
  (tell: (problem: string) => void) =>
  (work: () => void): void => {
    try {
      work();
    } catch (error) {
      tell((error as Error).message);
    }
  };

function once(tell: (problem: string) => void): (problem: string) => void {
  const quietly = quiet(() => {}); // whoever is told may have troubles of its own
  let isTold = false;
  return (problem) => {
    if (isTold) return;
    isTold = true;
    quietly(() => tell(problem));
  };
}

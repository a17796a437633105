import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {onTestFinished} from "vitest";
import type {GatewayCall} from "../../../src/runner/gateway/lineOptions.js";
import type {JournalEntry} from "../../../src/runner/journal/event.js";
import {readTranscript, type TranscriptLine} from "../../../src/runner/transcript/readTranscript.js";
import {shownEntries} from "../../../src/runner/transcript/shownEntries.js";
import type {ShownEntry} from "../../../src/runner/transcript/shownEntry.js";
import type {EntryOf, TranscriptEntry, TranscriptKind} from "../../../src/runner/transcript/transcriptEntry.js";
import {type TranscriptOptions, type TranscriptWriter, transcriptWriter} from "../../../src/runner/transcript/transcriptWriter.js";

/** A folder of its own for a test, gone afterwards. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rebench-transcript-"));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

export type Kept = {
  writer: TranscriptWriter;
  file: string;
  folder: string;
  problems: string[];
  repairs: number[];
  clock: {seconds: number};
};

/** A transcript in a folder, on a clock that the test moves. */
export function keep(folder = newFolder(), options: Partial<TranscriptOptions> = {}): Kept {
  const [problems, repairs, clock]: [string[], number[], {seconds: number}] = [[], [], {seconds: 0}];
  const file = join(folder, "transcript.jsonl");
  const writer = transcriptWriter(file, {
    now: () => new Date(Date.UTC(2026, 0, 31) + clock.seconds * 1000),
    workingSeconds: () => clock.seconds,
    logs: join(folder, "logs"),
    onProblem: (problem) => problems.push(problem),
    onRepair: (bytes) => repairs.push(bytes),
    ...options,
  });
  return {writer, file, folder, problems, repairs, clock};
}

async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function linesOf(file: string): Promise<TranscriptLine[]> {
  return gathered(readTranscript(file));
}

export async function entriesOf(file: string): Promise<TranscriptEntry[]> {
  return (await linesOf(file)).flatMap(({entry}) => (entry === null ? [] : [entry]));
}

export const ofKind = <Kind extends TranscriptKind>(entries: readonly TranscriptEntry[], kind: Kind): EntryOf<Kind>[] =>
  entries.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);

export const shownOf = (file: string): Promise<ShownEntry[]> => gathered(shownEntries(readTranscript(file)));

/** A call as the gateway reports it. */
export function call(request: unknown, response: unknown, facts: Partial<GatewayCall> = {}): GatewayCall {
  const text = typeof request === "string" ? request : JSON.stringify(request);
  return {
    model: "gpt-x",
    usage: {model: "gpt-x", input: 10, output: 5, cacheRead: 0, cacheWrite: null, reasoning: 2},
    usageKnown: true,
    costUsd: 0.25,
    seconds: 1.5,
    chargedTokens: 15,
    chargedUsd: 0.25,
    wire: "openai-chat",
    status: 200,
    streamed: false,
    tries: 1,
    pausedSeconds: 0,
    request: text,
    requestBytes: Buffer.byteLength(text),
    response: typeof response === "string" ? response : JSON.stringify(response),
    failure: null,
    ...facts,
  };
}

export const chatAnswer = (content: string) => ({choices: [{message: {role: "assistant", content, refusal: null}}]});

export const scored = (sequence: number, workingSeconds: number, score: number | null, facts: object = {}): JournalEntry => ({
  type: "scored",
  sequence,
  workingSeconds,
  time: new Date(Date.UTC(2026, 0, 31) + workingSeconds * 1000).toISOString(),
  requestId: `request-${sequence}`,
  askedAtSeconds: workingSeconds - 1,
  submissionSha256: null,
  score,
  reason: score === null ? "the file is missing" : "",
  details: {hidden: 42},
  repeat: false,
  scoringSeconds: 0.5,
  remeasured: false,
  ...facts,
});

export const ended = {exitCode: 0, signal: null, timedOut: false};

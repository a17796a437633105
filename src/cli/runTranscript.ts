import {createWriteStream, statSync} from "node:fs";
import {pipeline} from "node:stream/promises";
import {toolVersion} from "../assets.js";
import {RebenchError} from "../errors.js";
import {replaceFile} from "../export/replaceFile.js";
import type {PageSubject} from "../report/transcript/pageEntry.js";
import {transcriptPage} from "../report/transcript/transcriptPage.js";
import {chosenEntries} from "../runner/transcript/chosenEntries.js";
import {harmlessEntry} from "../runner/transcript/harmlessEntry.js";
import {harmlessLine} from "../runner/transcript/harmlessText.js";
import {readTranscript} from "../runner/transcript/readTranscript.js";
import {shownEntries} from "../runner/transcript/shownEntries.js";
import type {ShownEntry} from "../runner/transcript/shownEntry.js";
import {summarizeTranscript, type TranscriptSummary} from "../runner/transcript/summarizeTranscript.js";
import {entryLines} from "./entryLines.js";
import {type FoundTranscript, findTranscript} from "./findTranscript.js";
import {bold, counted, notice, printable, terminalColumns, wrap} from "./terminal.js";
import type {TranscriptFlags} from "./transcriptCommand.js";
import {planBeside, transcriptFacts} from "./transcriptFacts.js";

/** A line is read more easily when it is no wider. */
const MOST_COLUMNS = 120;

type Read = FoundTranscript & {summary: TranscriptSummary; entries: AsyncIterable<ShownEntry>};

export async function runTranscript(attempt: string, flags: TranscriptFlags): Promise<void> {
  const found = findTranscript(attempt, flags.runs);
  const summary = await summarizeTranscript(readTranscript(found.file));
  const {only = null, aroundScore = null} = flags;
  checkScore(aroundScore, summary);
  const read = {...found, summary, entries: chosenEntries(shownEntries(readTranscript(found.file)), {only, aroundScore})};
  if (flags.html !== undefined) await writePage(flags.html, read, flags);
  else await print(flags.json ? jsonChunks(read) : textChunks(read, flags));
  if (summary.badLines > 0) notice(`note: ${badLinesText(summary)}`);
}

function checkScore(aroundScore: number | null, {scores}: TranscriptSummary): void {
  if (aroundScore === null || aroundScore <= scores.length) return;
  throw new RebenchError("usage", {
    problem: `--around-score ${aroundScore}: the transcript has ${counted(scores.length, "score")}`,
    hint: scores.length === 0 ? "Leave out --around-score." : `Give a number from 1 to ${scores.length}.`,
  });
}

/** Waits where the reader is slower, so that a long transcript is never in memory whole. */
async function print(chunks: AsyncIterable<string>): Promise<void> {
  for await (const chunk of chunks) {
    if (!process.stdout.write(chunk)) await new Promise<void>((resolve) => process.stdout.once("drain", resolve));
  }
}

async function* jsonChunks({id, summary, entries}: Read): AsyncGenerator<string> {
  yield `${JSON.stringify({attempt: id, summary}).slice(0, -1)},"entries":[`;
  let separator = "";
  for await (const entry of entries) {
    yield separator + JSON.stringify(entry);
    separator = ",\n";
  }
  yield "]}\n";
}

async function* textChunks({id, folder, summary, entries}: Read, {whole}: TranscriptFlags): AsyncGenerator<string> {
  const facts = transcriptFacts(planBeside(folder), summary).map(([name, value]) => `${name}: ${value}`);
  yield `${bold(`Transcript of ${printable(id)}`)}\n${wrap(`  ${facts.join("; ")}`, "  ")}\n\n`;
  const width = Math.min(terminalColumns(), MOST_COLUMNS);
  let isEmpty = true;
  for await (const entry of entries) {
    yield `${entryLines(harmlessEntry(entry), {width, whole}).join("\n")}\n`;
    isEmpty = false;
  }
  if (isEmpty) yield "There are no such entries.\n";
}

async function writePage(file: string, {id, folder, summary, entries}: Read, flags: TranscriptFlags): Promise<void> {
  const plan = planBeside(folder);
  const isPart = flags.only !== undefined || flags.aroundScore !== undefined;
  let count = 0;
  const harmless = async function* () {
    for await (const entry of entries) {
      ++count;
      yield harmlessEntry(entry);
    }
  };
  const subject: PageSubject = {
    title: `Transcript of ${harmlessLine(id)}`,
    facts: transcriptFacts(plan, summary),
    scores: isPart ? [] : summary.scores, // each leads to its entry
    endSeconds: Math.max(summary.workingSeconds, plan?.timeLimitSeconds ?? 0),
    startingScore: plan?.startingScore ?? null,
    referenceScore: plan?.referenceScore ?? null,
    warnings: [
      ...(summary.badLines > 0 ? [`${badLinesText(summary)}.`] : []),
      ...(isPart ? ["This page has a part of the transcript."] : []),
    ],
  };
  await replaceFile(file, (path) => pipeline(transcriptPage(subject, harmless(), {toolVersion}), createWriteStream(path)));
  const {size} = statSync(file);
  if (flags.json) process.stdout.write(`${JSON.stringify({attempt: id, html: file, bytes: size, entries: count})}\n`);
  else process.stdout.write(`${printable(file)}: ${count.toLocaleString("en")} entries, ${(size / 1e6).toFixed(2)} MB\n`);
}

const badLinesText = ({badLines}: TranscriptSummary) =>
  `${counted(badLines, "line")} of the transcript cannot be read; ${badLines === 1 ? "it is" : "they are"} marked as damage`;

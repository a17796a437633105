import type {TranscriptLine} from "./readTranscript.js";
import {isPartOfScore} from "./shownEntries.js";
import type {ShownScore} from "./shownEntry.js";

export type TranscriptSummary = {
  calls: number;
  commands: number;
  /** At list price; null where a call has none. */
  costUsd: number | null;
  /** Until the last entry. */
  workingSeconds: number;
  startedAt: string | null;
  endReason: string | null;
  /** With the number of the entry. */
  scores: (ShownScore & {entry: number})[];
  /** Lines that cannot be read. */
  badLines: number;
};

/** What stands above a transcript: read through once, so that it can be shown while it is read again. */
export async function summarizeTranscript(lines: AsyncIterable<TranscriptLine>): Promise<TranscriptSummary> {
  const summary: TranscriptSummary = {
    calls: 0,
    commands: 0,
    costUsd: 0,
    workingSeconds: 0,
    startedAt: null,
    endReason: null,
    scores: [],
    badLines: 0,
  };
  let number = 0;
  for await (const {entry} of lines) {
    if (entry !== null && (entry.kind === "message" || isPartOfScore(entry))) continue;
    ++number;
    if (entry === null) {
      ++summary.badLines;
      continue;
    }
    summary.startedAt ??= entry.time;
    summary.workingSeconds = Math.max(summary.workingSeconds, entry.workingSeconds);
    if (entry.kind === "model") {
      ++summary.calls;
      summary.costUsd = summary.costUsd === null || entry.costUsd === null ? null : summary.costUsd + entry.costUsd;
    } else if (entry.kind === "command") summary.commands = Math.max(summary.commands, entry.number);
    else if (entry.kind === "end") summary.endReason = entry.reason;
    else if (entry.kind === "score") {
      const {askedAtSeconds, score, valid, repeat, remeasured} = entry;
      summary.scores.push({entry: number, number: summary.scores.length + 1, askedAtSeconds, score, valid, repeat, remeasured});
    }
  }
  return summary;
}

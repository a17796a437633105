import type {Format} from "../import/row.js";
import {currentFlags} from "../record/currentFlags.js";
import type {AddResult} from "../store/addAttempts.js";
import type {AttemptFacts} from "./attemptFacts.js";
import type {ReadBatch} from "./readBatches.js";

/** How many new attempts an agent has in an environment at a time limit. */
export type AttemptCount = {agent: string; environment: string; timeLimitSeconds: number | null; attempts: number};

/** What an import did with one file. */
export type FileSummary = {
  fileName: string;
  format: Format;
  read: number;
  added: number;
  replaced: number;
  unchanged: number;
  rejected: number;
  rejectedFile: string | null;
  newFlagEvents: number;
  /** New attempts by agent, environment and time limit. */
  counts: AttemptCount[];
  /** How many of the new attempts lack something that an analysis may need. */
  lacks: Record<string, number>;
  /** How many of the new attempts carry each flag. */
  flags: Record<string, number>;
  notes: string[];
};

export const newFileSummary = (fileName: string): FileSummary => ({
  fileName,
  format: "records",
  read: 0,
  added: 0,
  replaced: 0,
  unchanged: 0,
  rejected: 0,
  rejectedFile: null,
  newFlagEvents: 0,
  counts: [],
  lacks: {},
  flags: {},
  notes: [],
});

/** Adds what became of a batch to the summary. */
export function tally(summary: FileSummary, {facts, attempts}: ReadBatch, {added, replaced, unchanged, newFlagEvents}: AddResult): void {
  summary.added += added.length;
  summary.replaced += replaced.length;
  summary.unchanged += unchanged;
  summary.newFlagEvents += newFlagEvents;
  const written = [...added, ...replaced];
  for (const [key, attemptCount] of countEach(written.map((index) => facts[index]!))) {
    const {lacks, ...cell} = JSON.parse(key) as AttemptFacts;
    const same = (count: AttemptCount) =>
      count.agent === cell.agent && count.environment === cell.environment && count.timeLimitSeconds === cell.timeLimitSeconds;
    const count = summary.counts.find(same) ?? {...cell, attempts: 0};
    if (count.attempts === 0) summary.counts.push(count);
    count.attempts += attemptCount;
    for (const what of lacks) summary.lacks[what] = (summary.lacks[what] ?? 0) + attemptCount;
  }
  const isWritten = new Set(written);
  for (const {index, events} of attempts.flags) {
    if (isWritten.has(index)) for (const flag of currentFlags(events)) summary.flags[flag] = (summary.flags[flag] ?? 0) + 1;
  }
}

function countEach(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

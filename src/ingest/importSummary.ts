import type {Format} from "../import/row.js";
import {agentLabel} from "../record/agentLabel.js";
import type {Attempt} from "../record/attempt.js";
import type {AddResult} from "../store/addAttempts.js";

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

export const newFileSummary = (fileName: string, format: Format): FileSummary => ({
  fileName,
  format,
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

const LACKS: [what: string, test: (attempt: Attempt) => boolean][] = [
  ["score", ({finalScore}) => finalScore === null],
  ["score log", ({scoreLog}) => scoreLog === null],
  ["working time", ({workingSeconds}) => workingSeconds === null],
  ["pauses", ({pauses}) => pauses === null],
  ["token usage", ({participant, tokenUsage}) => participant.kind === "agent" && tokenUsage === null],
  ["scaffold", ({participant}) => participant.kind === "agent" && participant.scaffold === null],
  ["person", ({participant}) => participant.kind === "human" && participant.person === null],
];

/** Adds what became of a batch to the summary. */
export function tally(summary: FileSummary, {added, replaced, unchanged, newFlagEvents}: AddResult): void {
  summary.added += added.length;
  summary.replaced += replaced.length;
  summary.unchanged += unchanged;
  summary.newFlagEvents += newFlagEvents;
  const counts = new Map(summary.counts.map((count) => [countKey(count), count]));
  for (const attempt of [...added, ...replaced]) {
    const {environment, timeLimitSeconds, participant, flags} = attempt;
    const cell = {agent: agentLabel(participant), environment, timeLimitSeconds, attempts: 0};
    const count = counts.get(countKey(cell)) ?? cell;
    ++count.attempts;
    counts.set(countKey(cell), count);
    for (const [what, test] of LACKS) if (test(attempt)) summary.lacks[what] = (summary.lacks[what] ?? 0) + 1;
    for (const {flag, action} of flags) if (action === "add") summary.flags[flag] = (summary.flags[flag] ?? 0) + 1;
  }
  summary.counts = [...counts.values()];
}

const countKey = ({agent, environment, timeLimitSeconds}: AttemptCount) => JSON.stringify([agent, environment, timeLimitSeconds]);

import {formatDuration} from "../duration.js";
import {naturalFromRaw} from "../environment/naturalScore.js";
import {RebenchError} from "../errors.js";
import type {Attempt} from "../record/attempt.js";
import type {AttemptParts, AttemptProgress} from "../runner/attempt/attemptParts.js";
import {runAttempt} from "../runner/attempt/runAttempt.js";
import {untilStopped} from "../runner/hosts/stopRequest.js";
import type {JournalEntry} from "../runner/journal/event.js";
import {notice, printable, table, usdText} from "./terminal.js";

/** Attempts as they are watched and ended from the command line. */
export type Watched = {
  signal: AbortSignal;
  onEvent: (id: string) => (entry: JournalEntry) => void;
  onProgress: (id: string) => (progress: AttemptProgress) => void;
  log: (id: string) => (line: string) => void;
  close(): void;
};

const PROGRESS_SECONDS = 1;

/**
 * What is said while attempts run: events as JSON on stdout, or lines on stderr. The first Ctrl-C pauses all of them, a second one ends
 * this process at once; either way they can be taken up again.
 */
export function watch(json: boolean, out: string): Watched {
  const stop = new AbortController();
  const latest = new Map<string, string>();
  let shown = 0;
  const onInterrupt = () => {
    if (stop.signal.aborted) process.exit(130);
    notice(`pausing; take them up again with: rebench resume ${out}/ID`);
    stop.abort("pause");
  };
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onInterrupt);
  const draw = () => {
    if (!process.stderr.isTTY || json) return;
    const now = performance.now() / 1000;
    if (now - shown < PROGRESS_SECONDS) return;
    shown = now;
    process.stderr.write(`\r\u001b[K${[...latest.values()].join("   ").slice(0, (process.stderr.columns ?? 80) - 1)}`);
  };
  return {
    signal: stop.signal,
    onEvent: (id) => (entry) => {
      if (json) process.stdout.write(`${JSON.stringify({attempt: id, ...entry})}\n`);
      else if (entry.type === "scored" || entry.type === "limit" || entry.type === "ended" || entry.type === "scoring-failed") {
        clearLine();
        notice(`${short(id)}  ${formatDuration(Math.round(entry.workingSeconds))}  ${printable(eventText(entry))}`);
      }
    },
    onProgress: (id) => (progress) => {
      const {workingSeconds, timeLimitSeconds, best, tokens, costUsd, paused} = progress;
      const parts = [
        `${short(id)} ${formatDuration(Math.round(workingSeconds))} of ${formatDuration(timeLimitSeconds)}`,
        ...(best === null ? [] : [`best ${Number(best.toPrecision(5))}`]),
        ...(tokens === 0 ? [] : [`${tokens} tokens`, usdText(costUsd)]),
        ...(paused ? ["paused"] : []),
      ];
      latest.set(id, parts.join(", "));
      draw();
    },
    log: (id) => (line) => {
      clearLine();
      for (const each of line.split("\n")) notice(`${short(id)}  ${printable(each)}`);
    },
    close() {
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onInterrupt);
      clearLine();
    },
  };
}

const clearLine = () => {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
};

export const short = (id: string) => id.split("-").slice(-2).join("-");

export function eventText(entry: JournalEntry): string {
  if (entry.type === "scored") {
    const {score, reason, repeat, remeasured} = entry;
    const what = score === null ? `not valid: ${reason}` : `score ${Number(score.toPrecision(6))}`;
    return `${what}${repeat ? " (the same submission as before)" : ""}${remeasured ? " (measured again)" : ""}`;
  }
  if (entry.type === "scoring-failed") return entry.problem;
  return entry.type === "ended"
    ? `ended: ${entry.reason}${entry.detail === null ? "" : `: ${entry.detail}`}`
    : `limit: ${(entry as {limit: string}).limit}`;
}

/** Runs some attempts, a few at a time, and tells what became of each. An attempt that fails does not end the others. */
export async function runAll(
  attempts: readonly AttemptParts[],
  parallel: number,
): Promise<{records: Attempt[]; paused: string[]; failures: unknown[]}> {
  const [records, paused, failures]: [Attempt[], string[], unknown[]] = [[], [], []];
  const waiting = [...attempts];
  const worker = async () => {
    for (let parts = waiting.shift(); parts !== undefined; parts = waiting.shift()) {
      if (parts.signal.aborted) {
        paused.push(parts.plan.id); // it has not begun
        continue;
      }
      try {
        const {record} = await untilStopped(parts, runAttempt);
        if (record === null) paused.push(parts.plan.id);
        else records.push(record);
      } catch (error) {
        failures.push(error);
        if (attempts.length > 1) parts.log(error instanceof RebenchError ? error.message : `a fault in rebench: ${String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({length: Math.min(parallel, attempts.length)}, worker));
  return {records, paused, failures};
}

/** What came of some attempts: raw, in natural units, and normalized. */
export function recordsText(records: readonly Attempt[], attempts: readonly AttemptParts[]): string {
  const rows = records.map((record) => {
    const {environment} = attempts.find(({plan}) => plan.id === record.id)!;
    const {finalScore, startingScore, referenceScore} = record;
    const natural =
      finalScore === null
        ? "–"
        : `${Number(naturalFromRaw(environment.rawScore.transform, finalScore).toPrecision(4))} ${environment.rawScore.naturalUnit}`;
    const normalized = finalScore === null ? 0 : Math.max(0, (finalScore - startingScore!) / (referenceScore! - startingScore!));
    return [record.id, natural, normalized.toFixed(3), formatDuration(Math.round(record.workingSeconds ?? 0)), record.endReason ?? ""];
  });
  return table(["attempt", "score", "normalized", "worked", "ended"], rows, {aligns: ["left", "right", "right", "right", "left"]});
}

import type {MeteredCall} from "../gateway/meter.js";
import type {JournalEntry, PauseReason} from "../journal/event.js";

/** Where an attempt stands, as its journal says. */
export type Standing = {
  isNew: boolean;
  isEnded: boolean;
  /** To go on from. */
  workingSeconds: number;
  /** Time without a runner, or since the user paused; null for a new attempt. */
  downSince: {reason: PauseReason; time: Date} | null;
  /** Calls to models so far, for the meter. */
  calls: MeteredCall[];
};

/** What a runner takes up: the clock as of the last life sign, tokens and cost, and since when nobody was there. */
export function standingOf(entries: readonly JournalEntry[]): Standing {
  const last = entries.at(-1);
  const paused = entries.findLast((entry) => entry.type === "paused" || entry.type === "resumed");
  const reason = paused?.type === "paused" && paused.reason === "user" ? "user" : "runner-down";
  return {
    isNew: last === undefined,
    isEnded: last?.type === "ended",
    workingSeconds: last?.workingSeconds ?? 0,
    downSince: last === undefined ? null : {reason, time: new Date(last.time)},
    calls: entries.flatMap((entry) =>
      entry.type === "model-call"
        ? [
            {
              model: entry.usage.model,
              usage: entry.usage,
              costUsd: entry.costUsd,
              seconds: entry.generatingSeconds,
              usageKnown: entry.usageKnown,
              chargedTokens: entry.chargedTokens,
              chargedUsd: entry.chargedUsd,
            },
          ]
        : [],
    ),
  };
}

import type {MeteredCall} from "../gateway/meter.js";
import type {JournalEntry, PauseReason} from "../journal/event.js";
import type {Ending} from "./attemptEnd.js";

/** Where an attempt stands, as its journal says. */
export type Standing = {
  isNew: boolean;
  isEnded: boolean;
  /** Why it ends, where that was decided and only what comes after is left to do. */
  ending: Ending | null;
  /** To go on from. */
  workingSeconds: number;
  /** Since when the clock stands, and why: the user paused, or no runner lived; null for a new attempt. */
  downSince: {reason: PauseReason; time: Date} | null;
  /** Calls to models so far, for the meters: the participant's, and those of the model that is part of the task. */
  calls: MeteredCall[];
  taskModelCalls: MeteredCall[];
};

/** What a runner takes up: the clock as of the last life sign, tokens and cost, and since when nobody was there. */
export function standingOf(entries: readonly JournalEntry[]): Standing {
  const last = entries.at(-1);
  const ending = entries.findLast((entry) => entry.type === "ending");
  return {
    isNew: last === undefined,
    isEnded: entries.some(({type}) => type === "ended"),
    ending: ending?.type === "ending" ? {reason: ending.reason, detail: ending.detail} : null,
    workingSeconds: last?.workingSeconds ?? 0,
    downSince: last === undefined ? null : downSince(entries, last),
    calls: entries.flatMap((entry) => (entry.type === "model-call" ? [metered(entry)] : [])),
    taskModelCalls: entries.flatMap((entry) => (entry.type === "task-model-call" ? [metered(entry)] : [])),
  };
}

type Call = Extract<JournalEntry, {type: "model-call" | "task-model-call"}>;

const metered = ({usage, costUsd, generatingSeconds: seconds, usageKnown, chargedTokens, chargedUsd}: Call): MeteredCall => ({
  ...{model: usage.model, usage, costUsd, seconds, usageKnown, chargedTokens, chargedUsd},
});

/** A pause that the runner's death cut off goes on as the time without a runner. */
function downSince(entries: readonly JournalEntry[], last: JournalEntry): {reason: PauseReason; time: Date} {
  const open = new Map<PauseReason, JournalEntry>();
  for (const entry of entries.slice(entries.findLastIndex(({type}) => type === "started"))) {
    if (entry.type === "paused") open.set(entry.reason, entry);
    if (entry.type === "resumed") open.delete(entry.reason);
  }
  const [first = last] = open.values();
  return {reason: open.has("user") ? "user" : "runner-down", time: new Date(first.time)};
}

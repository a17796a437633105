import type {EndReason} from "../journal/event.js";
import type {Journal} from "../journal/journal.js";

/**
 * Why nobody works on an attempt any more. `paused` by the user, and `cut-off`, where the runner cannot go on (a full disk, say): both
 * can be taken up again. All other reasons are for good.
 */
export type Ending = EndForGood | {reason: "paused"} | {reason: "cut-off"; error: unknown};
export type EndForGood = {reason: EndReason; detail: string | null};

export type AttemptEnd = {
  /** Aborted when there is a reason. */
  signal: AbortSignal;
  /** The first reason stands; one that is for good is on the disk before anybody hears of it. */
  end(ending: Ending): void;
  ending(): Ending | null;
};

const LIMITS: readonly string[] = ["time-limit", "token-limit", "cost-limit", "output-limit", "disk-limit"] satisfies EndReason[];

export const isForGood = (ending: Ending): ending is EndForGood => ending.reason !== "paused" && ending.reason !== "cut-off";

/** @param before The reason that was noted by a runner before this one. */
export function attemptEnd(journal: Journal, before: Ending | null): AttemptEnd {
  const ended = new AbortController();
  let ending = before;
  if (before !== null) ended.abort(before.reason);
  return {
    signal: ended.signal,
    ending: () => ending,
    end(why) {
      if (ending !== null) return;
      ending = why;
      try {
        if (isForGood(why)) note(why.reason, why.detail, journal);
      } catch (error) {
        ending = {reason: "cut-off", error};
      }
      ended.abort(ending.reason);
    },
  };
}

function note(reason: EndReason, detail: string | null, journal: Journal): void {
  if (LIMITS.includes(reason)) journal.append({type: "limit", limit: reason});
  journal.append({type: "ending", reason, detail});
}

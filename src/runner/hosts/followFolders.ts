import {setTimeout as wait} from "node:timers/promises";
import type {JournalEntry} from "../journal/event.js";
import {type AttemptStatus, isAtRest} from "./attemptStatus.js";
import {watchFolder} from "./folderStatus.js";
import {readPlan} from "./readPlan.js";

export type FollowLine =
  | {id: string; entry: JournalEntry}
  | {id: string; status: AttemptStatus}
  /** Nothing new; whoever listens is there. */
  | {beat: true};

export type Followed = {
  folder: string;
  /** Entries that are known already. */
  seen: number;
  isQueued?: () => boolean;
};

const LOOK_MILLISECONDS = 250;
const BEAT_LOOKS = 8;

/**
 * Tells what happens in some attempts until all of them are over, dead, or paused by their user: each entry once, and where each stands
 * whenever that changes.
 */
export async function followFolders(attempts: readonly Followed[], tell: (line: FollowLine) => void, signal: AbortSignal): Promise<void> {
  const watches = attempts.map(({folder, seen, isQueued}) => {
    const plan = readPlan(folder);
    return {id: plan.id, seen, last: "", watch: watchFolder(folder, plan, isQueued)};
  });
  for (let looks = 0; !signal.aborted; ++looks) {
    let moving = 0;
    for (const each of watches) {
      const {entries, status} = each.watch.look(new Date());
      for (const entry of entries) if (entry.sequence >= each.seen) tell({id: each.id, entry});
      const text = JSON.stringify(status);
      if (text !== each.last) tell({id: each.id, status});
      each.last = text;
      if (!isAtRest(status)) ++moving;
    }
    if (moving === 0) return;
    if (looks % BEAT_LOOKS === 0) tell({beat: true});
    await wait(LOOK_MILLISECONDS, undefined, {signal}).catch(() => {});
  }
}

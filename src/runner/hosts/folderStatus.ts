import {join} from "node:path";
import {attemptFolder} from "../attempt/attemptFolder.js";
import type {AttemptPlan} from "../attempt/attemptPlan.js";
import {isLocked} from "../journal/attemptLock.js";
import type {JournalEntry} from "../journal/event.js";
import {type AttemptStatus, addEntry, isHigherBetter, NO_ENTRIES, statusOf} from "./attemptStatus.js";
import {journalTail} from "./journalTail.js";
import {failureIn, workerLives} from "./workerNote.js";

/** Looks at an attempt's folder again and again; each time only what is new in its journal is read. */
export type FolderWatch = {
  /** What happened since the last look, and where the attempt stands now. */
  look(now: Date): {entries: JournalEntry[]; status: AttemptStatus; offset: number};
};

/** @param isQueued Whether a queue has it: then it is waiting although no process lives. */
export function watchFolder(folder: string, plan: AttemptPlan, isQueued: () => boolean = () => false): FolderWatch {
  const files = attemptFolder(folder, plan.id);
  const tail = journalTail(files.journal);
  const higher = isHigherBetter(plan);
  let sums = NO_ENTRIES;
  return {
    look(now) {
      const isHeld = isLocked(files.lock, now); // before the journal: one that lets go has written its last entry
      const isTaken = workerLives(folder) || isQueued();
      const entries = tail.read();
      for (const entry of entries) sums = addEntry(sums, entry, higher);
      const failure = failureIn(folder)?.problem ?? null;
      return {entries, status: statusOf(plan, sums, {isHeld, isTaken, failure}), offset: tail.offset()};
    },
  };
}

export const folderStatus = (folder: string, plan: AttemptPlan, now: Date, isQueued = false): AttemptStatus =>
  watchFolder(folder, plan, () => isQueued).look(now).status;

/** What the process that runs an attempt says, and its faults. */
export const runnerLog = (folder: string): string => join(folder, "runner.log");

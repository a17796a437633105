import {closeSync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, writeSync} from "node:fs";
import {dirname} from "node:path";
import {RebenchError} from "../../errors.js";
import type {JournalEntry, JournalEvent} from "./event.js";
import {keep} from "./keep.js";
import {readJournal} from "./readJournal.js";

/** Time as a journal needs it. */
export type JournalClock = {workingSeconds: () => number; now: () => Date};

/** An append-only list of what happened. What `append` has returned from survives a crash and a loss of power. */
export type Journal = {
  /**
   * @param isDurable False for what nobody is told of before a later event: that one makes both durable.
   * @throws RebenchError `disk-full` or `unwritable-file`; from then on for every event, since the attempt cannot go on without it.
   */
  append(event: JournalEvent, isDurable?: boolean): JournalEntry;
  /** Of heartbeats in a row only the last. */
  entries: readonly JournalEntry[];
  close(): void;
};

/**
 * Opens a journal, or makes it. A torn last line is cut off; `onRepair` is told how long it was.
 *
 * Appending writes and syncs before it returns: an event that was acknowledged is on the disk. It is synchronous, so that no two
 * events can be written into each other.
 */
export function openJournal(file: string, clock: JournalClock, onRepair: (tornBytes: number) => void = () => {}): Journal {
  const descriptor = openSync(file, "a+", 0o600);
  try {
    syncFolder(dirname(file));
    const {entries, wholeBytes, tornBytes} = readJournal(file);
    if (tornBytes > 0) {
      ftruncateSync(descriptor, wholeBytes);
      fsyncSync(descriptor);
      onRepair(tornBytes);
    }
    return journalAt(descriptor, file, clock, {entries, bytes: wholeBytes});
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function journalAt(
  descriptor: number,
  file: string,
  clock: JournalClock,
  {entries, bytes}: {entries: JournalEntry[]; bytes: number},
): Journal {
  let wholeBytes = bytes;
  let failure: RebenchError | null = null;
  const write = (line: Buffer, isDurable: boolean) => {
    try {
      for (let done = 0; done < line.length; ) done += writeSync(descriptor, line, done); // a disk that fills up can take a part
      if (isDurable) fdatasyncSync(descriptor);
      wholeBytes += line.length;
    } catch (cause) {
      failure = unwritable(file, cause as NodeJS.ErrnoException);
      cutBack(descriptor, wholeBytes);
      throw failure;
    }
  };
  return {
    entries,
    append(event, isDurable = true) {
      if (failure !== null) throw failure;
      const workingSeconds = Math.round(clock.workingSeconds() * 1000) / 1000;
      const sequence = (entries.at(-1)?.sequence ?? -1) + 1;
      const entry: JournalEntry = {sequence, workingSeconds, time: clock.now().toISOString(), ...event};
      write(Buffer.from(`${JSON.stringify(entry)}\n`), isDurable);
      keep(entries, entry);
      return entry;
    },
    close() {
      failure ??= unwritable(file, {name: "Error", message: "the journal is closed"}); // its number may belong to another file by then
      closeSync(descriptor);
    },
  };
}

/** Takes back what was written of a line that did not fit. */
function cutBack(descriptor: number, bytes: number): void {
  try {
    ftruncateSync(descriptor, bytes);
  } catch {
    // the next reader does it
  }
}

function unwritable(file: string, cause: NodeJS.ErrnoException): RebenchError {
  const isFull = cause.code === "ENOSPC" || cause.code === "EDQUOT";
  return new RebenchError(isFull ? "disk-full" : "unwritable-file", {
    problem: `${file} cannot be written: ${isFull ? "no space is left" : cause.message}`,
    hint: `${isFull ? "Free some space" : "See to the folder"}, then take the attempt up again with: rebench resume ${dirname(file)}`,
    cause,
  });
}

/** Makes the file's name durable too. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

import {closeSync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, writeSync} from "node:fs";
import {dirname} from "node:path";
import type {JournalEntry, JournalEvent} from "./event.js";
import {readJournal} from "./readJournal.js";

/** Time as a journal needs it. */
export type JournalClock = {workingSeconds: () => number; now: () => Date};

/** An append-only list of what happened. What `append` has returned from survives a crash and a loss of power. */
export type Journal = {
  append(event: JournalEvent): JournalEntry;
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
  syncFolder(dirname(file));
  const {entries, wholeBytes, tornBytes} = readJournal(file);
  if (tornBytes > 0) {
    ftruncateSync(descriptor, wholeBytes);
    fsyncSync(descriptor);
    onRepair(tornBytes);
  }
  return {
    entries,
    append(event) {
      const workingSeconds = Math.round(clock.workingSeconds() * 1000) / 1000;
      const entry: JournalEntry = {sequence: entries.length, workingSeconds, time: clock.now().toISOString(), ...event};
      writeWhole(descriptor, Buffer.from(`${JSON.stringify(entry)}\n`));
      fdatasyncSync(descriptor);
      entries.push(entry);
      return entry;
    },
    close: () => closeSync(descriptor),
  };
}

/** A disk that fills up can take part of what is written. */
function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
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

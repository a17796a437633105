import {closeSync, fstatSync, openSync, readSync} from "node:fs";
import type {JournalEntry} from "../journal/event.js";

/** Reads a journal as it grows, beside the process that writes it. */
export type JournalTail = {
  /** Entries since the last call. A line that is not whole yet is left for the next; one that is no entry is passed over. */
  read(): JournalEntry[];
  /** Bytes read so far: another tail can go on from here. */
  offset(): number;
};

const CHUNK_BYTES = 2 ** 20;

export function journalTail(file: string, from = 0): JournalTail {
  let offset = from;
  return {
    offset: () => offset,
    read() {
      const bytes = bytesFrom(file, offset);
      const whole = bytes.lastIndexOf(0x0a) + 1;
      offset += whole;
      return bytes.subarray(0, whole).toString("utf8").split("\n").flatMap(entryOf);
    },
  };
}

function bytesFrom(file: string, offset: number): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return Buffer.alloc(0); // not begun
  }
  try {
    const parts: Buffer[] = [];
    for (let at = offset; at < fstatSync(descriptor).size; at += parts.at(-1)!.length) {
      const part = Buffer.alloc(CHUNK_BYTES);
      const length = readSync(descriptor, part, 0, CHUNK_BYTES, at);
      if (length === 0) break;
      parts.push(part.subarray(0, length));
    }
    return Buffer.concat(parts);
  } finally {
    closeSync(descriptor);
  }
}

function entryOf(line: string): JournalEntry[] {
  try {
    const entry = JSON.parse(line) as JournalEntry;
    return typeof entry.type === "string" && typeof entry.workingSeconds === "number" ? [entry] : [];
  } catch {
    return [];
  }
}

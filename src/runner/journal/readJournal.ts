import {readFileSync} from "node:fs";
import {RebenchError} from "../../errors.js";
import type {JournalEntry} from "./event.js";
import {keep} from "./keep.js";

export type ReadJournal = {
  /** Of heartbeats in a row only the last. */
  entries: JournalEntry[];
  /** Length of the whole lines, in bytes: what a torn last line is cut back to. */
  wholeBytes: number;
  /** Bytes of a last line that was not written to its end; 0 where there is none. */
  tornBytes: number;
};

/**
 * The entries of a journal. A last line without its end was being written when the power went, and was not acknowledged to anybody;
 * anything else that cannot be read means that the file was damaged, and is not repaired.
 *
 * @throws RebenchError `journal-damaged` with the line.
 */
export function readJournal(file: string): ReadJournal {
  const bytes = readFileSync(file);
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.subarray(0, wholeBytes).toString("utf8").split("\n").slice(0, -1);
  const entries: JournalEntry[] = [];
  for (const [i, line] of lines.entries()) {
    const entry = parsed(line);
    if (entry === null || entry.sequence !== i) throw damaged(file, i + 1);
    keep(entries, entry);
  }
  return {entries, wholeBytes, tornBytes: bytes.length - wholeBytes};
}

function parsed(line: string): JournalEntry | null {
  try {
    const value = JSON.parse(line) as Partial<JournalEntry>;
    const isEntry = typeof value.sequence === "number" && typeof value.workingSeconds === "number" && typeof value.type === "string";
    return isEntry ? (value as JournalEntry) : null;
  } catch {
    return null;
  }
}

const damaged = (file: string, line: number) =>
  new RebenchError("journal-damaged", {
    problem: `${file}, line ${line} is no journal entry, or one is missing before it`,
    hint: "The file was changed or damaged; restore it from a backup. Nothing was written.",
  });

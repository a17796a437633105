import {closeSync, openSync, readSync} from "node:fs";

/** What a transcript that is continued has already. */
export type ScannedTranscript = {
  /** Length of the whole lines: what a torn last line is cut back to. */
  wholeBytes: number;
  tornBytes: number;
  /** Of messages. */
  hashes: Set<string>;
  /** The number of the last one. */
  calls: number;
  commands: number;
  /** The last entry of the journal that is said here; -1: none. */
  journalSequence: number;
};

export const emptyScan = (): ScannedTranscript => ({
  wholeBytes: 0,
  tornBytes: 0,
  hashes: new Set(),
  calls: 0,
  commands: 0,
  journalSequence: -1,
});

const CHUNK_BYTES = 2 ** 20;
/** What is looked for stands at the beginning of a line: the writer writes it there. */
const HEAD_BYTES = 400;

/** Reads a transcript through, without taking its texts into memory. */
export function scanTranscript(file: string): ScannedTranscript {
  const found = emptyScan();
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const descriptor = openSync(file, "r");
  try {
    let [head, position]: [string, number] = ["", 0];
    for (let length = readSync(descriptor, chunk); length > 0; length = readSync(descriptor, chunk)) {
      for (let from = 0; from < length; ) {
        const newline = chunk.subarray(0, length).indexOf(0x0a, from);
        const end = newline === -1 ? length : newline;
        if (head.length < HEAD_BYTES) head += chunk.toString("latin1", from, Math.min(end, from + HEAD_BYTES - head.length));
        from = end + 1;
        if (newline === -1) continue;
        addLine(found, head);
        found.wholeBytes = position + newline + 1;
        head = "";
      }
      position += length;
    }
    found.tornBytes = position - found.wholeBytes;
    return found;
  } finally {
    closeSync(descriptor);
  }
}

function addLine(found: ScannedTranscript, head: string): void {
  const kind = /^\{"kind":"(\w+)"/.exec(head)?.[1];
  const numberOf = (name: string) => Number(new RegExp(`"${name}":(\\d+)`).exec(head)?.[1] ?? -1);
  if (kind === "message") found.hashes.add(/"hash":"([0-9a-f]{32})"/.exec(head)?.[1] ?? "");
  else if (kind === "model") found.calls = Math.max(found.calls, numberOf("call"));
  else if (kind === "command") found.commands = Math.max(found.commands, numberOf("number"));
  else if (kind !== undefined && kind !== "output") found.journalSequence = Math.max(found.journalSequence, numberOf("sequence"));
}

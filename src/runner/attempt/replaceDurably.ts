import {closeSync, fsyncSync, openSync, renameSync, writeSync} from "node:fs";
import {dirname} from "node:path";

/** Puts a text in the place of a file, whole or not at all, and durable when it returns. */
export function replaceDurably(file: string, text: string): void {
  const part = `${file}.part`;
  const descriptor = openSync(part, "w", 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(part, file);
  const folder = openSync(dirname(file), "r");
  try {
    fsyncSync(folder); // its name too
  } finally {
    closeSync(folder);
  }
}

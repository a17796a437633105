import {createWriteStream} from "node:fs";
import {rename, rm} from "node:fs/promises";
import {Readable} from "node:stream";
import {pipeline} from "node:stream/promises";
import {createGzip} from "node:zlib";
import {RebenchError} from "../errors.js";

/**
 * Writes lines to a file (whole or not at all; gzipped where its name ends in .gz), or to stdout where it is null.
 * Returns how many.
 */
export async function writeLines(file: string | null, lines: AsyncIterable<string> | Iterable<string>): Promise<number> {
  let count = 0;
  async function* counted(): AsyncGenerator<string> {
    let block: string[] = [];
    for await (const line of lines) {
      ++count;
      block.push(line);
      if (block.length === 1000) {
        yield `${block.join("\n")}\n`;
        block = [];
      }
    }
    if (block.length > 0) yield `${block.join("\n")}\n`;
  }
  if (file === null) {
    await pipeline(Readable.from(counted()), process.stdout, {end: false});
    return count;
  }
  const part = `${file}.part`;
  try {
    const sink = createWriteStream(part);
    if (file.endsWith(".gz")) await pipeline(Readable.from(counted()), createGzip({level: 9}), sink);
    else await pipeline(Readable.from(counted()), sink);
    await rename(part, file);
  } catch (cause) {
    await rm(part, {force: true});
    if (cause instanceof RebenchError) throw cause;
    const full = (cause as NodeJS.ErrnoException).code === "ENOSPC";
    throw new RebenchError(full ? "disk-full" : "unwritable-file", {
      problem: `cannot write ${file}: ${full ? "no space is left on the disk" : (cause as Error).message}`,
      hint: "Check the folder and its permissions.",
      cause,
    });
  }
  return count;
}

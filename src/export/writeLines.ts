import {createWriteStream} from "node:fs";
import {Readable} from "node:stream";
import {pipeline} from "node:stream/promises";
import {createGzip} from "node:zlib";
import {replaceFile} from "./replaceFile.js";

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
  await replaceFile(file, async (path) => {
    const sink = createWriteStream(path);
    if (file.endsWith(".gz")) await pipeline(Readable.from(counted()), createGzip({level: 9}), sink);
    else await pipeline(Readable.from(counted()), sink);
  });
  return count;
}

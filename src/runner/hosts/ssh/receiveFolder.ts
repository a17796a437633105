import {createHash} from "node:crypto";
import {closeSync, constants, mkdirSync, openSync, rmSync, writeSync} from "node:fs";
import {dirname, join} from "node:path";
import {RebenchError} from "../../../errors.js";
import {SEND_MARK, type SentEnd, type SentFile} from "./sendFolder.js";

const MOST_LINE_BYTES = 1 << 16;
const WRITE_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Takes the files that {@link sendFolder} writes into a folder that holds nothing else, and checks each against its checksum.
 *
 * @param known Checksums of files that are there; those that arrive whole are added. After a connection was lost it says what is left.
 * @returns Null where the stream ended too early.
 */
export async function receiveFolder(
  stream: AsyncIterable<Uint8Array>,
  into: string,
  known: Record<string, string>,
): Promise<SentEnd["end"] | null> {
  const bytes = byteReader(stream);
  if (!(await bytes.skipPast(SEND_MARK))) return null;
  for (;;) {
    const line = await bytes.line();
    if (line === null) return null;
    const said = JSON.parse(line) as SentFile | SentEnd;
    if ("end" in said) return said.end;
    if (!(await takeFile(said, into, bytes))) return null;
    known[said.path] = said.sha256;
  }
}

async function takeFile({path, size, sha256, isExecutable}: SentFile, into: string, bytes: ByteReader): Promise<boolean> {
  if (!isHarmless(path)) throw damaged(path, "it lies outside the attempt's folder");
  const file = join(into, path);
  mkdirSync(dirname(file), {recursive: true, mode: 0o700});
  rmSync(file, {force: true}); // part of it, of a connection that was lost
  const descriptor = openSync(file, WRITE_FLAGS, isExecutable ? 0o700 : 0o600);
  const hash = createHash("sha256");
  try {
    for (let left = size; left > 0; ) {
      const chunk = await bytes.some(left);
      if (chunk === null) return false;
      hash.update(chunk);
      for (let done = 0; done < chunk.length; ) done += writeSync(descriptor, chunk, done);
      left -= chunk.length;
    }
  } finally {
    closeSync(descriptor);
  }
  if (hash.digest("hex") !== sha256) throw damaged(path, "its checksum is not what was announced");
  return true;
}

const isHarmless = (path: string): boolean =>
  typeof path === "string" && path.length > 0 && !path.includes("\0") && path.split("/").every((part) => !["", ".", ".."].includes(part));

const damaged = (path: string, why: string) =>
  new RebenchError("host-unusable", {
    problem: `${JSON.stringify(path)} did not arrive as it was sent: ${why}`,
    hint: "Nothing was put in place; the files are still on the host. Try again with: rebench attach ID",
  });

type ByteReader = {
  skipPast(mark: string): Promise<boolean>;
  line(): Promise<string | null>;
  /** At least one byte, at most so many; null at the end. */
  some(most: number): Promise<Uint8Array | null>;
};

function byteReader(stream: AsyncIterable<Uint8Array>): ByteReader {
  const chunks = stream[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  const more = async () => {
    const {done, value} = await chunks.next();
    if (!done) held = Buffer.concat([held, value as Uint8Array]);
    return !done;
  };
  const upTo = async (mark: string): Promise<Buffer | null> => {
    for (;;) {
      const at = held.indexOf(mark);
      if (at >= 0) {
        const before = held.subarray(0, at);
        held = held.subarray(at + mark.length);
        return before;
      }
      if (held.length > MOST_LINE_BYTES || !(await more())) return null;
    }
  };
  return {
    skipPast: async (mark) => (await upTo(mark)) !== null,
    line: async () => (await upTo("\n"))?.toString("utf8") ?? null,
    async some(most) {
      if (held.length === 0 && !(await more())) return null;
      const part = held.subarray(0, most);
      held = held.subarray(part.length);
      return part;
    },
  };
}

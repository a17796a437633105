import {createHash} from "node:crypto";
import {createReadStream} from "node:fs";
import {open} from "node:fs/promises";
import type {Readable} from "node:stream";
import {createGunzip} from "node:zlib";
import {RebenchError} from "../errors.js";

/** A text file being read, gunzipped where it is gzipped. `sha256` (of the bytes on disk) is known once `chunks` is used up. */
export type TextFile = {chunks: AsyncIterable<string>; sha256(): string};

/** Opens a UTF-8 text file, gzipped or not. A file that is missing, broken or not UTF-8 gives a RebenchError while it is read. */
export async function openTextFile(file: string): Promise<TextFile> {
  const gzipped = await isGzipped(file);
  const hash = createHash("sha256");
  return {chunks: decode(file, gzipped, (bytes) => hash.update(bytes)), sha256: () => hash.digest("hex")};
}

async function isGzipped(file: string): Promise<boolean> {
  let head: Buffer;
  try {
    const handle = await open(file);
    try {
      const {buffer, bytesRead} = await handle.read(Buffer.alloc(16), 0, 16, 0);
      head = buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
  const other = OTHER_KINDS.find(([bytes, , at = 0]) => head.subarray(at, at + bytes.length).equals(Buffer.from(bytes)));
  if (other) throw new RebenchError("unknown-format", {problem: `${file} is ${other[1]}`, hint: other[3] ?? READABLE});
  return head[0] === 0x1f && head[1] === 0x8b;
}

const READABLE = "rebench reads run records (JSON lines), METR runs.jsonl and human baseline CSV, each as UTF-8 text, gzipped or not.";

/** What people also have, by its first bytes (at an offset), and what to do with it. */
const OTHER_KINDS: [bytes: readonly number[], what: string, at?: number, hint?: string][] = [
  [[0x50, 0x4b, 3, 4], "a zip file", 0, "Unpack it. An Excel file is one too: save the sheet as CSV (UTF-8)."],
  [[0x28, 0xb5, 0x2f, 0xfd], "compressed with zstd", 0, "Unpack it with: zstd -d"],
  [[0x50, 0x41, 0x52, 0x31], "a parquet file"],
  [
    [0x44, 0x55, 0x43, 0x4b],
    "a DuckDB file",
    8,
    "Name a store with --store, or write its attempts with: rebench export --store FILE -o attempts.jsonl",
  ],
  [[0xff, 0xfe], "UTF-16 text", 0, "Save it as UTF-8, for example with: iconv -f UTF-16 -t UTF-8"],
  [[0xfe, 0xff], "UTF-16 text", 0, "Save it as UTF-8, for example with: iconv -f UTF-16 -t UTF-8"],
];

async function* decode(file: string, gzipped: boolean, onBytes: (bytes: Buffer) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", {fatal: true, ignoreBOM: false});
  const raw = createReadStream(file, {highWaterMark: 1 << 20});
  raw.on("data", (bytes) => onBytes(bytes as Buffer));
  const stream: Readable = gzipped ? raw.pipe(createGunzip({chunkSize: 1 << 20})) : raw;
  raw.on("error", (error) => stream.destroy(error));
  try {
    for await (const bytes of stream) {
      const text = decoder.decode(bytes as Buffer, {stream: true});
      if (text !== "") yield text;
    }
    const rest = decoder.decode();
    if (rest !== "") yield rest;
  } catch (cause) {
    throw unreadable(file, cause);
  } finally {
    raw.destroy();
  }
}

function unreadable(file: string, cause: unknown): unknown {
  const {code, message} = cause as NodeJS.ErrnoException;
  if (cause instanceof RebenchError) return cause;
  const why =
    code === "ENOENT"
      ? "there is no such file"
      : code === "EISDIR"
        ? "it is a folder"
        : code === "EACCES"
          ? "permission denied"
          : code === "ERR_ENCODING_INVALID_ENCODED_DATA"
            ? "it is not UTF-8 text"
            : code?.startsWith("Z_")
              ? `its gzip data are broken (${message})`
              : message;
  const hint =
    code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "Save it as UTF-8, for example with: iconv -t UTF-8" : "Check the path and the file.";
  return new RebenchError("unreadable-file", {problem: `cannot read ${file}: ${why}`, hint, cause});
}

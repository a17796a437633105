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
  try {
    const handle = await open(file);
    try {
      const {buffer, bytesRead} = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

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

import {crc32} from "./crc32.js";

/** A part of a PNG: four letters that name it, and what it holds. */
export type PngChunk = {type: string; data: Uint8Array};

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** The chunks of a whole PNG from IHDR to IEND, their check sums checked; or what is wrong with it. */
export function readPngChunks(png: Uint8Array): PngChunk[] | string {
  if (SIGNATURE.some((byte, i) => png[i] !== byte)) return "is no PNG, or one that was changed as if it were text";
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: PngChunk[] = [];
  for (let at = SIGNATURE.length; chunks.at(-1)?.type !== "IEND"; ) {
    if (at + 12 > png.length) return "is truncated: the PNG breaks off before its end";
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) return "is a damaged PNG: one of its parts has no name";
    if (at + 12 + length > png.length) return "is truncated: the PNG breaks off before its end";
    if (crc32(png.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
      return `is a damaged PNG: the check sum of its ${type} part is wrong`;
    chunks.push({type, data: png.subarray(at + 8, at + 8 + length)});
    at += 12 + length;
  }
  return chunks[0]!.type === "IHDR" ? chunks : "is a damaged PNG: it does not begin with its size";
}

/** A PNG of these chunks. */
export const writePngChunks = (chunks: readonly PngChunk[]): Uint8Array => joined([SIGNATURE, ...chunks.map(chunkBytes)]);

function chunkBytes({type, data}: PngChunk): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; ++i) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

import {inflateSync} from "node:zlib";
import {canonicalJson} from "../canonicalJson.js";
import {cannotEmbed, type Found, found, NO_PROVENANCE, notFound} from "./found.js";
import {type PngChunk, readPngChunks, writePngChunks} from "./pngChunks.js";
import type {Provenance} from "./provenance.js";

const KEYWORD = "rebench";

/** The PNG with provenance in an iTXt chunk and its resolution in a pHYs chunk, both before the image; in place of any it had. */
export function embedInPng(png: Uint8Array, provenance: Provenance): Uint8Array {
  const chunks = readPngChunks(png);
  if (typeof chunks === "string") throw cannotEmbed("PNG", chunks);
  const [header, ...rest] = chunks.filter((chunk) => chunk.type !== "pHYs" && keywordOf(chunk) !== KEYWORD);
  return writePngChunks([header!, resolution(provenance.draw.dpi), text(canonicalJson(provenance)), ...rest]);
}

/** The provenance that a PNG carries, as JSON text. Programs that save it again may have compressed it, or made it plain text. */
export function extractFromPng(png: Uint8Array): Found {
  const chunks = readPngChunks(png);
  if (typeof chunks === "string") return notFound(chunks);
  const own = chunks.find((chunk) => keywordOf(chunk) === KEYWORD);
  return own === undefined ? notFound(NO_PROVENANCE) : textOf(own);
}

const METRES_PER_INCH = 0.0254;

/** Pixels per metre, both ways: whole numbers, so 144 dpi is 5669 and reads back as 143.99. */
function resolution(dpi: number): PngChunk {
  const data = new Uint8Array(9);
  const view = new DataView(data.buffer);
  const perMetre = Math.round(dpi / METRES_PER_INCH);
  view.setUint32(0, perMetre);
  view.setUint32(4, perMetre);
  data[8] = 1; // the unit is the metre
  return {type: "pHYs", data};
}

/** Keyword, not compressed, no language, no translated keyword. https://www.w3.org/TR/png-3/#11iTXt */
const text = (json: string): PngChunk => ({type: "iTXt", data: new TextEncoder().encode(`${KEYWORD}\0\0\0\0\0${json}`)});

function keywordOf({type, data}: PngChunk): string | null {
  if (!["iTXt", "tEXt", "zTXt"].includes(type)) return null;
  const end = data.indexOf(0);
  return end < 1 || end > 79 ? null : String.fromCharCode(...data.subarray(0, end));
}

function textOf({type, data}: PngChunk): Found {
  const value = data.subarray(data.indexOf(0) + 1);
  if (type === "tEXt") return found(utf8(value));
  if (type === "zTXt") return inflated(value.subarray(1));
  const language = value.indexOf(0, 2);
  const translated = value.indexOf(0, language + 1);
  if (language < 0 || translated < 0) return notFound("carries provenance that is damaged: its PNG text part has no end");
  const body = value.subarray(translated + 1);
  return value[0] === 0 ? found(utf8(body)) : inflated(body);
}

/** No provenance comes near this; a few bytes may unpack to gigabytes. */
const MOST_BYTES = 2 ** 24;

function inflated(bytes: Uint8Array): Found {
  try {
    return found(utf8(inflateSync(bytes, {maxOutputLength: MOST_BYTES})));
  } catch {
    return notFound("carries provenance that is damaged: it cannot be unpacked");
  }
}

const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

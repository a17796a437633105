import {printable} from "../../errors.js";
import {extractFromCsv} from "./csv.js";
import {type Found, notFound} from "./found.js";
import {extractFromPdf} from "./pdf.js";
import {extractFromPng} from "./png.js";
import type {Provenance} from "./provenance.js";
import {readProvenance} from "./readProvenance.js";
import {extractFromSvg} from "./svg.js";
import {rootContent} from "./svgTags.js";
import {extractFromVegaLite} from "./vegaLite.js";

export type FigureFormat = "svg" | "png" | "pdf" | "csv" | "vl.json";

/** `format` is null where it is none that rebench writes. Where there is no provenance `problem` is a sentence that says why. */
export type Extracted = {format: FigureFormat | null; provenance: Provenance | null; problem: string | null};

/** The provenance in a figure's file, whose format is told from its content. Damaged and foreign files give the reason, never an error. */
export function extractProvenance(fileName: string, bytes: Uint8Array): Extracted {
  const {format, json, problem} = find(bytes);
  const read = json === null ? {provenance: null, problem} : readProvenance(json);
  return {format, provenance: read.provenance, problem: read.problem === null ? null : `${printable(fileName)} ${read.problem}.`};
}

function find(bytes: Uint8Array): Found & {format: FigureFormat | null} {
  if (bytes.length === 0) return {format: null, ...notFound("is empty")};
  if (startsWith(bytes, "\u0089PNG")) return {format: "png", ...extractFromPng(bytes)};
  if (startsWith(bytes, "%PDF-")) return {format: "pdf", ...extractFromPdf(bytes)};
  const text = new TextDecoder().decode(bytes);
  const format = textFormat(text);
  if (format === null) return {format, ...notFound("is no figure that rebench writes: neither SVG, PNG, PDF, CSV nor a Vega-Lite spec")};
  // Our own text is ASCII, so a byte that is no UTF-8 could pass unseen.
  if (!isUtf8(bytes)) return {format, ...notFound("is damaged: it is not text in UTF-8")};
  if (format === "svg") return {format, ...extractFromSvg(text)};
  return {format, ...(format === "csv" ? extractFromCsv(text) : extractFromVegaLite(text))};
}

function textFormat(text: string): "svg" | "csv" | "vl.json" | null {
  const start = text.slice(0, 1000).replace(/^[\s\ufeff]+/, "");
  if (start.startsWith("{")) return "vl.json";
  if (start.startsWith("<")) return rootContent(text) === null ? null : "svg";
  const looksLikeTable = /^[^\0-\x08\n]+[,\n]/.test(start);
  return looksLikeTable ? "csv" : null;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", {fatal: true}).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const startsWith = (bytes: Uint8Array, mark: string): boolean => [...mark].every((character, i) => bytes[i] === character.charCodeAt(0));

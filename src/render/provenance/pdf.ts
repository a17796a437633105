import {canonicalJson} from "../canonicalJson.js";
import {type Found, found, NO_PROVENANCE, notFound} from "./found.js";
import {type PdfToken, pdfObject, pdfTokens} from "./pdfObjects.js";
import type {Provenance} from "./provenance.js";

const KEY = "Rebench";

/** What pdfkit gets as `info`, with provenance under a key of its own. */
export const embedInPdf = <T extends object>(info: T, provenance: Provenance): T & {[KEY]: string} => ({
  ...info,
  [KEY]: canonicalJson(provenance),
});

/**
 * The provenance in the information dictionary of a PDF, as JSON text. It reads what pdfkit writes; a PDF that another program has
 * saved again may keep its objects in ways that are not looked into.
 */
export function extractFromPdf(bytes: Uint8Array): Found {
  const pdf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1").trimEnd();
  if (!pdf.endsWith("%%EOF")) return notFound("is truncated: the PDF does not end with %%EOF");
  const info = referenceAfter([...pdfTokens(pdf.slice(pdf.lastIndexOf("trailer") + 7))], "Info");
  const dictionary = info === null ? null : pdfObject(pdf, info);
  if (dictionary === null) return notFound("is a PDF that another program wrote, or that is damaged: its information cannot be found");
  const tokens = [...pdfTokens(dictionary)];
  const at = tokens.findIndex(({kind, text}) => kind === "name" && text === KEY);
  if (at < 0) return notFound(NO_PROVENANCE);
  const value = stringAt(pdf, tokens, at + 1);
  return value === null ? notFound("carries provenance that is damaged: its PDF text cannot be found") : found(value);
}

/** The string at a position, or in the object that is referred to there, which is how pdfkit keeps all of them. */
function stringAt(pdf: string, tokens: readonly PdfToken[], at: number): string | null {
  if (tokens[at]?.kind === "string") return tokens[at].text;
  const object = pdfObject(pdf, Number(tokens[at]?.text));
  const first = object === null ? undefined : pdfTokens(object).next().value;
  return first?.kind === "string" ? first.text : null;
}

/** The number of the object that a key refers to, as in `/Info 12 0 R`. */
function referenceAfter(tokens: readonly PdfToken[], key: string): number | null {
  const at = tokens.findIndex(({kind, text}) => kind === "name" && text === key);
  return at >= 0 && /^\d{1,9}$/.test(tokens[at + 1]?.text ?? "") && tokens[at + 3]?.text === "R" ? Number(tokens[at + 1]!.text) : null;
}

import {canonicalJson} from "../canonicalJson.js";
import {type Found, found, NO_PROVENANCE, notFound} from "./found.js";
import type {Provenance} from "./provenance.js";

const MARK = "# rebench: ";

/**
 * The CSV with provenance in a comment before its header, in place of any it had. DuckDB knows such lines by itself, pandas with
 * `comment="#"`; so that neither takes the rest of a line for a comment, values with # in them get quotes.
 */
export function embedInCsv(csv: string, provenance: Provenance): string {
  const rows = csv.startsWith(MARK) ? csv.slice(csv.indexOf("\n") + 1) : csv;
  const lineEnd = /\r?\n/.exec(rows)?.[0] ?? "\n";
  return `${MARK}${canonicalJson(provenance)}${lineEnd}${withQuotes(rows)}`;
}

const withQuotes = (rows: string): string =>
  rows.replace(/"[^"]*"|[^,"\r\n]+/g, (value) => (value.startsWith('"') || !value.includes("#") ? value : `"${value}"`));

/** The provenance that a CSV carries, as JSON text. */
export function extractFromCsv(csv: string): Found {
  const text = csv.replace(/^\ufeff/, "");
  if (!text.startsWith(MARK)) return notFound(NO_PROVENANCE);
  const end = text.indexOf("\n");
  if (end < 0) return notFound("is truncated: the CSV breaks off before its header");
  return found(text.slice(MARK.length, end));
}

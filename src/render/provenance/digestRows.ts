import {createHash} from "node:crypto";
import {canonicalJson} from "../canonicalJson.js";
import type {Provenance} from "./provenance.js";

/** Beyond this the rows' own digests would outweigh the figure; that something differs is known without them. */
const MOST_DIGESTS = 2000;

/** The rows behind a figure as numbers: SHA-256 of their canonical JSON as an array, and the beginning of that of each row. */
export function digestRows(rows: readonly unknown[]): Provenance["rows"] {
  const digests = rows.length > MOST_DIGESTS ? null : rows.map((row) => sha256Of(row).slice(0, 8));
  return {count: rows.length, sha256: sha256Of(rows), digests};
}

/** SHA-256 of a value's canonical JSON, in hexadecimal digits. */
export const sha256Of = (value: unknown): string => createHash("sha256").update(canonicalJson(value)).digest("hex");

import * as z from "zod";
import {printable} from "../../errors.js";
import {PROVENANCE_VERSION, type Provenance, provenanceSchema} from "./provenance.js";

export type ReadProvenance = {provenance: Provenance; problem: null} | {provenance: null; problem: string};

/** The JSON text that a file carries as provenance, or why it is none: the rest of a sentence that begins with the file. */
export function readProvenance(json: string): ReadProvenance {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return refused("carries provenance that is damaged: it is not JSON");
  }
  const {format, formatVersion, toolVersion} = (value ?? {}) as Record<string, unknown>;
  if (format !== "rebench-figure") return refused(`carries provenance of another program: its format is ${shown(format)}`);
  if (typeof formatVersion === "number" && formatVersion > PROVENANCE_VERSION) {
    const by = typeof toolVersion === "string" ? ` (drawn by ${printable(toolVersion.slice(0, 40))})` : "";
    return refused(
      `carries provenance of format version ${formatVersion}${by}; this rebench reads up to ${PROVENANCE_VERSION}: install a newer one`,
    );
  }
  const parsed = provenanceSchema.safeParse(value);
  if (parsed.success) return {provenance: parsed.data, problem: null};
  return refused(`carries provenance that is damaged: ${printable(z.prettifyError(parsed.error).split("\n", 1)[0]!.replace(/^✖ /, ""))}`);
}

const refused = (problem: string): ReadProvenance => ({provenance: null, problem});
const shown = (value: unknown): string => printable(JSON.stringify(value)?.slice(0, 40) ?? "missing");

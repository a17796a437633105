import {RebenchError} from "../../errors.js";

/** The JSON text that a file carries, or why there is none: the rest of a sentence that begins with the file. */
export type Found = {json: string; problem: null} | {json: null; problem: string};

export const found = (json: string): Found => ({json, problem: null});
export const notFound = (problem: string): Found => ({json: null, problem});

export const NO_PROVENANCE = "carries no provenance of rebench: another program drew it, or left the provenance out when saving it";

/** Provenance can only be put into a whole file of the format. */
export const cannotEmbed = (format: string, problem: string) =>
  new RebenchError("unknown-format", {
    problem: `cannot write provenance into this ${format}: it ${problem}`,
    hint: "Draw the figure again.",
  });

import type {Source} from "../analysis/context.js";
import {printable, RebenchError} from "../errors.js";
import {parseTheme} from "../figure/theme/parseTheme.js";
import {canonicalJson} from "../render/canonicalJson.js";
import {extractProvenance, type FigureFormat} from "../render/provenance/extractProvenance.js";
import type {Provenance} from "../render/provenance/provenance.js";
import {renderFigure} from "../render/renderFigure.js";
import {FIGURES} from "./catalogue.js";
import {changedRows} from "./changedRows.js";
import type {DrawOptions} from "./drawOptions.js";
import type {FigureOptions} from "./figureEntry.js";
import {readOptions} from "./figureOptions.js";
import {figureMaker, type MadeFigure, type SkippedFigure} from "./makeFigures.js";

/** Whether a figure follows from a store. */
export type Verdict = {
  file: string;
  figure: string | null;
  verdict: "follows" | "differs" | "cannot tell";
  /** Version that drew it; null where the file does not say. */
  drawnBy: string | null;
  /** What differs, or why it cannot be told, as sentences; for a file that follows what else a reader should know. */
  reasons: string[];
};

/** Where a file is looked at. */
export type Here = {
  toolVersion: string;
  /** Such as `linux-x64`: PNG and PDF are the same bytes on the same platform only. */
  platform: string;
};

/**
 * Makes the figure of a file again from a store, with the options that the file says, and compares the rows behind it, then the
 * spec, then the bytes.
 *
 * @param now Options where the file does not say, and the list of prices.
 */
export async function verifyFile(source: Source, file: string, bytes: Uint8Array, now: FigureOptions, here: Here): Promise<Verdict> {
  const {format, provenance, problem} = extractProvenance(file, bytes);
  const verdictOf = (verdict: Verdict["verdict"], ...reasons: string[]): Verdict => {
    return {file, figure: provenance?.figure ?? null, verdict, drawnBy: provenance?.toolVersion ?? null, reasons};
  };
  if (provenance === null || format === null) return verdictOf("cannot tell", problem ?? "it says nothing of where it came from");
  const entry = FIGURES.find(({name}) => name === provenance.figure);
  if (entry === undefined) return verdictOf("cannot tell", `this rebench has no figure "${printable(provenance.figure)}"`);
  const how = howMade(provenance, now);
  if ("problem" in how) return verdictOf("cannot tell", how.problem);
  let made: MadeFigure | SkippedFigure;
  try {
    const make = await figureMaker(source, how.options, how.draw);
    made = await make(entry);
  } catch (error) {
    if (error instanceof RebenchError) return verdictOf("differs", `it cannot be made from this store: ${error.problem}`);
    throw error;
  }
  if ("reason" in made) return verdictOf("differs", `it cannot be made from this store: ${made.reason}`);
  const rows = changedRows(provenance.rows, made.rows);
  if (rows.length > 0) return verdictOf("differs", ...attemptsChanged(provenance, made), ...rows);
  return verdictOf(...(await ofDrawing(made, provenance, format, bytes, here)), ...attemptsChanged(provenance, made));
}

type How = {options: FigureOptions; draw: DrawOptions};

/** What a file says that it was made with, as far as the command line would take it; or why nothing is made with that. */
function howMade({options, draw}: Provenance, now: FigureOptions): How | {problem: string} {
  try {
    const theme = draw.theme && parseTheme(JSON.stringify(draw.theme), "its theme");
    return {options: readOptions(options, now), draw: {...draw, theme}};
  } catch (error) {
    if (error instanceof RebenchError) return {problem: error.problem};
    throw error;
  }
}

function attemptsChanged({attempts}: Provenance, {provenance: now}: MadeFigure): string[] {
  if (attempts.sha256 === now.attempts.sha256) return [];
  const counts =
    attempts.count === now.attempts.count ? `${attempts.count} then and now` : `${attempts.count} then, ${now.attempts.count} now`;
  return [`the selected attempts are others than those it was made of (${counts})`];
}

type Result = [verdict: Verdict["verdict"], ...reasons: string[]];

/** The rows follow: what of the drawing? */
async function ofDrawing(made: MadeFigure, provenance: Provenance, format: FigureFormat, bytes: Uint8Array, here: Here): Promise<Result> {
  const {platform, ...then} = provenance;
  const drawn = await renderFigure({...made, name: made.entry.name, provenance: then}, [format], here.platform);
  if (Buffer.compare(drawn.files.get(format)!, bytes) === 0 && isSameMaking(made, provenance)) return ["follows"];
  if (provenance.toolVersion !== here.toolVersion) return ["follows"];
  if (!isSameMaking(made, provenance)) return ["differs", "the settings that it names are not those that its options give"];
  if (made.provenance.specSha256 !== provenance.specSha256)
    return ["differs", "its rows are right, but it was not drawn from them: the spec is another"];
  if (platform !== undefined && platform !== here.platform) {
    return ["cannot tell", `rows and spec are right; its pixels were drawn on ${platform}, and only there can they be drawn again`];
  }
  return ["differs", "rows and spec are right, but the file was changed after it was drawn"];
}

const isSameMaking = ({provenance: now}: MadeFigure, then: Provenance) =>
  canonicalJson([comparable(now.settings), now.seed, now.rows]) === canonicalJson([comparable(then.settings), then.seed, then.rows]);

/** Without what the list of prices is called: its prices that were used are among the settings. */
function comparable({cost, ...settings}: Provenance["settings"]): object {
  if (typeof cost !== "object" || cost === null) return {...settings, cost};
  const {pricesFrom: _, ...others} = cost as {pricesFrom?: unknown};
  return {...settings, cost: others};
}

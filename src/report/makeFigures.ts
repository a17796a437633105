import {createHash} from "node:crypto";
import type {TopLevelSpec} from "vega-lite";
import {attemptsDigest} from "../analysis/attemptsDigest.js";
import type {Source} from "../analysis/context.js";
import {select} from "../analysis/select.js";
import type {Warning} from "../analysis/settings.js";
import {csvText} from "../export/csvText.js";
import {digestRows, sha256Of} from "../render/provenance/digestRows.js";
import {PROVENANCE_VERSION, type Provenance} from "../render/provenance/provenance.js";
import {agentSlots} from "../store/agentSlots.js";
import {type About, contextOf, type DrawOptions} from "./drawOptions.js";
import type {FigureData, FigureEntry, FigureOptions, FigureRow} from "./figureEntry.js";
import {writtenOptions} from "./figureOptions.js";
import {sharedResults} from "./sharedResults.js";

/** A figure ready to be rendered. */
export type MadeFigure = {
  entry: FigureEntry;
  spec: TopLevelSpec;
  rows: readonly FigureRow[];
  csv: string;
  provenance: Provenance;
  settings: object;
  warnings: readonly Warning[];
};

export type SkippedFigure = {entry: FigureEntry; reason: string};

/** Makes one figure after the other from the same attempts; what several of them need is computed once. */
export type FigureMaker = (entry: FigureEntry) => Promise<MadeFigure | SkippedFigure>;

/** @throws RebenchError as `analyze` does: an agent or environment that the store lacks is found before anything is drawn. */
export async function figureMaker(source: Source, options: FigureOptions, draw: DrawOptions): Promise<FigureMaker> {
  const selected = await select(source.connection, source.catalogue, options);
  const {sha256, attempts} = await attemptsDigest(source, selected);
  const synthetic = selected.warnings.some(({code}) => code === "synthetic");
  const about: About = {
    slots: await agentSlots(source.connection),
    intervalLevel: options.interval,
    notes: synthetic ? ["Synthetic attempts: drawn from a model, nothing was measured."] : [],
  };
  const shared = sharedResults(source, options);
  const ofAttempts = {options: writtenOptions(options), seed: options.seed, attempts: {count: attempts, sha256}};
  return async (entry) => {
    const data = await entry.data(source, options, shared);
    if (data.reason !== null) return {entry, reason: data.reason};
    const isOfStudy = entry.about === "coverage-study";
    const spec = data.draw(contextOf(draw, isOfStudy ? {...about, notes: []} : about));
    const made = {draw, toolVersion: source.toolVersion};
    const provenance = provenanceOf(entry, data, spec, isOfStudy ? {...made, ...ofStudy(data)} : {...made, ...ofAttempts});
    return {entry, spec, rows: data.rows, csv: csvText(data.rows), provenance, settings: data.settings, warnings: data.warnings};
  };
}

/** SHA-256 of no attempts. */
const NOTHING = createHash("sha256").digest("hex");

/** What figures of the coverage study are made of: neither attempts nor options change them. */
const ofStudy = ({settings}: FigureData): Pick<How, "options" | "seed" | "attempts"> => {
  return {options: {}, seed: (settings as {seed: number}).seed, attempts: {count: 0, sha256: NOTHING}};
};

type How = Pick<Provenance, "options" | "seed" | "attempts" | "toolVersion"> & {draw: DrawOptions};

function provenanceOf(
  entry: FigureEntry,
  data: FigureData,
  spec: TopLevelSpec,
  {options, seed, draw, toolVersion, attempts}: How,
): Provenance {
  const {store: _, ...settings} = data.settings as Record<string, unknown>; // a path, which is another on every machine
  return {
    format: "rebench-figure",
    formatVersion: PROVENANCE_VERSION,
    figure: entry.name,
    toolVersion,
    attempts,
    rows: digestRows(data.rows),
    specSha256: sha256Of(spec),
    seed,
    settings: JSON.parse(JSON.stringify(settings)) as Record<string, unknown>,
    draw: {...draw, highlight: draw.highlight && [...draw.highlight]},
    options,
  };
}

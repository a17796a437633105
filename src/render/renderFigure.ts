import type {TopLevelSpec} from "vega-lite";
import {drawSpec} from "./drawSpec.js";
import {figureSvg} from "./figureSvg.js";
import {missingCharacters} from "./font/missingCharacters.js";
import {embedInCsv} from "./provenance/csv.js";
import type {FigureFormat} from "./provenance/extractProvenance.js";
import {embedInPng} from "./provenance/png.js";
import type {Provenance} from "./provenance/provenance.js";
import {embedInVegaLite} from "./provenance/vegaLite.js";
import {sceneTexts} from "./sceneTexts.js";
import {svgToPdf} from "./svgToPdf.js";
import {svgToPng} from "./svgToPng.js";

export type RenderedFigure = {
  files: ReadonlyMap<FigureFormat, Uint8Array>;
  /** What a reader of the figure should know: characters that the font lacks. */
  warnings: string[];
};

type Figure = {
  name: string;
  spec: TopLevelSpec;
  /** The rows behind it as CSV. */
  csv: string;
  provenance: Provenance;
};

/**
 * A figure's files in the formats asked for.
 *
 * @param platform Where this runs: PNG and PDF say so, since only there are they the same bytes again.
 */
export async function renderFigure(
  {name, spec, csv, provenance}: Figure,
  formats: readonly FigureFormat[],
  platform: string,
): Promise<RenderedFigure> {
  const files = new Map<FigureFormat, Uint8Array>();
  const encode = (text: string) => new TextEncoder().encode(text);
  if (formats.includes("csv")) files.set("csv", encode(embedInCsv(csv, provenance)));
  if (formats.includes("vl.json")) files.set("vl.json", encode(`${JSON.stringify(embedInVegaLite(spec, provenance), null, 1)}\n`));
  if (!formats.some((format) => format === "svg" || format === "png" || format === "pdf")) return {files, warnings: []};
  const drawing = await drawSpec(spec);
  const here = {...provenance, platform};
  const svg = await figureSvg(name, spec, drawing, provenance);
  if (formats.includes("svg")) files.set("svg", encode(svg));
  if (formats.includes("png")) files.set("png", embedInPng(await svgToPng(svg, provenance.draw.dpi), here));
  if (formats.includes("pdf")) files.set("pdf", await svgToPdf(svg, titleOf(spec, name), here));
  return {files, warnings: [...drawing.warnings, ...aboutTheFont(sceneTexts(drawing).map(({text}) => text))]};
}

const titleOf = (spec: TopLevelSpec, name: string) => (spec as {usermeta?: {title?: string}}).usermeta?.title ?? name;

function aboutTheFont(texts: readonly string[]): string[] {
  const missing = missingCharacters(texts);
  if (missing.length === 0) return [];
  const named = missing.map((character) => `${character} (U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")})`);
  return [`the font lacks ${named.join(", ")}: shown as an empty box in PNG and PDF, and in whatever font a browser has in SVG and HTML`];
}

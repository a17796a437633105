import type {Source} from "../analysis/context.js";
import {renderFigure} from "../render/renderFigure.js";
import {figureNamed} from "./catalogue.js";
import type {ReportFigure} from "./content.js";
import type {DrawOptions} from "./drawOptions.js";
import type {FigureData, FigureEntry, FigureOptions} from "./figureEntry.js";
import {figureMaker, type MadeFigure} from "./makeFigures.js";

export type ReportFigures = {
  figures: ReadonlyMap<string, ReportFigure>;
  /** The same in one column, for phones. */
  narrow: ReadonlyMap<string, string>;
  /** What the caption in a figure would say; figures in a report have none. */
  details: ReadonlyMap<string, string>;
  /** Sentences about a figure's drawing, such as characters that the font lacks. */
  warnings: {figure: string; message: string}[];
};

/** The figures of a report, byte for byte as `rebench figures --columns 2 --no-caption` draws them, and in one column. */
export async function reportFigures(
  names: readonly string[],
  source: Source,
  options: FigureOptions,
  draw: Pick<DrawOptions, "theme" | "highlight" | "dpi">,
  platform: string,
): Promise<ReportFigures> {
  const look = {...draw, dark: false, caption: false};
  const wide = await figureMaker(source, options, {...look, columns: 2});
  const narrow = await figureMaker(source, options, {...look, columns: 1});
  const result = {
    figures: new Map<string, ReportFigure>(),
    narrow: new Map<string, string>(),
    details: new Map<string, string>(),
    warnings: [] as ReportFigures["warnings"],
  };
  for (const name of names) {
    const entry = computedOnce(figureNamed(name));
    const made = await wide(entry);
    if ("reason" in made) {
      result.figures.set(name, {name, reason: made.reason});
      continue;
    }
    const {files, warnings} = await renderFigure({...made, name}, ["svg", "png", "csv"], platform);
    const {title, caption} = usermetaOf(made);
    const text = (format: "svg" | "csv") => new TextDecoder().decode(files.get(format)!);
    const description = (made.spec as {description?: string}).description ?? "";
    result.figures.set(name, {name, title: title ?? entry.title, description, svg: text("svg"), png: files.get("png")!, csv: text("csv")});
    if (caption !== undefined) result.details.set(name, caption);
    result.warnings.push(...warnings.map((message) => ({figure: name, message})));
    const small = await narrow(entry);
    if ("reason" in small) continue;
    const drawn = await renderFigure({...small, name}, ["svg"], platform);
    result.narrow.set(name, new TextDecoder().decode(drawn.files.get("svg")!));
  }
  return result;
}

const usermetaOf = ({spec}: MadeFigure) => (spec as {usermeta?: {title?: string; caption?: string}}).usermeta ?? {};

/** Drawn twice, but its rows are made once. */
function computedOnce(entry: FigureEntry): FigureEntry {
  let data: Promise<FigureData> | null = null;
  return {
    ...entry,
    data: (...args) => {
      data ??= entry.data(...args);
      return data;
    },
  };
}

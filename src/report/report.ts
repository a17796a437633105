import {printable} from "../errors.js";
import {checkText, quotedInSpans} from "./checkText.js";
import {parseLine, parseText, type TextBlock, type TextSpan} from "./parseText.js";
import {parseParams, type ReportFlags, type ReportParams} from "./reportParams.js";
import {TABLE_NAMES} from "./tables/reportTables.js";
import type {ValueSpec} from "./valueSpec.js";

/** The two files of a report. */
export const PARAMS = "params.json";
export const TEXT = "text.md";

/** A report as it is written down, checked as far as it can be without data. */
export type Report = {
  name: string;
  title: string;
  description: string | null;
  /** Its own options; those of the command line win over them: see reportOptions.ts. */
  flags: ReportFlags;
  /** In the order of the text; null for the figure's own title. */
  figures: {name: string; caption: TextSpan[] | null}[];
  tables: string[];
  /** Those that the text and the captions quote. */
  values: ReadonlyMap<string, ValueSpec>;
  text: TextBlock[];
};

/**
 * The report that the two files describe.
 *
 * @param figureNames Figures that can be asked for.
 * @throws RebenchError `invalid-report` with file and field, or file and line.
 */
export function reportOf(name: string, files: {params: string; text: string}, figureNames: readonly string[]): Report {
  const [paramsFile, textFile] = [PARAMS, TEXT].map((file) => `${printable(name)}/${file}`);
  const params = parseParams(files.params, paramsFile!, {figures: figureNames, tables: TABLE_NAMES});
  const captions = captionsOf(params, paramsFile!);
  const text = parseText(files.text, textFile!);
  const {placed, quoted} = checkText({text, captions, params}, {paramsFile: paramsFile!, textFile: textFile!});
  const inCaptions = [...captions.values()].flatMap((caption) => quotedInSpans(caption ?? []));
  const used = new Set([...quoted, ...inCaptions].map((each) => each.name));
  const namesOf = (what: "figure" | "table") => placed.filter((each) => each.what === what).map((each) => each.name);
  return {
    ...{name, title: params.title, description: params.description, flags: params.options, text},
    figures: namesOf("figure").map((each) => ({name: each, caption: captions.get(each)!})),
    tables: namesOf("table"),
    values: new Map(Object.entries(params.values).filter(([each]) => used.has(each))),
  };
}

/** Captions are prose of one line, and quote values too. */
const captionsOf = ({figures}: ReportParams, file: string): Map<string, TextSpan[] | null> =>
  new Map(figures.map(({name, caption}, i) => [name, caption === null ? null : parseLine(caption, `${file}, figures.${i}.caption`)]));

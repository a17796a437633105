import type {Source} from "../analysis/context.js";
import {printable} from "../errors.js";
import {Analyses} from "./analyses.js";
import type {Block, ReportContent, ReportFigure, Span, TableBlock} from "./content.js";
import {dataText, studyText} from "./dataText.js";
import {formatValue} from "./formatValue.js";
import {headingIds} from "./headingIds.js";
import {Notes} from "./notes.js";
import type {TextBlock, TextSpan} from "./parseText.js";
import {type Quoted, quotedValue} from "./quotedValue.js";
import type {Report} from "./report.js";
import type {ReportOptions} from "./reportOptions.js";
import {subjectOf} from "./reportSubject.js";
import {METHODS, REPORT_TABLES} from "./tables/reportTables.js";
import type {TableData} from "./tables/tableData.js";

/**
 * A report with its values, tables and figures in place. Values are computed by the analyses of the command line, with the
 * report's options; texts from records stay texts.
 *
 * @param figures Drawn already, by name: one for each of `report.figures`.
 * @throws RebenchError as the analyses do, and for agents and environments that the store lacks.
 */
export async function reportContent(
  report: Report,
  source: Source,
  options: ReportOptions,
  figures: ReadonlyMap<string, ReportFigure>,
): Promise<ReportContent> {
  const analyses = new Analyses(source, options, [...report.values.values()], subjectOf(report));
  const values = new Map<string, Quoted>();
  for (const [name, spec] of report.values) values.set(name, await quotedValue(name, spec, analyses)); // one after the other: one connection
  const tables = await tablesOf(report, analyses);
  const data = await dataOf(analyses);
  const made = await analyses.made();
  const notes = new Notes();
  const blocks = resolved(report, {values, tables, figures, notes});
  return {
    name: printable(report.name),
    title: report.title,
    description: report.description,
    data,
    blocks,
    notes: notes.all(),
    warnings: distinct(made.flatMap((each) => each.warnings)).map((each) => ({...each, message: printable(each.message)})),
  };
}

/** Which data a report is about. */
async function dataOf(analyses: Analyses): Promise<ReportContent["data"]> {
  if (analyses.subject === "coverage-study") return studyText((await analyses.coverage()).settings);
  const {settings, warnings} = await analyses.best();
  return dataText(settings, warnings);
}

/** The tables of a report; what all others were made with is said last. */
async function tablesOf({tables}: Report, analyses: Analyses): Promise<Map<string, TableData>> {
  const made = new Map<string, TableData>();
  const last = (name: string) => Number(name === METHODS);
  await dataOf(analyses); // what the data are is always said
  for (const name of [...tables].sort((a, b) => last(a) - last(b))) made.set(name, await REPORT_TABLES[name]!(analyses));
  return made;
}

const distinct = <T extends {message: string}>(warnings: readonly T[]): T[] =>
  warnings.filter(({message}, i) => warnings.findIndex((each) => each.message === message) === i);

type Parts = {
  values: ReadonlyMap<string, Quoted>;
  tables: ReadonlyMap<string, TableData>;
  figures: ReadonlyMap<string, ReportFigure>;
  notes: Notes;
};

/** The blocks with everything in its place; figures, tables and notes numbered in the order of the text. */
function resolved(report: Report, {values, tables, figures, notes}: Parts): Block[] {
  const idOf = headingIds();
  const numbers = {figure: 0, table: 0};
  const shift = 2 - Math.min(...report.text.flatMap((block) => (block.kind === "heading" ? [block.level] : [])), 6);

  const spans = (text: readonly TextSpan[]): Span[] => text.map(spanOf);
  const spanOf = (span: TextSpan): Span => {
    if (span.kind === "placeholder") return valueSpan(span.name);
    return "spans" in span ? {...span, spans: spans(span.spans)} : span;
  };
  const valueSpan = (name: string): Span => {
    const {value, reason} = values.get(name)!;
    return {kind: "value", name, value, text: formatValue(value, report.values.get(name)!), note: notes.numberOf(reason)};
  };
  const tableOf = (name: string): TableBlock => {
    const {caption, columns, rows, notes: sentences} = tables.get(name)!;
    const cells = rows.map((row) => row.map(({reason, ...cell}) => ({...cell, note: notes.numberOf(reason)})));
    return {kind: "table", number: ++numbers.table, name, caption, columns, rows: cells, notes: sentences.map(printable)};
  };
  const figureOf = (name: string): Block => {
    const figure = figures.get(name) ?? {name, reason: "it was not drawn"};
    if ("reason" in figure) return {kind: "missing-figure", name, reason: printable(figure.reason)};
    const caption = report.figures.find((each) => each.name === name)?.caption ?? [{kind: "text", text: printable(figure.title)}];
    return {kind: "figure", number: ++numbers.figure, caption: spans(caption), figure};
  };
  const blockOf = (block: TextBlock): Block => {
    switch (block.kind) {
      case "placement":
        return block.what === "figure" ? figureOf(block.name) : tableOf(block.name);
      case "heading": {
        const own = spans(block.spans);
        return {kind: "heading", level: Math.min(6, block.level + shift), id: idOf(own), spans: own};
      }
      case "paragraph":
        return {kind: "paragraph", spans: spans(block.spans)};
      case "list":
        return {...block, items: block.items.map((item) => item.map(blockOf))};
      case "quote":
        return {kind: "quote", blocks: block.blocks.map(blockOf)};
      default:
        return block;
    }
  };
  return report.text.map(blockOf);
}

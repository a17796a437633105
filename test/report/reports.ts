import type {Source} from "../../src/analysis/context.js";
import {readPrices} from "../../src/cost/readPrices.js";
import type {Block, ReportContent, ReportFigure, Span, TableBlock} from "../../src/report/content.js";
import {type Report, reportOf} from "../../src/report/report.js";
import {reportContent} from "../../src/report/reportContent.js";
import {type ReportOptions, reportOptions} from "../../src/report/reportOptions.js";
import type {ReportFlags} from "../../src/report/reportParams.js";

/** Names of figures as a catalogue would have them. */
export const FIGURE_NAMES = [
  "allocation",
  "budget",
  "code-size",
  "cost",
  "environments",
  "experience",
  "histogram",
  "human-progress",
  "progress",
  "progress-by-environment",
  "raw-history",
  "score-at-k",
  "score-at-k-by-environment",
  "token-speed",
];

export const drawn = (name: string): ReportFigure => ({
  name,
  title: `Title of ${name}`,
  description: `What ${name} shows`,
  svg: "<svg/>",
  png: new Uint8Array([1]),
  csv: "a\n1\n",
});

/** A report of these parts, with `Title` for what it does not say. */
export const reportFrom = (params: Record<string, unknown>, text: string, name = "mine"): Report =>
  reportOf(name, {params: JSON.stringify({title: "Title", ...params}), text}, FIGURE_NAMES);

/** The options of a report with few replicates. */
export const optionsOf = (report: Report, flags: ReportFlags = {}): ReportOptions =>
  reportOptions(report.flags, {bootstrap: 200, ...flags}, {prices: readPrices(), pricesFrom: "data/prices.json"});

export function contentOf(
  report: Report,
  source: Source,
  flags: ReportFlags = {},
  figures?: readonly ReportFigure[],
): Promise<ReportContent> {
  const all = figures ?? report.figures.map(({name}) => drawn(name));
  return reportContent(report, source, optionsOf(report, flags), new Map(all.map((figure) => [figure.name, figure])));
}

type Value = Extract<Span, {kind: "value"}>;

const insideOf = (block: Block): Block[] => (block.kind === "list" ? block.items.flat() : block.kind === "quote" ? block.blocks : []);

export const blocksIn = (blocks: readonly Block[]): Block[] => blocks.flatMap((block) => [block, ...blocksIn(insideOf(block))]);

export function spansIn(blocks: readonly Block[]): Span[] {
  const own = (block: Block) => ("spans" in block ? block.spans : block.kind === "figure" ? block.caption : []);
  const deep = (spans: readonly Span[]): Span[] => spans.flatMap((span) => [span, ...("spans" in span ? deep(span.spans) : [])]);
  return blocksIn(blocks).flatMap((block) => deep(own(block)));
}

/** The values that a report quotes, by name. */
export const valuesIn = ({blocks}: ReportContent): Map<string, Value> =>
  new Map(spansIn(blocks).flatMap((span) => (span.kind === "value" ? [[span.name, span]] : [])));

export const tableIn = ({blocks}: ReportContent, name: string): TableBlock =>
  blocksIn(blocks).find((block): block is TableBlock => block.kind === "table" && block.name === name)!;

/** The values of a table, a row an object by column. */
export const rowsOf = ({columns, rows}: TableBlock): Record<string, unknown>[] =>
  rows.map((row) => Object.fromEntries(row.map(({value}, i) => [columns[i]!.name, value])));

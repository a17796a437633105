import type {TopLevelSpec} from "vega-lite";
import {attemptsSentence, sentences} from "./captionText.js";
import type {FigureContext, Participant} from "./figureContext.js";
import {valueAxis} from "./layout/axes.js";
import type {Band} from "./layout/bands.js";
import {isWide} from "./layout/isWide.js";
import {overhang} from "./layout/overhang.js";
import {type Panel, panelFigure} from "./layout/panelFigure.js";
import {type DotRow, dotWithInterval} from "./marks/dotWithInterval.js";
import {nameOf} from "./marks/markText.js";
import {type NamedRows, namedRows} from "./marks/namedRows.js";
import {percentText} from "./text.js";

/** How fast an agent's model answers; low and high are the quartiles over its attempts. */
export type TokenSpeedFigureRow = {
  agent: string;
  tokensPerSecond: number | null;
  tokensPerSecondLow: number | null;
  tokensPerSecondHigh: number | null;
  /** Of the time worked; above 1 where several answers were waited for at once. */
  generatingShare: number | null;
  generatingShareLow: number | null;
  generatingShareHigh: number | null;
  attempts: number;
  /** That do not record what the speed is computed from. */
  attemptsWithout: number;
};

type Row = TokenSpeedFigureRow & Participant;
/** A panel's values, and how one is said. */
type Measure = {
  title: string;
  of: (row: Row) => {value: number | null; low: number | null; high: number | null};
  say: (value: number) => string;
  labelExpr?: string;
};

const ROWS = {rowPx: 13, linePx: 11.5, gapPx: 4, nameShare: {narrow: 0.34, wide: 0.22}};

const MEASURES: readonly Measure[] = [
  {
    title: "Output tokens per second",
    of: (row) => ({value: row.tokensPerSecond, low: row.tokensPerSecondLow, high: row.tokensPerSecondHigh}),
    say: (value) => `${Number(value.toPrecision(3))} tokens/s`,
  },
  {
    title: "Share of working time spent generating",
    of: (row) => ({value: row.generatingShare, low: row.generatingShareLow, high: row.generatingShareHigh}),
    say: percentText,
    labelExpr: "round(datum.value * 100) + ' %'",
  },
];

/** Output tokens per second and the share of working time spent generating: figure 12 of the paper. The fastest agent first. */
export function tokenSpeed(rows: readonly TokenSpeedFigureRow[], context: FigureContext): TopLevelSpec {
  const agents = rows
    .map((row): Row => ({...row, kind: "agent"}))
    .filter((row) => MEASURES.some(({of}) => of(row).value !== null))
    .sort((a, b) => (b.tokensPerSecond ?? -1) - (a.tokensPerSecond ?? -1) || (a.agent < b.agent ? -1 : 1));
  const measures = MEASURES.filter(({of}) => agents.some((row) => of(row).value !== null));
  const columns = isWide(context) ? measures.length : 1;
  const labels = namedRows(agents, ROWS, context);
  const axes = measures.map((measure) => axisOf(agents, measure));
  return panelFigure(
    {
      title: "Speed of output",
      description: describe(agents, measures),
      caption: captionOf(agents),
      panels: measures.map(
        (measure, i): Panel => panelOf(agents, measure, {axis: axes[i]!, labels, isLabelled: i % columns === 0}, context),
      ),
      columns,
      plotHeightPx: labels.heightPx,
      xTitle: null,
      yTitle: null,
      yLabels: [],
      leftPx: labels.leftPx,
      sharedY: true,
      rightPx: Math.max(...axes.map((axis) => overhang(axis.labels, context))),
    },
    context,
  );
}

type Axis = ReturnType<typeof valueAxis>;

/** From 0, so that lengths compare. */
function axisOf(agents: readonly Row[], {of, labelExpr}: Measure): Axis {
  const values = agents.map(of).flatMap(({value, low, high}) => (value === null ? [] : [value, low ?? value, high ?? value]));
  const axis = valueAxis([0, ...values], 4);
  if (labelExpr === undefined) return axis;
  const {values: ticks} = axis.encoding.axis;
  return {
    ...axis,
    labels: ticks.map((tick) => `${Math.round(tick * 100)} %`),
    encoding: {...axis.encoding, axis: {values: ticks, grid: true, labelExpr} as unknown as Axis["encoding"]["axis"]},
  };
}

type PanelParts = {axis: Axis; labels: NamedRows; isLabelled: boolean};

const panelOf = (agents: readonly Row[], measure: Measure, {axis, labels, isLabelled}: PanelParts, context: FigureContext): Panel => ({
  title: measure.title,
  layers: ({heightPx}) => [
    ...(isLabelled ? [labels.layer] : []),
    ...dotWithInterval(dotsOf(agents, measure, labels.placed), {x: axis.encoding, heightPx}, context),
  ],
});

const dotsOf = (agents: readonly Row[], {title, of, say}: Measure, placed: readonly Band[]): DotRow[] =>
  agents.flatMap((row, i) => {
    const {value, low, high} = of(row);
    if (value === null) return [];
    const half = low === null || high === null ? "" : ` (middle half ${say(low)} to ${say(high)})`;
    const text = `${title}: ${say(value)}${half}, n = ${row.attempts}`;
    return [{agent: row.agent, kind: row.kind, x: value, yPx: placed[i]!.rowsPx[0]!, low, high, hollow: false, text}];
  });

function describe(agents: readonly Row[], measures: readonly Measure[]): string {
  const told = agents.slice(0, 8).map((row) => {
    const values = measures.flatMap(({of, say}) => (of(row).value === null ? [] : [say(of(row).value!)]));
    return `${nameOf(row)} ${values.join(", ")}`;
  });
  return `Output tokens per second of generating time, and the share of working time spent generating: ${told.join("; ")}.`;
}

function captionOf(agents: readonly Row[]): string {
  const without = agents.reduce((sum, {attemptsWithout}) => sum + attemptsWithout, 0);
  return sentences(
    "Points: all output tokens by all generating time, and all generating time by all working time, over an agent's attempts; lines: the middle half of single attempts.",
    attemptsSentence(
      agents.map(({attempts}) => attempts),
      "an agent",
    ),
    without > 0
      ? `${without} ${without === 1 ? "attempt does" : "attempts do"} not record them and ${without === 1 ? "is" : "are"} left out.`
      : "",
    "People have neither.",
  );
}

import {sentences} from "../captionText.js";
import type {FigureContext} from "../figureContext.js";
import type {Layer} from "../layout/layer.js";
import {type MarkStyle, markStyle} from "../theme/markStyle.js";
import {type LineRow, lineWithBand} from "./lineWithBand.js";
import type {MarginLabel} from "./marginLabels.js";

/** How often intervals of one kind held the truth. */
export type CoverageFigureRow = {
  population: string;
  /** Of the population, for people. */
  title: string;
  /** What was resampled. */
  scheme: string;
  method: string;
  /** Attempts in each environment. */
  n: number;
  k: number;
  dataSets: number;
  /** Of the intervals made; null where none was. */
  coverage: number | null;
  /** Of the data sets: those without an interval. */
  undefinedShare: number;
  /** Whether intervals of this kind go without `~` at this n and k. */
  calibrated: boolean;
};

export type CoverageFigureData = {
  rows: readonly CoverageFigureRow[];
  /** That the intervals say they have, in (0, 1). */
  level: number;
};

export type DrawnCell = CoverageFigureRow & {coverage: number};

/** Beyond this the few data sets that have an interval stand for nothing. */
const MOST_UNDEFINED = 0.5;

/** What can be drawn, by method, scheme, n and k; populations stay in the order of the rows. */
export const drawnCells = (rows: readonly CoverageFigureRow[]): DrawnCell[] =>
  rows
    .filter((row): row is DrawnCell => row.coverage !== null && row.undefinedShare <= MOST_UNDEFINED)
    .sort((a, b) => byMethod(a.method, b.method) || (a.scheme < b.scheme ? -1 : a.scheme > b.scheme ? 1 : a.n - b.n || a.k - b.k));

/** In the order of the rows, those of which something can be drawn. */
export function populationsOf(rows: readonly CoverageFigureRow[]): {population: string; title: string}[] {
  const drawn = new Set(drawnCells(rows).map(({population}) => population));
  const titles = new Map(rows.map(({population, title}) => [population, title]));
  return [...titles].filter(([population]) => drawn.has(population)).map(([population, title]) => ({population, title}));
}

/** Methods in the order in which they take colours, and what they are called. */
const METHODS: readonly (readonly [method: string, name: string])[] = [
  ["percentile", "percentile"],
  ["bca", "BCa"],
  ["studentized", "studentized"],
  ["normal", "normal"],
  ["m-out-of-n", "m-out-of-n"],
];

const orderOf = (method: string) => METHODS.findIndex(([each]) => each === method);
export const methodName = (method: string): string => METHODS[orderOf(method)]?.[1] ?? method;
export const methodStyle = (method: string): MarkStyle => markStyle(Math.max(0, orderOf(method)));
export const byMethod = (a: string, b: string): number => orderOf(a) - orderOf(b) || (a < b ? -1 : a > b ? 1 : 0);

/** Lowest to highest, each once. */
export const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

/** The axis of coverage in percent, from the ten below the lowest up to 100, with ticks every twenty. */
export function coverageAxis(cells: readonly DrawnCell[]) {
  const low = 10 * Math.floor(Math.min(80, ...cells.map(({coverage}) => percent(coverage))) / 10);
  const ticks = [0, 20, 40, 60, 80, 100].filter((tick) => tick >= low);
  return {
    domain: [low, 100] as const,
    labels: ticks.map(String),
    encoding: {scale: {domain: [low, 100], nice: false, zero: false}, axis: {values: ticks, grid: true, format: "d"}},
  };
}

/** A tenth of the Monte Carlo error is less than a pixel. */
export const percent = (share: number): number => Number((100 * share).toFixed(2));

/** `93.8 %`, as the tables have it. */
export const coverageText = (share: number): string => `${Number((100 * share).toPrecision(12)).toFixed(1)} %`; // 100 × 0.7515 is a little under 75.15

export const levelText = (level: number): string => `${Number((100 * level).toFixed(4))} %`;

/** A point of a line over `x`. */
export function coverageLineRow(cell: DrawnCell, series: string, x: "n" | "k", hollow: boolean): LineRow {
  const {n, k, coverage, undefinedShare} = cell;
  const without = undefinedShare === 0 ? "" : `, ${coverageText(undefinedShare)} of data sets without an interval`;
  const text = `n = ${n}, k = ${k}: ${coverageText(coverage)}${without}`;
  return {agent: series, kind: "agent", x: cell[x], y: percent(coverage), low: null, high: null, partial: hollow, text};
}

/** Lines, or the same axes where there is nothing to draw them of, over a dashed line at what the intervals say. */
export function coverageLayers(rows: readonly LineRow[], axes: {x: object; y: object}, level: number, context: FigureContext): Layer[] {
  const {theme} = context;
  const nominal = {
    data: {values: [{y: percent(level)}]},
    mark: {type: "rule", color: theme.people, strokeWidth: theme.lineWidth * 0.6, strokeDash: [4, 3], aria: false},
    encoding: {y: {field: "y", type: "quantitative", ...axes.y}},
  };
  return [nominal, ...lineWithBand(rows, axes, context)];
}

export const levelLabel = (level: number, [low, high]: readonly [number, number]): MarginLabel => ({
  text: levelText(level),
  y: (high - percent(level)) / (high - low),
});

/** What the points are, and which are left out. */
export const coverageCaption = (rows: readonly CoverageFigureRow[], cells: readonly DrawnCell[], level: number, marks: string): string => {
  const [data] = cells;
  const few = rows.length - cells.length;
  return sentences(
    `Each point: of ${String(data!.dataSets).replace(/\B(?=(\d{3})+$)/g, ",")} data sets drawn from a population whose score@k is known, the share of ${levelText(level)} intervals that hold it. Dashed: ${levelText(level)}.`,
    marks,
    few === 0
      ? ""
      : `${few === 1 ? "One point is" : `${few} points are`} not drawn, because half of the data sets or more have no interval there.`,
  );
};

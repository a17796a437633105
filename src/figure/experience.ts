import type {TopLevelSpec} from "vega-lite";
import {printable} from "../errors.js";
import {sentences} from "./captionText.js";
import type {FigureContext} from "./figureContext.js";
import {valueAxis} from "./layout/axes.js";
import {isWide} from "./layout/isWide.js";
import type {Layer, PlotSize} from "./layout/layer.js";
import {panelFigure} from "./layout/panelFigure.js";
import {swarm} from "./layout/swarm.js";
import {MARK_TEXT_SEPARATOR} from "./marks/markText.js";
import {scoreText} from "./text.js";

/** The experience of the people behind a fifth of the attempts: 1 has the lowest scores of their environments. */
export type ExperienceFigureRow = {
  quintile: number;
  attempts: number;
  /** Null where some attempts name nobody. */
  people: number | null;
  medianYears: number;
  p25Years: number;
  p75Years: number;
  meanYears: number;
  lowScore: number;
  highScore: number;
};

/** One attempt. */
export type ExperienceFigurePoint = {attemptId: string; quintile: number; years: number; score: number};

export type ExperienceFigureData = {rows: readonly ExperienceFigureRow[]; points: readonly ExperienceFigurePoint[]};

type Axis = ReturnType<typeof valueAxis>;

const QUINTILES = [1, 2, 3, 4, 5] as const;
const HEIGHT_PX = {narrow: 190, wide: 240};
/** Half the width of a box, and how far points may stand from the middle of their fifth, as shares of its width. */
const [BOX_HALF, SWARM_HALF] = [0.34, 0.42] as const;
const DIAMETER_PX = 5;
const PEOPLE = {agent: "human", kind: "human"} as const;

/** Years of experience of people by the quintile of their score: figure 23 of the paper. Points, and their median and middle half. */
export function experience({rows, points}: ExperienceFigureData, context: FigureContext): TopLevelSpec {
  const sorted = [...rows].sort((a, b) => a.quintile - b.quintile);
  const y = valueAxis([0, ...points.map(({years}) => years), ...rows.map(({p75Years}) => p75Years)]);
  return panelFigure(
    {
      title: "Experience by score",
      description: describe(sorted),
      caption: captionOf(sorted),
      panels: [{title: null, layers: (plot) => layersOf(sorted, points, y, plot, context)}],
      columns: 1,
      plotHeightPx: isWide(context) ? HEIGHT_PX.wide : HEIGHT_PX.narrow,
      xTitle: "Quintile of the score within its environment",
      yTitle: "Years of experience",
      yLabels: y.labels,
    },
    context,
  );
}

function layersOf(
  rows: readonly ExperienceFigureRow[],
  points: readonly ExperienceFigurePoint[],
  y: Axis,
  plot: PlotSize,
  context: FigureContext,
): Layer[] {
  const {theme} = context;
  const {color} = context.styleOf(PEOPLE);
  const x = {
    type: "quantitative",
    scale: {domain: [0.5, QUINTILES.length + 0.5], nice: false, zero: false},
    axis: {
      values: [...QUINTILES],
      labelExpr: "datum.value === 1 ? '1 (lowest)' : datum.value === 5 ? '5 (highest)' : datum.value",
      grid: false,
      ticks: false,
    },
  };
  const years = {type: "quantitative", ...y.encoding};
  const description = {field: "text", type: "nominal"};
  const boxes = rows.map((row) => ({...row, from: row.quintile - BOX_HALF, to: row.quintile + BOX_HALF, text: said(boxText(row))}));
  const across = {x: {field: "from", ...x}, x2: {field: "to"}, description};
  return [
    {
      data: {values: boxes},
      mark: {type: "rect", color, opacity: theme.bandOpacity},
      encoding: {...across, y: {field: "p25Years", ...years}, y2: {field: "p75Years"}},
    },
    {
      data: {values: placed(points, y, plot)},
      mark: {type: "point", filled: true, size: theme.pointArea * 0.75, color, opacity: 0.6},
      encoding: {x: {field: "x", ...x}, y: {field: "years", ...years}, description},
    },
    {
      data: {values: boxes},
      mark: {type: "rule", color, strokeWidth: theme.lineWidth * 1.4},
      encoding: {...across, y: {field: "medianYears", ...years}},
    },
  ];
}

const said = (text: string) => `People${MARK_TEXT_SEPARATOR}${text}`;

/** Points beside each other where they would cover each other, in an order that is theirs. */
function placed(points: readonly ExperienceFigurePoint[], {domain: [low, high]}: Axis, {widthPx, heightPx}: PlotSize) {
  const fifthPx = widthPx / QUINTILES.length;
  return QUINTILES.flatMap((quintile) => {
    const own = points.filter((point) => point.quintile === quintile).sort((a, b) => (a.attemptId < b.attemptId ? -1 : 1));
    const heights = own.map(({years}) => ((years - low) / (high - low)) * heightPx);
    const offsets = swarm(heights, DIAMETER_PX, SWARM_HALF * fifthPx);
    return own.map(({attemptId, years, score}, i) => ({
      x: Number((quintile + offsets[i]! / fifthPx).toFixed(4)),
      years,
      text: said(`${printable(attemptId)}: ${yearsText(years)}, score ${scoreText(score)}`),
    }));
  });
}

const shortNumber = (value: number): string => String(Number(value.toFixed(1)));

const yearsText = (years: number): string => `${shortNumber(years)} ${years === 1 ? "year" : "years"}`;

const boxText = ({quintile, medianYears, p25Years, p75Years, lowScore, highScore, attempts}: ExperienceFigureRow): string =>
  `Quintile ${quintile}: median ${yearsText(medianYears)}, middle half ${shortNumber(p25Years)} to ${shortNumber(p75Years)}, scores ${scoreText(lowScore)} to ${scoreText(highScore)}, n = ${attempts}`;

const describe = (rows: readonly ExperienceFigureRow[]): string =>
  sentences(
    "Years of experience of people by the quintile of the attempt's score within its environment (1: lowest).",
    `Medians: ${rows.map(({quintile, medianYears, p25Years, p75Years}) => `${quintile}: ${yearsText(medianYears)} (${shortNumber(p25Years)} to ${shortNumber(p75Years)})`).join("; ")}.`,
  );

function captionOf(rows: readonly ExperienceFigureRow[]): string {
  const counts = rows.map(({attempts}) => attempts);
  return sentences(
    "Each point is an attempt by a person, in the quintile of its score among those of the same environment; sideways only so that all are seen. Lines: medians; boxes: the middle half.",
    `n = ${counts.reduce((sum, count) => sum + count, 0)} attempts (${rows.map(({quintile, attempts}) => `${attempts} in quintile ${quintile}`).join(", ")}).`,
  );
}

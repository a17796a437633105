import type {TopLevelSpec} from "vega-lite";
import {formatDuration} from "../duration.js";
import {printable} from "../errors.js";
import {sentences} from "./captionText.js";
import type {FigureContext} from "./figureContext.js";
import {valueAxis} from "./layout/axes.js";
import {isWide} from "./layout/isWide.js";
import {type Layer, type PlotSize, textLayer} from "./layout/layer.js";
import {overhang} from "./layout/overhang.js";
import {panelFigure} from "./layout/panelFigure.js";
import {type LabelWish, placeLabels} from "./layout/placeLabels.js";
import {wrapText} from "./layout/wrapText.js";
import {MARK_TEXT_SEPARATOR, nameOf} from "./marks/markText.js";
import {participantScales, participantsOf} from "./marks/participantScales.js";
import {scoreText, twoDigits} from "./text.js";

/** How far people are ahead of the best agent in an environment; null where that is not known. */
export type CodeSizeFigureRow = {
  environment: string;
  title: string;
  /** Of the reference solution. */
  linesOfCode: number | null;
  /** humanScore − agentScore, normalized. */
  gap: number | null;
  agentName: string | null;
  humanScore: number | null;
  agentScore: number | null;
};

export type CodeSizeFigureData = {
  rows: readonly CodeSizeFigureRow[];
  /** gap = intercept + slopePerLine · linesOfCode, by least squares. */
  fit: {slopePerLine: number; intercept: number; rSquared: number | null; points: number} | null;
  /** That the scores are of. */
  budgetSeconds: number;
};

type Row = {[K in keyof CodeSizeFigureRow]: NonNullable<CodeSizeFigureRow[K]>};
type Axes = {x: ReturnType<typeof valueAxis>; y: ReturnType<typeof valueAxis>};
type Point = {xPx: number; yPx: number};

const HEIGHT_PX = {narrow: 215, wide: 290};
const [LINE_PX, POINT_RADIUS_PX] = [11.5, 3.5] as const;
/** The share of the plot's width that a label may take before it goes over several lines. */
const LABEL_SHARE = 0.56;

/** Lines of code of the reference solution against how far people are ahead of the best agent: figure 10 of the paper. */
export function codeSize({rows, fit, budgetSeconds}: CodeSizeFigureData, context: FigureContext): TopLevelSpec {
  const shown = rows
    .filter(isWhole)
    .map((row) => ({...row, title: printable(row.title)}))
    .sort((a, b) => a.linesOfCode - b.linesOfCode || (a.environment < b.environment ? -1 : 1));
  const line = lineOf(shown, fit);
  const x = valueAxis([0, ...shown.map(({linesOfCode}) => linesOfCode)], isWide(context) ? 8 : 5);
  const y = valueAxis([0, ...shown.map(({gap}) => gap), ...line.map(({gap}) => gap)]);
  const budget = formatDuration(budgetSeconds);
  return panelFigure(
    {
      title: "Lines of code and the gap between people and agents",
      description: describe(shown, fit, budget),
      caption: captionOf(rows.length, shown.length, fit, budget),
      panels: [{title: null, layers: (plot) => layersOf(shown, {line, rSquared: fit?.rSquared ?? null}, {x, y}, plot, context)}],
      columns: 1,
      plotHeightPx: isWide(context) ? HEIGHT_PX.wide : HEIGHT_PX.narrow,
      xTitle: "Lines of code in files that the reference solution touches",
      yTitle: `Score of people − score of the best agent, ${budget}`,
      yLabels: y.labels,
      rightPx: overhang(x.labels, context),
      key: participantsOf(shown.map(bestAgent)).map((each) => ({...each, label: nameOf(each)})),
    },
    context,
  );
}

const isWhole = (row: CodeSizeFigureRow): row is Row =>
  row.linesOfCode !== null && row.gap !== null && row.agentName !== null && row.humanScore !== null && row.agentScore !== null;

const bestAgent = ({agentName}: Row) => ({agent: agentName, kind: "agent" as const});

/** The fitted line from the smallest to the largest reference. */
function lineOf(shown: readonly Row[], fit: CodeSizeFigureData["fit"]): {linesOfCode: number; gap: number}[] {
  if (fit === null || shown.length === 0) return [];
  const ends = [shown[0]!.linesOfCode, shown.at(-1)!.linesOfCode];
  return ends.map((linesOfCode) => ({linesOfCode, gap: fit.intercept + fit.slopePerLine * linesOfCode}));
}

type Fitted = {line: ReturnType<typeof lineOf>; rSquared: number | null};

function layersOf(shown: readonly Row[], {line, rSquared}: Fitted, axes: Axes, plot: PlotSize, context: FigureContext): Layer[] {
  const {theme} = context;
  const place = {
    x: {field: "linesOfCode", type: "quantitative", ...axes.x.encoding},
    y: {field: "gap", type: "quantitative", ...axes.y.encoding},
  };
  const {color, shape} = participantScales(participantsOf(shown.map(bestAgent)), context);
  const fitText = rSquared === null ? "Fit" : `Fit${MARK_TEXT_SEPARATOR}R² = ${twoDigits(rSquared)}`;
  const zero = {
    data: {values: [{gap: 0}]},
    mark: {type: "rule", color: theme.axis, strokeWidth: 0.75, aria: false},
    encoding: {y: place.y},
  };
  const fitted = {
    data: {values: line},
    mark: {type: "line", color: theme.mutedText, strokeWidth: theme.lineWidth * 0.8, strokeDash: [5, 3]},
    encoding: {...place, description: {value: fitText}},
  };
  const points = {
    data: {values: shown.map((row) => ({...row, agent: row.agentName, text: textOf(row)}))},
    mark: {type: "point", filled: true, size: theme.pointArea * 1.4, opacity: 1},
    encoding: {...place, color, shape, description: {field: "text", type: "nominal"}},
  };
  return [zero, ...(line.length === 0 ? [] : [fitted]), ...labelLayers(shown, {line, rSquared}, axes, plot, context), points];
}

const textOf = (row: Row) =>
  `${nameOf(bestAgent(row))}${MARK_TEXT_SEPARATOR}${row.title}: ${row.linesOfCode} lines, people ${scoreText(row.humanScore)}, agent ${scoreText(row.agentScore)}, gap ${scoreText(row.gap)}`;

/** Titles at points and R² at the end of the fitted line, with thin lines from points to titles that stand apart. */
function labelLayers(
  shown: readonly Row[],
  {line, rSquared}: Fitted,
  axes: Axes,
  plot: PlotSize,
  {theme, measure}: FigureContext,
): Layer[] {
  const look = {size: theme.labelSize, weight: 400} as const;
  const width = (text: string) => measure(text, look);
  const at = ({linesOfCode, gap}: {linesOfCode: number; gap: number}): Point => ({
    xPx: shareOf(linesOfCode, axes.x.domain) * plot.widthPx,
    yPx: (1 - shareOf(gap, axes.y.domain)) * plot.heightPx,
  });
  const ends = line.map(at);
  const labelled = [
    ...(ends.length === 0 || rSquared === null ? [] : [{point: ends[1]!, lines: [`R² = ${twoDigits(rSquared)}`], color: theme.mutedText}]),
    ...shown.map((row) => ({point: at(row), lines: wrapText(row.title, LABEL_SHARE * plot.widthPx, width), color: theme.text})),
  ];
  const wishes = labelled.map(
    ({point, lines}): LabelWish => ({...point, widthPx: Math.max(...lines.map(width)), heightPx: lines.length * LINE_PX}),
  );
  const places = placeLabels(wishes, {...plot, pointRadiusPx: POINT_RADIUS_PX, lines: [...along(ends), ...along(zeroLine(axes, plot))]});
  const texts = labelled.flatMap(({lines, color}, i) =>
    lines.map((text, j) => ({text, color, x: places[i]?.left ?? Number.NaN, y: (places[i]?.top ?? 0) + (j + 0.5) * LINE_PX})),
  );
  const placed = texts.filter(({x}) => !Number.isNaN(x));
  const joins = wishes.flatMap((wish, i) => (places[i]?.far ? [joinOf(wish, places[i]!)] : []));
  const boxes = wishes.flatMap(({widthPx, heightPx}, i) => {
    const place = places[i];
    return place ? [{x: place.left - 1, x2: place.left + widthPx + 1, y: place.top, y2: place.top + heightPx}] : [];
  });
  return [
    veilLayer(boxes, theme.background),
    joinLayer(joins, theme.axis),
    ...[theme.mutedText, theme.text].map((color) =>
      textLayer(
        placed.filter((each) => each.color === color).map(({text, x, y}) => ({text, x, y})),
        {...look, color},
      ),
    ),
  ];
}

const shareOf = (value: number, [low, high]: readonly [number, number]) => (value - low) / (high - low);

const STEPS = 60;

const zeroLine = ({y}: Axes, {widthPx, heightPx}: PlotSize): Point[] => {
  const yPx = (1 - shareOf(0, y.domain)) * heightPx;
  return [
    {xPx: 0, yPx},
    {xPx: widthPx, yPx},
  ];
};

/** Points along a line, close enough to keep labels off it. */
const along = ([from, to]: readonly Point[]): Point[] =>
  from === undefined || to === undefined
    ? []
    : Array.from({length: STEPS + 1}, (_, i) => ({
        xPx: from.xPx + ((to.xPx - from.xPx) * i) / STEPS,
        yPx: from.yPx + ((to.yPx - from.yPx) * i) / STEPS,
      }));

/** From a point to the nearest place on the edge of its label. */
const joinOf = ({xPx, yPx, widthPx, heightPx}: LabelWish, {left, top}: {left: number; top: number}) => ({
  x: xPx,
  y: yPx,
  x2: Math.max(left, Math.min(xPx, left + widthPx)),
  y2: Math.max(top, Math.min(yPx, top + heightPx)),
});

const joinLayer = (values: readonly object[], color: string): Layer => ({
  data: {values},
  mark: {type: "rule", color, strokeWidth: 0.5, aria: false},
  encoding: CORNERS,
});

/** Behind labels, so that they can be read where they cross a line. */
const veilLayer = (values: readonly object[], color: string): Layer => ({
  data: {values},
  mark: {type: "rect", color, opacity: 0.8, aria: false},
  encoding: CORNERS,
});

const CORNERS = Object.fromEntries(["x", "y", "x2", "y2"].map((name) => [name, {value: {expr: `datum.${name}`}}]));

function describe(shown: readonly Row[], fit: CodeSizeFigureData["fit"], budget: string): string {
  const told = shown.map((row) => `${row.title} ${row.linesOfCode} lines, ${scoreText(row.gap)}`).join("; ");
  return sentences(
    `Lines of code of the reference solution against people's normalized score minus the best agent's, both at their best for ${budget}.`,
    fit === null
      ? ""
      : `A line fitted to ${fit.points} environments rises by ${scoreText(fit.slopePerLine * 1000)} per 1,000 lines${fit.rSquared === null ? "" : `, R² = ${twoDigits(fit.rSquared)}`}.`,
    `${told}.`,
  );
}

const captionOf = (all: number, shown: number, fit: CodeSizeFigureData["fit"], budget: string): string =>
  sentences(
    `Each point is an environment: people's normalized score minus that of the agent with the highest one (by colour), each with the allocation that suits ${budget} best there. Above 0 people are ahead.`,
    fit === null ? "" : `Dashed: least squares through ${fit.points} environments.`,
    shown < all ? `${all - shown} of ${all} environments lack a score or the lines of code and are left out.` : "",
  );

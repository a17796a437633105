import type {TopLevelSpec} from "vega-lite";
import {formatDuration} from "../duration.js";
import {attemptsSentence, calibrationSentence, coverageSentence, SCORE_SCALE, sentences} from "./captionText.js";
import type {FigureContext, Participant} from "./figureContext.js";
import {valueAxis} from "./layout/axes.js";
import {type Band, bandLabels, bands} from "./layout/bands.js";
import {type Layer, type PlotSize, textLayer} from "./layout/layer.js";
import {overhang} from "./layout/overhang.js";
import {panelFigure} from "./layout/panelFigure.js";
import {type DotRow, dotWithInterval} from "./marks/dotWithInterval.js";
import {nameOf} from "./marks/markText.js";
import {participantsOf} from "./marks/participantScales.js";
import {REFERENCE_HEADER_PX, referenceLine} from "./marks/referenceLine.js";
import {coverageText, intervalText, rangeText, scoreText, twoDigits} from "./text.js";

/** The score of one way to spend a budget; null where there is none. */
export type AllocationFigureRow = Participant & {
  /** The same in all rows. */
  timeBudgetSeconds: number;
  timeLimitSeconds: number;
  k: number;
  /** Such as `30m@16`. */
  allocation: string;
  score: number | null;
  low: number | null;
  high: number | null;
  attempts: number;
  environmentCount: number;
  environmentTotal: number;
  calibrated: boolean | null;
  /** Whether longer attempts were looked at after `timeLimitSeconds`. */
  sliced: boolean;
};

type Scored = AllocationFigureRow & {score: number};
type Group = Participant & {label: string; rows: Scored[]};

const [ROW_PX, LINE_PX, GAP_PX] = [13, 12, 8] as const;
/** The share of the width that names may take at the left; where they need more they stand above their dots. */
const MOST_SHARE = 0.3;

/**
 * Scores of all ways to spend one budget, by agent, with people's score as a line: figure 6 of the paper, lying on its side, so
 * that names of any length can be read.
 */
export function allocation(rows: readonly AllocationFigureRow[], context: FigureContext): TopLevelSpec {
  const scored = rows.filter((row): row is Scored => row.score !== null);
  const people = best(scored.filter(({kind}) => kind === "human"));
  const groups = groupsOf(scored);
  const shown = groups.flatMap((group) => group.rows);
  const drawn = people === undefined ? shown : [...shown, people];
  const labels = labelsOf(groups, context);
  const x = valueAxis([0, ...drawn.flatMap(({score, low, high}) => [score, low ?? score, high ?? score])]);
  const layers = (plot: PlotSize): Layer[] => [
    ...(people === undefined ? [] : peopleLine(people, {x, plot, leftPx: labels.leftPx, spansPx: spansOf(labels, plot)}, context)),
    ...labels.layers,
    ...dotWithInterval(dotRows(groups, labels.bands), {x: x.encoding, heightPx: plot.heightPx}, context),
  ];
  const budget = formatDuration(shown[0]!.timeBudgetSeconds);
  return panelFigure(
    {
      title: `Ways to spend ${budget}`,
      description: describe(groups, people, budget, context),
      caption: captionOf(rows, shown, people, context),
      panels: [{title: null, layers}],
      columns: 1,
      plotHeightPx: labels.heightPx,
      xTitle: `Expected best normalized score of ${budget} in all`,
      yTitle: null,
      yLabels: [],
      leftPx: labels.leftPx,
      rightPx: overhang(x.labels, context),
    },
    context,
  );
}

const best = (rows: readonly Scored[]): Scored | undefined =>
  [...rows].sort((a, b) => b.score - a.score || a.timeLimitSeconds - b.timeLimitSeconds)[0];

/** Agents, the best first, each with its allocations from short to long attempts; people only where there is no agent. */
function groupsOf(scored: readonly Scored[]): Group[] {
  const agents = participantsOf(scored).filter(({kind}) => kind === "agent");
  return (agents.length > 0 ? agents : participantsOf(scored))
    .map((participant) => {
      const own = scored.filter(({agent, kind}) => agent === participant.agent && kind === participant.kind);
      return {...participant, label: nameOf(participant), rows: own.sort((a, b) => a.timeLimitSeconds - b.timeLimitSeconds)};
    })
    .sort((a, b) => best(b.rows)!.score - best(a.rows)!.score || (a.label < b.label ? -1 : 1));
}

/** Names and allocations left of the plot, or names above their allocations where they are long; and where rows go. */
function labelsOf(groups: readonly Group[], {theme, measure, widthPx}: FigureContext) {
  const name = {size: theme.labelSize, weight: 600} as const;
  const small = {size: theme.labelSize, weight: 400} as const;
  const names = Math.max(...groups.map(({label}) => measure(label, name)));
  const allocations = Math.max(...groups.flatMap((group) => group.rows.map((row) => measure(row.allocation, small))));
  const above = names > MOST_SHARE * widthPx;
  const leftPx = above ? allocations + 6 : names + 12 + allocations;
  const {bands: placed, heightPx} = bands(
    groups.map(({label, rows}) => ({label, rowCount: rows.length})),
    {
      labelWidthPx: above ? widthPx - 20 : names,
      above,
      rowPx: ROW_PX,
      linePx: LINE_PX,
      gapPx: GAP_PX,
      fromPx: REFERENCE_HEADER_PX,
      measure: (text) => measure(text, name),
    },
  );
  const texts = groups.flatMap(({rows}, i) => rows.map((row, j) => ({text: row.allocation, x: -6, y: placed[i]!.rowsPx[j]!})));
  return {
    above,
    leftPx,
    heightPx: Math.ceil(heightPx),
    bands: placed,
    layers: [
      bandLabels(placed, -(leftPx + 6), {...name, color: theme.text}),
      textLayer(texts, {...small, color: theme.mutedText, align: "right"}),
    ],
  };
}

type Labels = ReturnType<typeof labelsOf>;

const dotRows = (groups: readonly Group[], placed: readonly Band[]): DotRow[] =>
  groups.flatMap(({agent, kind, rows}, i) =>
    rows.map((row, j) => ({
      agent,
      kind,
      x: row.score,
      yPx: placed[i]!.rowsPx[j]!,
      low: row.low,
      high: row.high,
      hollow: row.environmentCount < row.environmentTotal,
      text: `${row.allocation}: ${scoreText(row.score)}${rangeText(row.low, row.high)}, n = ${row.attempts}, ${coverageText(row)}${row.sliced ? ", seen in longer attempts" : ""}`,
    })),
  );

const peopleLine = (people: Scored, place: Parameters<typeof referenceLine>[1], context: FigureContext) =>
  referenceLine({...people, x: people.score, label: `People, ${people.allocation}: ${twoDigits(people.score)}`}, place, context);

/** All the way down where names stand left of the plot, else beside the rows only. */
const spansOf = ({above, bands: placed}: Labels, {heightPx}: PlotSize): [number, number][] =>
  above ? placed.map(({rowsPx}) => [rowsPx[0]! - ROW_PX / 2, rowsPx.at(-1)! + ROW_PX / 2]) : [[REFERENCE_HEADER_PX, heightPx]];

function describe(groups: readonly Group[], people: Scored | undefined, budget: string, context: FigureContext): string {
  const about = (row: Scored) => `${row.allocation} ${scoreText(row.score)}${rangeText(row.low, row.high)}`;
  const wins = groups.filter(({rows}) => people !== undefined && best(rows)!.score > people.score).length;
  return sentences(
    `Expected best normalized score of ${budget} in all (0 = starting solution, 1 = reference) by how it is split into attempts, ${intervalText(context)} in brackets.`,
    ...(people === undefined ? [] : [`People ${about(people)}; ${wins} of ${groups.length} agents have a way above that.`]),
    `Best ways: ${groups
      .slice(0, 6)
      .map(({label, rows}) => `${label} ${about(best(rows)!)}`)
      .join("; ")}.`,
  );
}

const meaningOf = ({k, timeLimitSeconds}: Scored) =>
  k === 1
    ? `one attempt of ${formatDuration(timeLimitSeconds)}`
    : `the expected best of ${k} attempts of ${formatDuration(timeLimitSeconds)}`;

function captionOf(
  all: readonly AllocationFigureRow[],
  shown: readonly Scored[],
  people: Scored | undefined,
  context: FigureContext,
): string {
  const unscored = all.filter(({score}) => score === null).length;
  const example = shown[0]!;
  return sentences(
    SCORE_SCALE,
    `Each point is one way to spend ${formatDuration(example.timeBudgetSeconds)}: ${example.allocation} is ${meaningOf(example)}. Mean over environments; lines are ${intervalText(context)}.`,
    people === undefined ? "" : "Dashed: people, with their interval as a band.",
    attemptsSentence(shown.map(({attempts}) => attempts)),
    coverageSentence(shown),
    shown.some(({sliced}) => sliced) ? "Some are seen in longer attempts, at that time." : "",
    unscored > 0 ? `${unscored} ${unscored === 1 ? "way has" : "ways have"} no score and ${unscored === 1 ? "is" : "are"} left out.` : "",
    calibrationSentence(shown),
  );
}

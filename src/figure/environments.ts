import type {TopLevelSpec} from "vega-lite";
import {formatDuration} from "../duration.js";
import {printable} from "../errors.js";
import {attemptsSentence, SCORE_SCALE, sentences} from "./captionText.js";
import type {FigureContext, Participant} from "./figureContext.js";
import {valueAxis} from "./layout/axes.js";
import {type Band, bandLabels, bandRules, bands} from "./layout/bands.js";
import type {Layer, PlotSize} from "./layout/layer.js";
import {overhang} from "./layout/overhang.js";
import {panelFigure} from "./layout/panelFigure.js";
import {type DotRow, dotWithInterval} from "./marks/dotWithInterval.js";
import {nameOf} from "./marks/markText.js";
import {participantsOf} from "./marks/participantScales.js";
import {type StarRow, stars} from "./marks/stars.js";
import {coverageText, intervalText, rangeText, scoreText} from "./text.js";

/** What the best allocation of a budget gives a participant in an environment, and the best that it achieved there. */
export type EnvironmentsFigureRow = Participant & {
  /** Null: the mean over environments. */
  environment: string | null;
  /** Of the environment. */
  title: string;
  timeBudgetSeconds: number;
  /** Whether the budget is the one asked for; else a smaller one, because that has no allocation. */
  fullBudget: boolean;
  timeLimitSeconds: number | null;
  k: number | null;
  sliced: boolean;
  score: number | null;
  low: number | null;
  high: number | null;
  attempts: number;
  environmentCount: number;
  environmentTotal: number;
  /** Of a single attempt; for the mean, over the environments in which scores are not hidden. */
  best: number | null;
  bestAttemptId: string | null;
};

type Row = EnvironmentsFigureRow;
type Scored = Row & {score: number};
type Group = {environment: string | null; title: string; rows: Row[]};
type Place = {placed: readonly Band[]; participants: readonly Participant[]};

/** Height of a participant's place in an environment, for few and for many. */
const ROW_PX = {few: 11, many: 8};
const [LINE_PX, GAP_PX] = [12, 9] as const;
const TITLE_SHARE = 0.27;

/**
 * By environment, what the best allocation of a budget gives agents and people: figure 9 of the paper. A dot with its interval for each,
 * below each other in the same order everywhere, and stars for the best attempts of agents and of people.
 */
export function environments(rows: readonly Row[], context: FigureContext): TopLevelSpec {
  const shown = rows.filter(({score, best}) => score !== null || best !== null);
  const participants = participantsOf(shown);
  const groups = groupsOf(shown);
  const labels = labelsOf(groups, participants.length, context);
  const place = {placed: labels.placed, participants};
  const dots = dotRows(groups, place);
  const starred = starRows(groups, place);
  const x = valueAxis([
    0,
    ...dots.flatMap(({x: score, low, high}) => [score, low ?? score, high ?? score]),
    ...starred.map((row) => row.x),
  ]);
  const layers = (plot: PlotSize): Layer[] => {
    const at = {x: x.encoding, heightPx: plot.heightPx};
    return [...labels.layers(plot), ...dotWithInterval(dots, at, context), ...stars(starred, at, context)];
  };
  const budget = formatDuration(Math.max(...shown.map(({timeBudgetSeconds}) => timeBudgetSeconds)));
  return panelFigure(
    {
      title: `Scores by environment, ${budget}`,
      description: describe(groups, budget, context),
      caption: captionOf(groups, budget, context),
      panels: [{title: null, layers}],
      columns: 1,
      plotHeightPx: labels.heightPx,
      xTitle: `Expected best normalized score of ${budget} in all`,
      yTitle: null,
      yLabels: [],
      leftPx: labels.leftPx,
      rightPx: overhang(x.labels, context),
      key: participants.map((each) => ({...each, label: nameOf(each)})),
    },
    context,
  );
}

/** Environments by title, the mean last. */
function groupsOf(rows: readonly Row[]): Group[] {
  const found = new Map(rows.map(({environment, title}) => [environment, title]));
  const order = ([environment, title]: readonly [string | null, string]) => (environment === null ? "1" : "0") + title + environment;
  return [...found]
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .map(([environment, title]) => ({environment, title: printable(title), rows: rows.filter((row) => row.environment === environment)}));
}

function labelsOf(groups: readonly Group[], rowCount: number, {theme, measure, widthPx}: FigureContext) {
  const look = (weight: 400 | 600) => ({size: theme.labelSize, weight, color: theme.text});
  const width = (text: string) => measure(text, look(600));
  const {bands: placed, heightPx} = bands(
    groups.map(({title}) => ({label: title, rowCount})),
    {
      labelWidthPx: TITLE_SHARE * widthPx,
      rowPx: rowCount > 4 ? ROW_PX.many : ROW_PX.few,
      linePx: LINE_PX,
      gapPx: GAP_PX,
      measure: width,
    },
  );
  const leftPx = Math.max(...placed.flatMap(({lines}) => lines.map(width)));
  const [means, single] = [true, false].map((isMean) => placed.filter((_, i) => (groups[i]!.environment === null) === isMean));
  const layers = (plot: PlotSize): Layer[] => [
    bandRules(placed, {fromPx: -(leftPx + 6), toPx: plot.widthPx, gapPx: GAP_PX, color: theme.axis}),
    bandLabels(single!, -(leftPx + 6), look(400)),
    bandLabels(means!, -(leftPx + 6), look(600)),
  ];
  return {placed, leftPx, heightPx: Math.ceil(heightPx), layers};
}

/** Heights of the participants' places in each group, in the same order as in the key. */
const heightOf = ({agent, kind}: Participant, group: number, {placed, participants}: Place): number =>
  placed[group]!.rowsPx[participants.findIndex((each) => each.agent === agent && each.kind === kind)]!;

const dotRows = (groups: readonly Group[], place: Place): DotRow[] =>
  groups.flatMap(({rows}, i) =>
    sorted(rows)
      .filter((row): row is Scored => row.score !== null)
      .map((row) => ({
        agent: row.agent,
        kind: row.kind,
        x: row.score,
        yPx: heightOf(row, i, place),
        low: row.low,
        high: row.high,
        hollow: isPartial(row),
        text: textOf(row),
      })),
  );

const sorted = (rows: readonly Row[]): Row[] => [...rows].sort((a, b) => (a.kind + a.agent < b.kind + b.agent ? -1 : 1));

const isPartial = ({fullBudget, environment, environmentCount, environmentTotal}: Row) =>
  !fullBudget || (environment === null && environmentCount < environmentTotal);

const allocationText = ({timeLimitSeconds, k}: Row) =>
  timeLimitSeconds === null || k === null ? "no allocation" : `${formatDuration(timeLimitSeconds)}@${k}`;

function textOf(row: Scored): string {
  const best = row.best === null ? "" : `, best ${scoreText(row.best)}`;
  const coverage = row.environment === null ? `, ${coverageText(row)}` : "";
  return `${printable(row.title)}, ${allocationText(row)}: ${scoreText(row.score)}${rangeText(row.low, row.high)}${best}, n = ${row.attempts}${coverage}`;
}

/** The best of all agents and the best of people, in each group. */
const starRows = (groups: readonly Group[], place: Place): StarRow[] =>
  groups.flatMap(({title, rows}, i) =>
    (["agent", "human"] as const)
      .flatMap((kind) => bestOf(rows.filter((row) => row.kind === kind)) ?? [])
      .map((row) => ({
        agent: row.agent,
        kind: row.kind,
        x: row.best,
        yPx: heightOf(row, i, place),
        text: `${title}: best ${scoreText(row.best)}${row.bestAttemptId === null ? "" : `, attempt ${printable(row.bestAttemptId)}`}`,
      })),
  );

const bestOf = (rows: readonly Row[]): (Row & {best: number}) | undefined =>
  sorted(rows)
    .filter((row): row is Row & {best: number} => row.best !== null)
    .sort((a, b) => b.best - a.best)[0];

function describe(groups: readonly Group[], budget: string, context: FigureContext): string {
  const told = groups.map(({title, rows}) => {
    const lead = (kind: string) =>
      rows
        .filter((row): row is Scored => row.kind === kind && row.score !== null)
        .sort((a, b) => b.score - a.score || (a.agent < b.agent ? -1 : 1))[0];
    const [agent, people] = [lead("agent"), lead("human")];
    const parts = [agent, people].flatMap((row) => (row === undefined ? [] : [`${nameOf(row)} ${scoreText(row.score)}`]));
    return parts.length === 0 ? "" : `${title}: ${parts.join(", ")}.`;
  });
  const what = `Expected best normalized score of ${budget} in all (0 = starting solution, 1 = reference) by environment, drawn with ${intervalText(context)}. The best agent and people:`;
  return sentences(what, ...told);
}

function captionOf(groups: readonly Group[], budget: string, context: FigureContext): string {
  const scored = groups.flatMap(({rows}) => rows.filter(({score}) => score !== null));
  const total = Math.max(...scored.map(({environmentTotal}) => environmentTotal));
  const means = scored.filter(({environment}) => environment === null);
  const hollow = [
    scored.some(({fullBudget}) => !fullBudget) ? `rest on a smaller budget, because ${budget} has no allocation` : "",
    means.some(({environmentCount, environmentTotal}) => environmentCount < environmentTotal)
      ? `cover fewer than ${total} environments`
      : "",
  ].filter((text) => text !== "");
  return sentences(
    SCORE_SCALE,
    `Each point is the expected best score of the allocation (k attempts of one length) that suits ${budget} best there; lines are ${intervalText(context)}.`,
    `Stars: the best single attempt of agents, and of people${means.length > 0 ? "; in the mean, over environments whose scores are not hidden" : ""}.`,
    scored.length === 0 ? "" : attemptsSentence(scored.map(({attempts}) => attempts)),
    hollow.length > 0 ? `Hollow points ${hollow.join(", or ")}.` : "",
  );
}

import type {TopLevelSpec} from "vega-lite";
import {formatDuration} from "../duration.js";
import {attemptsSentence, calibrationSentence, coverageSentence, SCORE_SCALE, sentences} from "./captionText.js";
import type {FigureContext, Participant} from "./figureContext.js";
import {valueAxis} from "./layout/axes.js";
import {dollarAxis} from "./layout/dollarAxis.js";
import {isWide} from "./layout/isWide.js";
import {type LineEnd, lineEnds} from "./layout/lineEnds.js";
import {panelFigure} from "./layout/panelFigure.js";
import {type LineRow, lineWithBand} from "./marks/lineWithBand.js";
import {nameOf} from "./marks/markText.js";
import {participantsOf} from "./marks/participantScales.js";
import {coverageText, intervalText, rangeText, scoreText} from "./text.js";

/** The best score of a time budget, and what it costs; null where that is not known. */
export type CostFigureRow = Participant & {
  timeBudgetSeconds: number;
  /** Such as `30m@4`. */
  allocation: string | null;
  costUsd: number | null;
  score: number | null;
  low: number | null;
  high: number | null;
  attempts: number;
  environmentCount: number;
  environmentTotal: number;
  /** Whether intervals of this kind hold the truth about as often as they say; null without an interval. */
  calibrated: boolean | null;
  /** What the cost is made of: `recorded`, `priced`, `wage`, `assumed`, `with GPUs`, or several with ` + ` between them. */
  costBasis: string | null;
};

type Row = CostFigureRow & {score: number; costUsd: number};

const HEIGHT_PX = {narrow: 190, wide: 270};

/** Best normalized score against its cost: figure 11 of the paper. A line and interval band for each participant. */
export function cost(rows: readonly CostFigureRow[], context: FigureContext): TopLevelSpec {
  const scored = rows.filter(({score}) => score !== null);
  const shown = scored.filter(isDrawable);
  const participants = participantsOf(shown);
  const y = valueAxis([0, ...shown.flatMap(({score, low, high}) => [score, low ?? score, high ?? score])]);
  const plotHeightPx = isWide(context) ? HEIGHT_PX.wide : HEIGHT_PX.narrow;
  const names = lineEnds(endsOf(participants, shown, y.domain), plotHeightPx, context);
  const costs = shown.map(({costUsd}) => costUsd);
  const layers = (plot: {widthPx: number; heightPx: number}) => [
    ...lineWithBand(shown.map(lineRow), {x: dollarAxis(costs, plot.widthPx, context), y: y.encoding}, context),
    ...(names?.layers(plot) ?? []),
  ];
  return panelFigure(
    {
      title: "Best score by cost",
      description: describe(participants, shown, context),
      caption: captionOf(scored, shown, context),
      panels: [{title: null, layers}],
      columns: 1,
      plotHeightPx,
      xTitle: "Cost over all attempts, US dollars",
      yTitle: "Best expected normalized score",
      yLabels: y.labels,
      rightPx: names?.rightPx,
      key: names === null ? participants.map((each) => ({...each, label: nameOf(each)})) : [],
    },
    context,
  );
}

/** A logarithmic axis has no place for what costs nothing. */
const isDrawable = (row: CostFigureRow): row is Row => row.score !== null && row.costUsd !== null && row.costUsd > 0;

const lineRow = (row: Row): LineRow => {
  const {agent, kind, costUsd, score, low, high, environmentCount, environmentTotal} = row;
  const what = `${formatDuration(row.timeBudgetSeconds)}, ${row.allocation}`;
  const text = `${usdText(costUsd)} (${what}): ${scoreText(score)}${rangeText(low, high)}, n = ${row.attempts}, ${coverageText(row)}`;
  return {agent, kind, x: costUsd, y: score, low, high, partial: environmentCount < environmentTotal, text};
};

/** Whole dollars with commas, cents below ten dollars. */
const usdText = (usd: number): string => `$${usd < 10 ? usd.toFixed(2) : String(Math.round(usd)).replace(/\B(?=(\d{3})+$)/g, ",")}`;

function endsOf(participants: readonly Participant[], rows: readonly Row[], [low, high]: readonly [number, number]): LineEnd[] {
  return participants.map(({agent, kind}) => {
    const last = ownOf(rows, {agent, kind}).at(-1)!;
    return {agent, kind, x: 1, y: (high - last.score) / (high - low)};
  });
}

/** From cheap to dear. */
const ownOf = (rows: readonly Row[], {agent, kind}: Participant): Row[] =>
  rows
    .filter((row) => row.agent === agent && row.kind === kind)
    .sort((a, b) => a.costUsd - b.costUsd || a.timeBudgetSeconds - b.timeBudgetSeconds);

/** Where each line begins and ends, the highest end first. */
function describe(participants: readonly Participant[], rows: readonly Row[], context: FigureContext): string {
  const lines = participants.map((each) => ({name: nameOf(each), own: ownOf(rows, each)}));
  const told = lines
    .sort((a, b) => b.own.at(-1)!.score - a.own.at(-1)!.score || (a.name < b.name ? -1 : 1))
    .slice(0, 6)
    .map(({name, own}) => {
      const [first, last] = [own[0]!, own.at(-1)!];
      const start = own.length > 1 ? `${scoreText(first.score)} for ${usdText(first.costUsd)} to ` : "";
      return `${name} ${start}${scoreText(last.score)} for ${usdText(last.costUsd)}`;
    });
  const what = `Best expected normalized score (0 = starting solution, 1 = reference) by cost in US dollars, ${participants.length} participants, with ${intervalText(context)}.`;
  return sentences(what, `${told.join("; ")}.`);
}

const BASIS: Record<string, string> = {
  recorded: "as recorded",
  priced: "tokens at list prices",
  wage: "people's pay",
  assumed: "an assumed hourly rate",
  "with GPUs": "tokens or pay with GPUs",
};

function captionOf(scored: readonly CostFigureRow[], shown: readonly Row[], context: FigureContext): string {
  const bases = [...new Set(shown.flatMap(({costBasis}) => costBasis?.split(" + ") ?? []))].sort();
  const free = scored.filter(({costUsd}) => costUsd === 0).length;
  const unknown = scored.length - shown.length - free;
  return sentences(
    SCORE_SCALE,
    `Each point is the best score of a time budget at the expected cost of its attempts; bands are ${intervalText(context)} of the score.`,
    bases.length === 0 ? "" : `Costs: ${bases.map((basis) => BASIS[basis] ?? basis).join(", ")}.`,
    attemptsSentence(shown.map(({attempts}) => attempts)),
    coverageSentence(shown),
    leftOut(unknown, "no known cost"),
    leftOut(free, "no cost"),
    calibrationSentence(shown),
  );
}

const leftOut = (count: number, what: string) =>
  count === 0 ? "" : `${count} ${count === 1 ? "score has" : "scores have"} ${what} and ${count === 1 ? "is" : "are"} left out.`;

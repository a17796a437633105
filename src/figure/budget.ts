import type {TopLevelSpec} from "vega-lite";
import {formatDuration} from "../duration.js";
import {attemptsSentence, calibrationSentence, coverageSentence, SCORE_SCALE, sentences} from "./captionText.js";
import type {FigureContext, Participant} from "./figureContext.js";
import {logTimeAxis, valueAxis} from "./layout/axes.js";
import {isWide} from "./layout/isWide.js";
import {type LineEnd, lineEnds} from "./layout/lineEnds.js";
import {panelFigure} from "./layout/panelFigure.js";
import {type LineRow, lineWithBand} from "./marks/lineWithBand.js";
import {nameOf} from "./marks/markText.js";
import {participantsOf} from "./marks/participantScales.js";
import {coverageText, intervalText, rangeText, scoreText} from "./text.js";

/** The best score of a participant at a time budget; null where there is none. */
export type BudgetFigureRow = Participant & {
  timeBudgetSeconds: number;
  score: number | null;
  low: number | null;
  high: number | null;
  /** Such as `30m@4`. */
  allocation: string | null;
  attempts: number;
  environmentCount: number;
  environmentTotal: number;
  /** Whether intervals of this kind hold the truth about as often as they say; null without an interval. */
  calibrated: boolean | null;
};

type Scored = BudgetFigureRow & {score: number};

const HEIGHT_PX = {narrow: 190, wide: 270};

/** Best normalized score against total time: figure 2 of the paper. A line and interval band for each participant. */
export function budget(rows: readonly BudgetFigureRow[], context: FigureContext): TopLevelSpec {
  const scored = rows.filter((row): row is Scored => row.score !== null);
  const participants = participantsOf(scored);
  const y = valueAxis([0, ...scored.flatMap(({score, low, high}) => [score, low ?? score, high ?? score])]);
  const plotHeightPx = isWide(context) ? HEIGHT_PX.wide : HEIGHT_PX.narrow;
  const names = lineEnds(endsOf(participants, scored, y.domain), plotHeightPx, context);
  const seconds = scored.map(({timeBudgetSeconds}) => timeBudgetSeconds);
  const layers = (plot: {widthPx: number; heightPx: number}) => [
    ...lineWithBand(scored.map(lineRow), {x: logTimeAxis(seconds, plot.widthPx, context), y: y.encoding}, context),
    ...(names?.layers(plot) ?? []),
  ];
  return panelFigure(
    {
      title: "Best score by time budget",
      description: describe(participants, scored, context),
      caption: captionOf(scored, context),
      panels: [{title: null, layers}],
      columns: 1,
      plotHeightPx,
      xTitle: "Time budget over all attempts",
      yTitle: "Best expected normalized score",
      yLabels: y.labels,
      rightPx: names?.rightPx,
      key: names === null ? participants.map((each) => ({...each, label: nameOf(each)})) : [],
    },
    context,
  );
}

const lineRow = (row: Scored): LineRow => {
  const {agent, kind, timeBudgetSeconds, score, low, high, allocation, attempts, environmentCount, environmentTotal} = row;
  const text = `${formatDuration(timeBudgetSeconds)}: ${scoreText(score)}${rangeText(low, high)}, ${allocation}, n = ${attempts}, ${coverageText(row)}`;
  return {agent, kind, x: timeBudgetSeconds, y: score, low, high, partial: environmentCount < environmentTotal, text};
};

function endsOf(participants: readonly Participant[], rows: readonly Scored[], [low, high]: readonly [number, number]): LineEnd[] {
  return participants.map(({agent, kind}) => {
    const last = rows
      .filter((row) => row.agent === agent && row.kind === kind)
      .reduce((a, b) => (b.timeBudgetSeconds > a.timeBudgetSeconds ? b : a));
    return {agent, kind, x: 1, y: (high - last.score) / (high - low)};
  });
}

const TOLD_SECONDS = [2, 8, 32].map((hours) => hours * 3600);

/** The scores at 2, 8 and 32 hours, best first; or at the largest budget there is. */
function describe(participants: readonly Participant[], rows: readonly Scored[], context: FigureContext): string {
  const budgets = [...new Set(rows.map(({timeBudgetSeconds}) => timeBudgetSeconds))].sort((a, b) => a - b);
  const told = budgets.filter((seconds) => TOLD_SECONDS.includes(seconds));
  const sentences = (told.length > 0 ? told : budgets.slice(-1)).map((seconds) => {
    const own = rows.filter((row) => row.timeBudgetSeconds === seconds).sort((a, b) => b.score - a.score || (a.agent < b.agent ? -1 : 1));
    return `At ${formatDuration(seconds)}: ${own.map((row) => `${nameOf(row)} ${scoreText(row.score)}${rangeText(row.low, row.high)}`).join("; ")}.`;
  });
  const what = `Best expected normalized score (0 = starting solution, 1 = reference) by total time, ${participants.length} participants, ${intervalText(context)} in brackets.`;
  return [what, ...sentences].join(" ");
}

function captionOf(rows: readonly Scored[], context: FigureContext): string {
  return sentences(
    SCORE_SCALE,
    `Each point is the expected best score of the allocation (k attempts of one length) that suits the budget best, mean over environments; bands are ${intervalText(context)}.`,
    attemptsSentence(rows.map(({attempts}) => attempts)),
    coverageSentence(rows),
    calibrationSentence(rows),
  );
}

import type {TopLevelSpec} from "vega-lite";
import {formatDuration} from "../duration.js";
import {attemptsSentence, calibrationSentence, coverageSentence, SCORE_SCALE, sentences} from "./captionText.js";
import type {FigureContext, Participant} from "./figureContext.js";
import {timeAxis, valueAxis} from "./layout/axes.js";
import {isWide} from "./layout/isWide.js";
import {lineEnds} from "./layout/lineEnds.js";
import {panelFigure} from "./layout/panelFigure.js";
import {inOrder} from "./marks/inOrder.js";
import {type LineRow, lineWithBand} from "./marks/lineWithBand.js";
import {nameOf} from "./marks/markText.js";
import {participantsOf} from "./marks/participantScales.js";
import {ranking} from "./ranking.js";
import {coverageText, intervalText, rangeText, rounded, scoreText} from "./text.js";

/** What a participant's 8-hour attempts had reached at a time. */
export type ProgressFigureRow = Participant & {
  scaffold: string | null;
  timeSeconds: number;
  score: number;
  low: number | null;
  high: number | null;
  environmentCount: number;
  environmentTotal: number;
  attempts: number;
  /** Whether intervals of this kind hold the truth about as often as they say; null without an interval. */
  calibrated: boolean | null;
};

const HEIGHT_PX = {narrow: 180, wide: 260};

/** Scores over time inside 8-hour attempts: figure 5 of the paper. A line and interval band for each participant. */
export function progress(rows: readonly ProgressFigureRow[], context: FigureContext): TopLevelSpec {
  const sorted = [...rows].sort((a, b) => inOrder(a, b) || a.timeSeconds - b.timeSeconds);
  const participants = participantsOf(sorted);
  const y = valueAxis([0, ...sorted.flatMap(({score, low, high}) => [score, low ?? score, high ?? score].map(rounded))]);
  const plotHeightPx = isWide(context) ? HEIGHT_PX.wide : HEIGHT_PX.narrow;
  const lasts = lastRows(participants, sorted);
  const shareOf = (score: number) => (y.domain[1] - score) / (y.domain[1] - y.domain[0]);
  const ends = lasts.map(({agent, kind, score}) => ({agent, kind, x: 1, y: shareOf(score)}));
  const names = lineEnds(ends, plotHeightPx, context);
  const lastSeconds = Math.max(...sorted.map(({timeSeconds}) => timeSeconds));
  return panelFigure(
    {
      title: "Score over time inside 8-hour attempts",
      description: describe(participants, sorted, context),
      caption: captionOf(sorted, lasts, context),
      panels: [
        {
          title: null,
          layers: (plot) => [
            ...lineWithBand(sorted.map(lineRow), {x: timeAxis(lastSeconds, plot.widthPx, context), y: y.encoding}, context, "last"),
            ...(names?.layers(plot) ?? []),
          ],
        },
      ],
      columns: 1,
      plotHeightPx,
      xTitle: "Time worked",
      yTitle: "Normalized score",
      yLabels: y.labels,
      rightPx: names?.rightPx,
      key: names === null ? participants.map((each) => ({...each, label: nameOf(each)})) : [],
    },
    context,
  );
}

const lineRow = (row: ProgressFigureRow): LineRow => {
  const {agent, kind, timeSeconds, score, low, high, attempts, environmentCount, environmentTotal} = row;
  const text = `${formatDuration(timeSeconds)}: ${scoreText(score)}${rangeText(low, high)}, n = ${attempts}, ${coverageText(row)}`;
  const interval = low === null || high === null ? {low: null, high: null} : {low: rounded(low), high: rounded(high)};
  return {agent, kind, x: timeSeconds, y: rounded(score), ...interval, partial: environmentCount < environmentTotal, text};
};

/** The last row of each participant; rows come by time. */
const lastRows = (participants: readonly Participant[], rows: readonly ProgressFigureRow[]): ProgressFigureRow[] =>
  participants.map(({agent, kind}) => rows.findLast((row) => row.agent === agent && row.kind === kind)!);

const TOLD_SECONDS = [2, 8].map((hours) => hours * 3600);

/** The scores after 2 and 8 hours, best first; or at the last time there is. */
function describe(participants: readonly Participant[], rows: readonly ProgressFigureRow[], context: FigureContext): string {
  const times = [...new Set(rows.map(({timeSeconds}) => timeSeconds))].sort((a, b) => a - b);
  const told = times.filter((seconds) => TOLD_SECONDS.includes(seconds));
  const texts = (told.length > 0 ? told : times.slice(-1)).map((seconds) => {
    return `After ${formatDuration(seconds)}: ${ranking(rows.filter(({timeSeconds}) => timeSeconds === seconds))}.`;
  });
  const what = `Normalized score (0 = starting solution, 1 = reference) over time inside 8-hour attempts, ${participants.length} participants, ${intervalText(context)} in brackets.`;
  return [what, ...texts].join(" ");
}

function captionOf(rows: readonly ProgressFigureRow[], lasts: readonly ProgressFigureRow[], context: FigureContext): string {
  return sentences(
    SCORE_SCALE,
    `Lines are the mean over environments of the mean score that 8-hour attempts had reached by a time; bands are ${intervalText(context)}.`,
    attemptsSentence(
      lasts.map(({attempts}) => attempts),
      "in each line",
    ),
    coverageSentence(lasts),
    calibrationSentence(rows),
  );
}

import type {TopLevelSpec} from "vega-lite";
import {attemptsSentence, coverageSentence, sentences} from "./captionText.js";
import type {FigureContext} from "./figureContext.js";
import {kAxis, valueAxis, withoutLabels} from "./layout/axes.js";
import {isWide} from "./layout/isWide.js";
import {type Panel, panelFigure} from "./layout/panelFigure.js";
import {lineWithBand} from "./marks/lineWithBand.js";
import {marginLabels} from "./marks/marginLabels.js";
import {nameOf} from "./marks/markText.js";
import {participantsOf} from "./marks/participantScales.js";
import {type PeopleFigureRow, percentileLabels, percentileLines} from "./marks/percentileLines.js";
import {limitsIn, type ScoreAtKFigureRow, scoreAtKCaption, scoreAtKLineRow, scoredAgents, scoresIn} from "./marks/scoreAtKLines.js";
import {ranking} from "./ranking.js";
import {attemptsText, intervalText, peopleText, scoreText} from "./text.js";

export type ScoreAtKFigureData = {
  rows: readonly ScoreAtKFigureRow[];
  /** Percentiles of people's final scores, means over environments; none where there are no people. */
  people: readonly PeopleFigureRow[];
};

const HEIGHT_PX = {narrow: 160, wide: 220};
const TICKS = 6;

/**
 * Score@k against k, a panel for each time limit of agents: figures 7 and 8 of the paper. Lines with interval bands, and horizontal
 * lines where percentiles of people ended.
 */
export function scoreAtK({rows, people}: ScoreAtKFigureData, context: FigureContext): TopLevelSpec {
  const scored = scoredAgents(rows);
  const lines = [...people].sort((a, b) => a.percentile - b.percentile);
  const limits = limitsIn(scored);
  const columns = Math.min(limits.length, isWide(context) ? 4 : 2);
  const y = valueAxis(scoresIn(scored, lines), TICKS);
  const labels = marginLabels(percentileLabels(lines, y.domain, peopleText), context);
  const ks = scored.map(({k}) => k);
  const panels = limits.map((limit, i): Panel => {
    const isFirst = i % columns === 0;
    const isLast = i % columns === columns - 1 || i === limits.length - 1;
    const axis = isFirst ? y.encoding : withoutLabels(y.encoding);
    const own = scored.filter(({timeLimitSeconds}) => timeLimitSeconds === limit).map(scoreAtKLineRow);
    return {
      title: attemptsText(limit),
      layers: (plot) => [
        percentileLines(lines, axis, context),
        ...lineWithBand(own, {x: kAxis(ks, plot.widthPx, context), y: axis}, context),
        ...(isLast ? labels.layers(plot) : []),
      ],
    };
  });
  return panelFigure(
    {
      title: "Score@k by number of attempts",
      description: describe({rows: scored, people: lines}, limits, context),
      caption: sentences(
        scoreAtKCaption(scored, lines, {where: ", mean over environments", context}),
        attemptsSentence(scored.map(({attempts}) => attempts)),
        coverageSentence(scored),
      ),
      panels,
      columns,
      plotHeightPx: isWide(context) ? HEIGHT_PX.wide : HEIGHT_PX.narrow,
      xTitle: "k, number of attempts",
      yTitle: "Expected best normalized score",
      yLabels: y.labels,
      sharedY: true,
      lastRightPx: labels.rightPx,
      key: participantsOf(scored).map((each) => ({...each, label: nameOf(each)})),
    },
    context,
  );
}

/** The scores at k = 1 and at the largest k of each limit, best first. */
function describe(
  {rows, people}: {rows: ReturnType<typeof scoredAgents>; people: readonly PeopleFigureRow[]},
  limits: readonly number[],
  context: FigureContext,
): string {
  const texts = limits.map((limit) => {
    const own = rows.filter(({timeLimitSeconds}) => timeLimitSeconds === limit);
    const k = Math.max(...own.map((row) => row.k));
    return `Best of ${k} ${attemptsText(limit)}: ${ranking(own.filter((row) => row.k === k))}.`;
  });
  const median = people.find(({percentile}) => percentile === 50);
  return [
    `Expected best normalized score (0 = starting solution, 1 = reference) of k attempts, ${intervalText(context)} in brackets.`,
    ...texts,
    ...(median === undefined ? [] : [`Half of people ended at or below ${scoreText(median.score)}.`]),
  ].join(" ");
}

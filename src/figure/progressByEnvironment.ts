import type {TopLevelSpec} from "vega-lite";
import {formatDuration} from "../duration.js";
import {attemptsSentence, SCORE_SCALE, sentences} from "./captionText.js";
import type {FigureContext, Participant} from "./figureContext.js";
import {timeAxis, valueAxis} from "./layout/axes.js";
import {extremes} from "./layout/extremes.js";
import {isWide} from "./layout/isWide.js";
import type {Layer, PlotSize} from "./layout/layer.js";
import {panelFigure} from "./layout/panelFigure.js";
import {inOrder} from "./marks/inOrder.js";
import {type LineRow, lineWithBand} from "./marks/lineWithBand.js";
import {nameOf} from "./marks/markText.js";
import {participantsOf} from "./marks/participantScales.js";
import {stepLines} from "./marks/stepLines.js";
import {ranking} from "./ranking.js";
import {rounded, scoreText} from "./text.js";

/** A vertex of the step function of one attempt's score: it holds from that time on. */
export type ProgressRunFigureRow = Participant & {environment: string; attemptId: string; timeSeconds: number; score: number};

/** The mean score that a participant's attempts in an environment had reached at a time. */
export type ProgressMeanFigureRow = Participant & {
  environment: string;
  title: string;
  timeSeconds: number;
  score: number;
  attempts: number;
};

export type ProgressByEnvironmentData = {
  /** Of each attempt by time; of the same time the last holds. */
  runs: readonly ProgressRunFigureRow[];
  means: readonly ProgressMeanFigureRow[];
};

type Block = {
  title: string;
  runs: ProgressRunFigureRow[];
  means: ProgressMeanFigureRow[];
  lasts: ProgressMeanFigureRow[];
  y: ReturnType<typeof valueAxis>;
};

const HEIGHT_PX = {narrow: 84, wide: 96};
const COLUMNS = {narrow: 2, wide: 4};
const TICKS = 4;
const RUN_OPACITY = 0.4;

/**
 * Scores over time inside 8-hour attempts, a panel for each environment with a scale of its own: figures 45 to 51 of the paper. Light
 * lines are attempts, dark ones the means of participants.
 */
export function progressByEnvironment({runs, means}: ProgressByEnvironmentData, context: FigureContext): TopLevelSpec {
  const blocks = blocksOf(runs, means);
  const width = isWide(context) ? "wide" : "narrow";
  const [, lastSeconds] = extremes(means.map(({timeSeconds}) => timeSeconds));
  return panelFigure(
    {
      title: "Score over time inside 8-hour attempts, by environment",
      description: describe(blocks),
      caption: sentences(
        SCORE_SCALE,
        "Light lines are attempts of 8 hours, in steps as scores were reached; dark lines with a point are the mean of each participant.",
        attemptsSentence(
          means.map(({attempts}) => attempts),
          "in each mean",
        ),
        "Scales differ between environments.",
      ),
      panels: blocks.map((block) => ({title: block.title, layers: (plot) => layersOf(block, {plot, lastSeconds}, context)})),
      columns: COLUMNS[width],
      plotHeightPx: HEIGHT_PX[width],
      xTitle: "Time worked",
      yTitle: "Normalized score",
      yLabels: blocks.flatMap(({y}) => y.labels),
      key: participantsOf(means).map((each) => ({...each, label: nameOf(each)})),
    },
    context,
  );
}

/** Environments by name. */
function blocksOf(runs: readonly ProgressRunFigureRow[], means: readonly ProgressMeanFigureRow[]): Block[] {
  const environments = [...new Set(means.map(({environment}) => environment))].sort();
  return environments.map((environment) => {
    const ownRuns = runs.filter((row) => row.environment === environment);
    const own = means.filter((row) => row.environment === environment).sort((a, b) => inOrder(a, b) || a.timeSeconds - b.timeSeconds);
    const lasts = participantsOf(own).map(({agent, kind}) => own.findLast((row) => row.agent === agent && row.kind === kind)!);
    const y = valueAxis([0, ...extremes([...ownRuns, ...own].map(({score}) => rounded(score)))], TICKS);
    return {title: own[0]!.title, runs: ownRuns, means: own, lasts, y};
  });
}

function layersOf({runs, means, y}: Block, {plot, lastSeconds}: {plot: PlotSize; lastSeconds: number}, context: FigureContext): Layer[] {
  const [low, high] = y.domain;
  const toPx = {
    x: (seconds: number) => (seconds / lastSeconds) * plot.widthPx,
    y: (score: number) => ((high - score) / (high - low)) * plot.heightPx,
  };
  const axes = {x: timeAxis(lastSeconds, plot.widthPx, context), y: y.encoding};
  const steps = runs.map((row) => ({...row, x: Math.round(row.timeSeconds), y: rounded(row.score)}));
  const look = {text: ({x, y}: {x: number; y: number}) => `${scoreText(y)} after ${formatDuration(x)}`, opacity: RUN_OPACITY, toPx};
  return [stepLines(steps, axes, look, context), ...lineWithBand(means.map(lineRow), axes, context, "last")];
}

function lineRow({agent, kind, timeSeconds, score, attempts}: ProgressMeanFigureRow): LineRow {
  const text = `mean after ${formatDuration(timeSeconds)}: ${scoreText(score)}, n = ${attempts}`;
  return {agent, kind, x: timeSeconds, y: rounded(score), low: null, high: null, partial: false, text};
}

/** Where the best participants and people end in each environment. */
function describe(blocks: readonly Block[]): string {
  const texts = blocks.map(({title, lasts}) => {
    const ends = lasts.map((row) => ({...row, low: null, high: null}));
    return `${title}: ${ranking(ends, 2)}.`;
  });
  return ["Mean normalized score (0 = starting solution, 1 = reference) at the end of 8-hour attempts.", ...texts].join(" ");
}

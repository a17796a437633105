import type {TopLevelSpec} from "vega-lite";
import {attemptsSentence, sentences} from "./captionText.js";
import type {FigureContext} from "./figureContext.js";
import {kAxis, valueAxis, withoutLabels} from "./layout/axes.js";
import {type BlockGrid, blockGrid} from "./layout/blockGrid.js";
import {isWide} from "./layout/isWide.js";
import type {Layer, PlotSize} from "./layout/layer.js";
import {type Panel, panelFigure} from "./layout/panelFigure.js";
import {type LineRow, lineWithBand} from "./marks/lineWithBand.js";
import {marginLabels} from "./marks/marginLabels.js";
import {nameOf} from "./marks/markText.js";
import {participantsOf} from "./marks/participantScales.js";
import {type PeopleFigureRow, percentileLabels, percentileLines} from "./marks/percentileLines.js";
import {limitsIn, type ScoreAtKFigureRow, scoreAtKCaption, scoreAtKLineRow, scoredAgents, scoresIn} from "./marks/scoreAtKLines.js";
import {attemptsText, rangeText, scoreText} from "./text.js";

export type ScoreAtKEnvironmentRow = ScoreAtKFigureRow & {environment: string; title: string};

export type ScoreAtKByEnvironmentData = {
  rows: readonly ScoreAtKEnvironmentRow[];
  /** Percentiles of people's final scores in each environment; none where there are no people. */
  people: readonly (PeopleFigureRow & {environment: string})[];
};

type Scored = ScoreAtKEnvironmentRow & {score: number};

/** What is drawn of an environment. */
type Block = {title: string; rows: Scored[]; people: PeopleFigureRow[]; y: ReturnType<typeof valueAxis>};

const HEIGHT_PX = {narrow: 76, wide: 90};
const MOST_COLUMNS = {narrow: 3, wide: 4};
const TICKS = 4;

/**
 * Score@k against k in each environment, a panel for each time limit of agents: figures 31 to 44 of the paper. Panels of an
 * environment share a scale, environments do not.
 */
export function scoreAtKByEnvironment({rows, people}: ScoreAtKByEnvironmentData, context: FigureContext): TopLevelSpec {
  const scored = scoredAgents(rows);
  const blocks = blocksOf(scored, people);
  const limits = limitsIn(scored);
  const width = isWide(context) ? "wide" : "narrow";
  const grid = blockGrid(limits.length, MOST_COLUMNS[width], blocks.length);
  const isOneInRow = grid.columns === grid.blockColumns;
  const {rightPx} = marginLabels(
    people.map(({percentile}) => ({text: percentText(percentile), y: 0})),
    context,
  );
  const ks = scored.map(({k}) => k);
  return panelFigure(
    {
      title: "Score@k by environment",
      description: describe(blocks),
      caption: sentences(
        scoreAtKCaption(scored, people, {where: " in the environment", context}),
        attemptsSentence(scored.map(({attempts}) => attempts)),
        "Scales differ between environments.",
      ),
      panels: blocks.flatMap((block) => panelsOf(block, {limits, grid, ks}, context)),
      columns: grid.columns,
      plotHeightPx: HEIGHT_PX[width],
      xTitle: "k, number of attempts",
      yTitle: "Expected best normalized score",
      yLabels: blocks.flatMap(({y}) => y.labels),
      sharedY: isOneInRow,
      ...(isOneInRow ? {lastRightPx: rightPx} : {rightPx}),
      key: participantsOf(scored).map((each) => ({...each, label: nameOf(each)})),
    },
    context,
  );
}

const percentText = (percentile: number) => `${percentile} %`;

/** Environments by name. */
function blocksOf(scored: readonly Scored[], people: ScoreAtKByEnvironmentData["people"]): Block[] {
  const environments = [...new Set(scored.map(({environment}) => environment))].sort();
  return environments.map((environment) => {
    const rows = scored.filter((row) => row.environment === environment);
    const own = people.filter((row) => row.environment === environment).sort((a, b) => a.percentile - b.percentile);
    return {title: rows[0]!.title, rows, people: own, y: valueAxis(scoresIn(rows, own), TICKS)};
  });
}

const unseen = (field: string) => ({field, type: "quantitative", axis: null, scale: {domain: [0, 1]}});

/** What takes the place of a panel: Vega-Lite needs scales there. */
const NOTHING: Layer = {data: {values: []}, mark: {type: "point", aria: false}, encoding: {x: unseen("x"), y: unseen("y")}};

type Layout = {limits: readonly number[]; grid: BlockGrid; ks: readonly number[]};

/** The panels of an environment, and empty ones until its rows are full. */
function panelsOf(block: Block, {limits, grid: {places, blockColumns}, ks}: Layout, context: FigureContext): Panel[] {
  const labels = marginLabels(percentileLabels(block.people, block.y.domain, percentText), context);
  return Array.from({length: places}, (_, i) => {
    const title = i === 0 ? {title: block.title, titleColumns: blockColumns} : {title: null};
    const limit = limits[i];
    if (limit === undefined) return {...title, layers: () => [NOTHING]};
    const own = block.rows.filter(({timeLimitSeconds}) => timeLimitSeconds === limit).map(scoreAtKLineRow);
    const {encoding} = block.y;
    const y = i % blockColumns === 0 ? encoding : withoutLabels(encoding);
    const isLast = i % blockColumns === blockColumns - 1 || i === limits.length - 1;
    const layers = (plot: PlotSize) => [
      percentileLines(block.people, y, context),
      ...lines(own, {x: kAxis(ks, plot.widthPx, context), y}, context),
      ...(isLast ? labels.layers(plot) : []),
    ];
    return {...title, subtitle: `${attemptsText(limit)}${own.length === 0 ? ": none" : ""}`, layers};
  });
}

/** Lines, or the same axes where there is nothing to draw them of. */
function lines(rows: readonly LineRow[], axes: {x: object; y: object}, context: FigureContext): Layer[] {
  if (rows.length > 0) return lineWithBand(rows, axes, context);
  const at = {x: {field: "x", type: "quantitative", ...axes.x}, y: {field: "y", type: "quantitative", ...axes.y}};
  return [{data: {values: []}, mark: {type: "point", aria: false}, encoding: at}];
}

/** The highest score in each environment, and the median of people there. */
function describe(blocks: readonly Block[]): string {
  const texts = blocks.map(({title, rows, people}) => {
    const best = rows.reduce((a, b) => (b.score > a.score ? b : a));
    const median = people.find(({percentile}) => percentile === 50);
    const others = median === undefined ? "" : `, median of people ${scoreText(median.score)}`;
    return `${title}: ${nameOf(best)} ${scoreText(best.score)}${rangeText(best.low, best.high)} with ${best.k} ${attemptsText(best.timeLimitSeconds)}${others}.`;
  });
  return ["The highest score@k in each environment (0 = starting solution, 1 = reference).", ...texts].join(" ");
}

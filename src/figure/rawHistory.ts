import type {TopLevelSpec} from "vega-lite";
import {formatDuration} from "../duration.js";
import {attemptsSentence, sentences} from "./captionText.js";
import type {FigureContext, Participant} from "./figureContext.js";
import {paddedAxis, timeAxis} from "./layout/axes.js";
import {extremes} from "./layout/extremes.js";
import {isWide} from "./layout/isWide.js";
import type {Layer, PlotSize} from "./layout/layer.js";
import {panelFigure} from "./layout/panelFigure.js";
import {nameOf} from "./marks/markText.js";
import {type NaturalLine, naturalLines} from "./marks/naturalLines.js";
import {participantsOf} from "./marks/participantScales.js";
import {type StepRow, stepLines} from "./marks/stepLines.js";

/** A vertex of the step function of one attempt's score in natural units: it holds from that time on. */
export type RawHistoryFigureRow = Participant & {environment: string; attemptId: string; timeSeconds: number; naturalScore: number};

export type RawHistoryEnvironmentRow = {
  environment: string;
  title: string;
  naturalUnit: string;
  /** Which scores are better. */
  direction: "lower" | "higher";
  logScale: boolean;
  /** The natural scores that become 0 and 1; null where attempts have several. */
  startingNatural: number | null;
  referenceNatural: number | null;
  attempts: number;
};

export type RawHistoryData = {
  /** Of each attempt by time; of the same time the last holds. */
  rows: readonly RawHistoryFigureRow[];
  environments: readonly RawHistoryEnvironmentRow[];
};

type Block = RawHistoryEnvironmentRow & {rows: (StepRow & {environment: string})[]; y: ReturnType<typeof paddedAxis>};

const HEIGHT_PX = {narrow: 96, wide: 112};
const COLUMNS = {narrow: 2, wide: 4};
const TICKS = 4;
/** Room above and below what is drawn, for the names of lines. */
const PAD_SHARE = 0.15;
/** More attempts take less ink each. */
const OPACITY = {few: 0.6, many: 0.35};
const MANY = 20;

/** Raw scores over working time, a panel for each environment in its natural unit: a line for each attempt, start and reference. */
export function rawHistory({rows, environments}: RawHistoryData, context: FigureContext): TopLevelSpec {
  const blocks = [...environments].sort((a, b) => (a.environment < b.environment ? -1 : 1)).flatMap((each) => blockOf(each, rows));
  const width = isWide(context) ? "wide" : "narrow";
  const shown = blocks.flatMap((block) => block.rows);
  const [, lastSeconds] = extremes(shown.map(({x}) => x));
  return panelFigure(
    {
      title: "Raw scores over time",
      description: describe(blocks),
      caption: captionOf(blocks),
      panels: blocks.map((block) => ({
        title: block.title,
        subtitle: `${block.naturalUnit}, ${block.direction} is better`,
        layers: (plot) => layersOf(block, {plot, lastSeconds}, context),
      })),
      columns: COLUMNS[width],
      plotHeightPx: HEIGHT_PX[width],
      xTitle: "Time worked",
      yTitle: null,
      yLabels: blocks.flatMap(({y}) => y.labels),
      key: participantsOf(shown).map((each) => ({...each, label: nameOf(each)})),
    },
    context,
  );
}

/** What is drawn of an environment; nothing where no score fits on its scale. */
function blockOf(environment: RawHistoryEnvironmentRow, rows: readonly RawHistoryFigureRow[]): Block[] {
  const {logScale: log} = environment;
  const own = rows
    .filter((row) => row.environment === environment.environment && (!log || row.naturalScore > 0))
    .map(({timeSeconds, naturalScore, ...row}) => ({...row, x: Math.round(timeSeconds), y: sixDigits(naturalScore)}));
  if (own.length === 0) return [];
  const marked = linesIn(environment).map(({value}) => value);
  const y = paddedAxis(extremes([...own.map((row) => row.y), ...marked]), {log, padShare: PAD_SHARE, count: TICKS});
  return [{...environment, rows: own, y}];
}

const sixDigits = (value: number): number => Number(value.toPrecision(6));

/** Start and reference, where all attempts have the same; on a logarithmic scale above 0. */
function linesIn({startingNatural, referenceNatural, logScale, direction}: RawHistoryEnvironmentRow): Omit<NaturalLine, "share">[] {
  // Attempts leave the start behind early and towards the better side, so these names stand where few lines are.
  const isDown = direction === "lower";
  const lines = [
    {text: "start", value: startingNatural, side: "right" as const, above: isDown},
    {text: "reference", value: referenceNatural, side: "left" as const, above: !isDown},
  ];
  return lines.flatMap(({value, ...line}) => (value === null || (logScale && value <= 0) ? [] : [{...line, value}]));
}

function layersOf(block: Block, {plot, lastSeconds}: {plot: PlotSize; lastSeconds: number}, context: FigureContext): Layer[] {
  const {rows, y, naturalUnit, attempts} = block;
  const toPx = {x: (seconds: number) => (seconds / lastSeconds) * plot.widthPx, y: (value: number) => y.shareOf(value) * plot.heightPx};
  const axes = {x: timeAxis(lastSeconds, plot.widthPx, context), y: y.encoding};
  const look = {
    text: (last: {x: number; y: number}) => `${naturalText(last.y)} ${naturalUnit} after ${formatDuration(last.x)}`,
    opacity: attempts > MANY ? OPACITY.many : OPACITY.few,
    toPx,
  };
  const lines = linesIn(block).map((line) => ({...line, share: y.shareOf(line.value)}));
  return [stepLines(rows, axes, look, context), ...naturalLines(lines, y.encoding, plot, context)];
}

/** Four digits. */
const naturalText = (value: number): string => String(Number(value.toPrecision(4))).replaceAll("-", "−");

/** Start, reference and the best score there is in each environment. */
function describe(blocks: readonly Block[]): string {
  const texts = blocks.map(({title, naturalUnit, direction, rows, ...block}) => {
    const best = rows.reduce((a, b) => ((direction === "lower" ? b.y < a.y : b.y > a.y) ? b : a));
    const marks = linesIn({...block, title, naturalUnit, direction}).map(({text, value}) => `${text} ${naturalText(value)}, `);
    return `${title}: ${marks.join("")}best ${naturalText(best.y)} ${naturalUnit} (${nameOf(best)}).`;
  });
  return ["Raw scores of attempts over working time in natural units.", ...texts].join(" ");
}

function captionOf(blocks: readonly Block[]): string {
  const counts = blocks.map(({attempts}) => attempts);
  const unmarked = blocks.filter((block) => linesIn(block).length === 0).map(({title}) => title);
  return sentences(
    "Each line is an attempt: the score it counts with so far, in natural units, from its first valid one to its time limit.",
    "Dashed: the starting solution (normalized score 0) and the reference (1).",
    blocks.some(({logScale}) => logScale) ? "Scales are logarithmic where scores are compared by their logarithm." : "",
    attemptsSentence(counts, "in each panel"),
    unmarked.length > 0 ? `Attempts at ${unmarked.join(", ")} have different starts and references, which are not drawn.` : "",
  );
}

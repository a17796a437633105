import type {TopLevelSpec} from "vega-lite";
import {formatDuration} from "../duration.js";
import {printable} from "../errors.js";
import {attemptsSentence, SCORE_SCALE, sentences} from "./captionText.js";
import type {FigureContext, Participant} from "./figureContext.js";
import {paddedAxis} from "./layout/axes.js";
import type {Band} from "./layout/bands.js";
import {isWide} from "./layout/isWide.js";
import type {Layer, PlotSize} from "./layout/layer.js";
import {overhang} from "./layout/overhang.js";
import {type Panel, panelFigure} from "./layout/panelFigure.js";
import {nameOf} from "./marks/markText.js";
import {type NamedRows, namedRows} from "./marks/namedRows.js";
import {participantsOf} from "./marks/participantScales.js";
import {type StarRow, stars} from "./marks/stars.js";
import {type StepStrip, stepStrips} from "./marks/stepStrips.js";
import {scoreText} from "./text.js";

/** How many of a participant's attempts in an environment have scores in a bin; bins without any have no row. */
export type HistogramFigureRow = Participant & {
  environment: string;
  title: string;
  timeLimitSeconds: number;
  k: number;
  /** Whether longer attempts were looked at after `timeLimitSeconds`. */
  sliced: boolean;
  binLow: number;
  binHigh: number;
  /** Whether the bin holds everything from `binLow` on, or everything below `binHigh`. */
  openEnded: boolean;
  openStart: boolean;
  count: number;
  /** Of the participant's attempts in the environment. */
  share: number;
  attempts: number;
  maximum: number;
  mean: number;
};

type Row = HistogramFigureRow;
type Group = {environment: string; title: string; rows: Row[]};

const STRIP_PX = 22;
const ROWS = {rowPx: STRIP_PX, linePx: 11, gapPx: 3, nameShare: {narrow: 0.27, wide: 0.16}};
const STAR_PX = 7; // above the strip's base

/**
 * Histograms of normalized scores by environment at each participant's best allocation, a strip for each, stars at the maximum: figures
 * 24 to 30 of the paper in one.
 */
export function histogram(rows: readonly Row[], context: FigureContext): TopLevelSpec {
  const groups = groupsOf(rows);
  const participants = participantsOf(rows);
  const columns = Math.min(groups.length, isWide(context) ? 4 : 2);
  const labels = namedRows(participants, ROWS, context);
  const axes = groups.map(axisOf);
  const parts = {participants, labels};
  return panelFigure(
    {
      title: "Scores of single attempts",
      description: describe(groups),
      caption: captionOf(rows, groups),
      panels: groups.map((group, i) => panelOf(group, {...parts, axis: axes[i]!, isFirst: i % columns === 0}, context)),
      columns,
      plotHeightPx: labels.heightPx,
      xTitle: "Normalized score of an attempt",
      yTitle: null,
      yLabels: [],
      leftPx: labels.leftPx,
      sharedY: true,
      rightPx: Math.max(...axes.map(({labels: ticks}) => overhang(ticks, context))),
    },
    context,
  );
}

/** Environments by title. */
function groupsOf(rows: readonly Row[]): Group[] {
  const titles = new Map(rows.map(({environment, title}) => [environment, printable(title)]));
  return [...titles]
    .map(([environment, title]) => ({environment, title, rows: rows.filter((row) => row.environment === environment)}))
    .sort((a, b) => (a.title + a.environment < b.title + b.environment ? -1 : 1));
}

type Axis = ReturnType<typeof paddedAxis>;

/** Over the bins of an environment; they hold every score, those of a bin without an end as well. */
const axisOf = ({rows}: Group): Axis =>
  paddedAxis(
    rows.flatMap(({binLow, binHigh}) => [binLow, binHigh]),
    {log: false, padShare: 0.05, count: 3},
  );

type PanelParts = {participants: readonly Participant[]; labels: NamedRows; axis: Axis; isFirst: boolean};

function panelOf(group: Group, {participants, labels, axis, isFirst}: PanelParts, context: FigureContext): Panel {
  const strips = participants.flatMap((each, i) => stripOf(group, each, labels.placed[i]!) ?? []);
  const highest = Math.max(...group.rows.map(({share}) => share));
  const layers = (plot: PlotSize): Layer[] => {
    const x = {...axis.encoding, axis: {...axis.encoding.axis, domain: false}}; // strips have base lines of their own
    const at = {x, heightPx: plot.heightPx};
    return [
      ...(isFirst ? [labels.layer] : []),
      ...stepStrips(strips, {...at, stripPx: STRIP_PX, highest}, context),
      ...stars(
        strips.map((strip) => starOf(strip, group)),
        at,
        context,
      ),
    ];
  };
  return {title: group.title, layers};
}

type Strip = StepStrip & {maximum: number};

function stripOf({title, rows}: Group, {agent, kind}: Participant, {topPx, heightPx}: Band): Strip | null {
  const own = rows.filter((row) => row.agent === agent && row.kind === kind).sort((a, b) => a.binLow - b.binLow);
  const [first] = own;
  if (first === undefined) return null;
  const about = `${title}: ${allocationText(first)}, mean ${scoreText(first.mean)}, best ${scoreText(first.maximum)}, n = ${first.attempts}`;
  const basePx = topPx + (heightPx + STRIP_PX) / 2;
  return {
    agent,
    kind,
    basePx,
    bars: own.map(({binLow, binHigh, share}) => ({low: binLow, high: binHigh, share})),
    text: about,
    maximum: first.maximum,
  };
}

const allocationText = ({timeLimitSeconds, sliced}: Row) =>
  `attempts of ${formatDuration(timeLimitSeconds)}${sliced ? ", seen in longer ones" : ""}`;

/** At the maximum; at the end of the bins where that is beyond them, in a bin without an end. */
function starOf({agent, kind, basePx, bars, maximum}: Strip, {title}: Group): StarRow {
  const [start, end] = [Math.min(...bars.map(({low}) => low)), Math.max(...bars.map(({high}) => high))];
  const x = Math.max(start, Math.min(maximum, end));
  return {agent, kind, x, yPx: basePx - STAR_PX, text: `${title}: best ${scoreText(maximum)}`};
}

/** The best attempt of agents and of people, by environment. */
function describe(groups: readonly Group[]): string {
  const told = groups.map(({title, rows}) => {
    const tops = (["agent", "human"] as const).flatMap((kind) => {
      const own = rows.filter((row) => row.kind === kind);
      const [top] = [...own].sort((a, b) => b.maximum - a.maximum || (a.agent < b.agent ? -1 : 1));
      return top === undefined ? [] : [`${nameOf(top)} ${scoreText(top.maximum)}`];
    });
    return `${title}: ${tops.join(", ")}.`;
  });
  return sentences("Histograms of the normalized scores of single attempts by environment. The best of agents and people:", ...told);
}

const MOST_NAMED = 6;

/** `30m: a, b; 8h: People`; of many participants how many there are. */
function limitsText(rows: readonly Row[]): string {
  const participants = participantsOf(rows).map((each) => {
    const {timeLimitSeconds} = rows.find(({agent, kind}) => agent === each.agent && kind === each.kind)!;
    return {name: nameOf(each), timeLimitSeconds};
  });
  const limits = [...new Set(participants.map(({timeLimitSeconds}) => timeLimitSeconds))].sort((a, b) => a - b);
  const texts = limits.map((limit) => {
    const names = participants.filter(({timeLimitSeconds}) => timeLimitSeconds === limit).map(({name}) => name);
    const who = participants.length > MOST_NAMED ? `${names.length} of ${participants.length} participants` : names.join(", ");
    return `${formatDuration(limit)}: ${who}`;
  });
  return texts.join("; ");
}

function captionOf(rows: readonly Row[], groups: readonly Group[]): string {
  const strips = new Map(rows.map((row) => [JSON.stringify([row.environment, row.kind, row.agent]), row.attempts]));
  const open = rows.some(({openEnded, openStart}) => openEnded || openStart);
  return sentences(
    SCORE_SCALE,
    `Attempts at the time limit of each participant's best allocation (${limitsText(rows)}).`,
    "Heights are shares of a participant's attempts, the highest in a panel fills its strip; stars: maximum.",
    attemptsSentence([...strips.values()], "a strip"),
    open ? "Where extreme scores would need too long an axis, the outermost bin holds all of them, and its star stands at its end." : "",
    strips.size < groups.length * participantsOf(rows).length ? "Strips are empty where there are no such attempts." : "",
  );
}

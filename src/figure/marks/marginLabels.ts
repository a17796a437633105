import type {FigureContext} from "../figureContext.js";
import {type Layer, type PlotSize, textLayer} from "../layout/layer.js";
import {spreadLabels} from "../layout/spreadLabels.js";

/** What stands right of the plot, at a share of its height from the upper edge. */
export type MarginLabel = {text: string; y: number};

const GAP_PX = 7;
const LINE = 1.3;

/**
 * Labels in a column right of the plot, each as near as can be to what it names, none covering another, and the room they take.
 *
 * @param labels Of the same height the first goes on top.
 */
export function marginLabels(
  labels: readonly MarginLabel[],
  {theme, measure}: Pick<FigureContext, "theme" | "measure">,
): {rightPx: number; layers: (plot: PlotSize) => Layer[]} {
  const look = {size: theme.labelSize, weight: 400 as const};
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  const layers = ({widthPx, heightPx}: PlotSize) => {
    const targets = sorted.map(({y}) => y * heightPx);
    const positions = spreadLabels(targets, theme.labelSize * LINE, 0, heightPx);
    const texts = sorted.map(({text}, i) => ({text, x: widthPx + GAP_PX, y: positions[i]!}));
    const moves = texts.map(({y}, i) => ({x: widthPx + 1, x2: widthPx + GAP_PX - 2, y: targets[i]!, y2: y}));
    return [leaders(moves, theme), textLayer(texts, {...look, color: theme.mutedText})];
  };
  return {rightPx: labels.length === 0 ? 0 : GAP_PX + Math.max(...labels.map(({text}) => measure(text, look))), layers};
}

/** From what is named to its label, in px. */
const leaders = (values: readonly object[], {axis, lineWidth}: FigureContext["theme"]): Layer => ({
  data: {values},
  mark: {type: "rule", color: axis, strokeWidth: lineWidth * 0.4, aria: false},
  encoding: {x: inPx("x"), x2: {field: "x2"}, y: inPx("y"), y2: {field: "y2"}},
});

const inPx = (field: string) => ({field, type: "quantitative", scale: null, axis: null});

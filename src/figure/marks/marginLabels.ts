import type {FigureContext} from "../figureContext.js";
import {type Layer, type PlotSize, textLayer} from "../layout/layer.js";
import {spreadLabels} from "../layout/spreadLabels.js";

/** What stands right of the plot, at a share of its height from the upper edge. */
export type MarginLabel = {text: string; y: number};

const GAP_PX = 7;
const LINE = 1.3;

/** Labels in a column right of the plot, each as near as can be to what it names, none covering another, and the room they take. */
export function marginLabels(
  labels: readonly MarginLabel[],
  {theme, measure}: Pick<FigureContext, "theme" | "measure">,
): {rightPx: number; layer: (plot: PlotSize) => Layer} {
  const look = {size: theme.labelSize, weight: 400 as const};
  const sorted = [...labels].sort((a, b) => a.y - b.y || (a.text < b.text ? -1 : 1));
  const layer = ({widthPx, heightPx}: PlotSize) => {
    const targets = sorted.map(({y}) => y * heightPx);
    const positions = spreadLabels(targets, theme.labelSize * LINE, 0, heightPx);
    const texts = sorted.map(({text}, i) => ({text, x: widthPx + GAP_PX, y: positions[i]!}));
    return textLayer(texts, {...look, color: theme.mutedText});
  };
  return {rightPx: labels.length === 0 ? 0 : GAP_PX + Math.max(...labels.map(({text}) => measure(text, look))), layer};
}

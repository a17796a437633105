import type {FigureContext, Participant} from "../figureContext.js";
import {nameOf} from "../marks/markText.js";
import {keyLayers} from "./keyLayers.js";
import {KEY_TEXT_PX} from "./keyRows.js";
import type {Layer, PlotSize} from "./layer.js";
import {spreadLabels} from "./spreadLabels.js";

/** Where a participant's line ends, as shares of the plot from its left and upper edge. */
export type LineEnd = Participant & {x: number; y: number};

/** The share of the figure's width that names may take; where they need more they go into a key above. */
const MOST_SHARE = 0.36;
const GAP_PX = 7;
const LINE = 1.4;

/**
 * Names in a column right of the plot, each as near as can be to the height at which its line ends, none covering another.
 * Null where they would take too much of the width, or do not fit in the plot's height.
 */
export function lineEnds(
  ends: readonly LineEnd[],
  plotHeightPx: number,
  context: FigureContext,
): {rightPx: number; layers: (plot: PlotSize) => Layer[]} | null {
  const {theme, measure, widthPx, styleOf} = context;
  const widths = ends.map((end) => measure(nameOf(end), {size: theme.labelSize, weight: 400}));
  const rightPx = GAP_PX + KEY_TEXT_PX + Math.max(0, ...widths);
  const lineHeightPx = theme.labelSize * LINE;
  if (rightPx > MOST_SHARE * widthPx || ends.length * lineHeightPx > plotHeightPx + lineHeightPx) return null;
  const layers = (plot: PlotSize): Layer[] => {
    const sorted = [...ends].sort((a, b) => a.y - b.y || (nameOf(a) < nameOf(b) ? -1 : 1));
    const positions = spreadLabels(
      sorted.map(({y}) => y * plot.heightPx),
      lineHeightPx,
      0,
      plot.heightPx,
    );
    const entries = sorted.map((end, i) => ({
      label: nameOf(end),
      lines: [nameOf(end)],
      style: styleOf(end),
      xPx: plot.widthPx + GAP_PX,
      yPx: positions[i]!,
    }));
    return keyLayers(entries, context, lineHeightPx);
  };
  return {rightPx, layers};
}

import type {FigureContext} from "../figureContext.js";
import {type Layer, type PlotSize, textLayer} from "../layout/layer.js";

/** A value in natural units that is marked across a plot: from where attempts start, or the reference. */
export type NaturalLine = {
  text: string;
  value: number;
  /** As a share of the plot's height from the upper edge. */
  share: number;
  /** Which end of the line its name stands at: names at different ends cannot cover each other. */
  side: "left" | "right";
  /** Whether the name is wanted above the line; where there is no room it goes below. */
  above: boolean;
};

const EDGE_PX = 2;
const HALF_LINE = 0.62; // of the font size

/** Thin lines across a plot, each with its name on a pale ground at one end. */
export function naturalLines(lines: readonly NaturalLine[], y: object, plot: PlotSize, {theme, measure}: FigureContext): Layer[] {
  const look = {size: theme.labelSize, weight: 400 as const, color: theme.text};
  const halfPx = theme.labelSize * HALF_LINE;
  const names = lines.map(({text, share, side, above}) => {
    const width = measure(text, look);
    const linePx = share * plot.heightPx;
    const isAbove = above ? linePx >= 2 * halfPx : linePx + 2 * halfPx > plot.heightPx;
    return {text, x: side === "left" ? EDGE_PX : plot.widthPx - width - EDGE_PX, y: linePx + (isAbove ? -halfPx : halfPx), width};
  });
  const grounds = names.map(({x, y: middle, width}) => ({
    x: x - 1,
    x2: x + width + 1,
    y: middle - halfPx + 0.5,
    y2: middle + halfPx - 0.5,
  }));
  return [
    {
      data: {values: lines.map(({value}) => ({y: value}))},
      mark: {type: "rule", color: theme.mutedText, strokeWidth: theme.lineWidth * 0.6, strokeDash: [4, 2.5], aria: false},
      encoding: {y: {field: "y", type: "quantitative", ...y}},
    },
    {
      data: {values: grounds},
      mark: {type: "rect", color: theme.background, opacity: 0.75, aria: false},
      encoding: {x: inPx("x"), x2: {field: "x2"}, y: inPx("y"), y2: {field: "y2"}},
    },
    textLayer(names, look),
  ];
}

const inPx = (field: string) => ({field, type: "quantitative", scale: null, axis: null});

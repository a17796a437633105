import type {FigureContext, Participant} from "../figureContext.js";
import type {valueAxis} from "../layout/axes.js";
import {type Layer, type PlotSize, textLayer} from "../layout/layer.js";
import {markText} from "./markText.js";

/** A value of a participant that others are compared with. */
export type Reference = Participant & {x: number; low: number | null; high: number | null; label: string};

const LABEL_PX = 6; // from the plot's upper edge to the middle of the label

/** Room that the label takes at the top of the plot. */
export const REFERENCE_HEADER_PX = 14;

type Place = {
  x: ReturnType<typeof valueAxis>;
  plot: PlotSize;
  leftPx: number;
  /** Where the line is drawn, from and to in px from the plot's upper edge: not across names. */
  spansPx: readonly (readonly [number, number])[];
};

/**
 * A dashed line down the plot at a value, its interval as a band, and its label at the top, inside the figure: rows start below it.
 */
export function referenceLine(
  {agent, kind, x: at, low, high, label}: Reference,
  {x, plot, leftPx, spansPx}: Place,
  {theme, measure, styleOf}: FigureContext,
): Layer[] {
  const {color} = styleOf({agent, kind});
  const texts = {description: {field: "text", type: "nominal"}};
  const value = {x: at, low, high, text: markText({agent, kind}, label)};
  const position = {field: "x", type: "quantitative", ...x.encoding};
  const half = measure(label, {size: theme.labelSize, weight: 400}) / 2;
  const share = (at - x.domain[0]) / (x.domain[1] - x.domain[0]);
  const middle = Math.max(half - leftPx, Math.min(share * plot.widthPx, plot.widthPx - half));
  return [
    {
      data: {values: low === null || high === null ? [] : [value]},
      mark: {type: "rect", color, opacity: theme.bandOpacity, y: REFERENCE_HEADER_PX, y2: plot.heightPx},
      encoding: {x: {...position, field: "low"}, x2: {field: "high"}, ...texts},
    },
    {
      data: {values: spansPx.map(([from, to]) => ({...value, from, to}))},
      mark: {type: "rule", color, strokeWidth: theme.lineWidth * 0.7, strokeDash: [4, 3], y: {expr: "datum.from"}, y2: {expr: "datum.to"}},
      encoding: {x: position, ...texts},
    },
    textLayer([{text: label, x: middle, y: LABEL_PX}], {size: theme.labelSize, weight: 400, color, align: "center"}),
  ];
}

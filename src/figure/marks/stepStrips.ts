import type {FigureContext, Participant} from "../figureContext.js";
import type {Layer} from "../layout/layer.js";
import {pixelsDown} from "./dotWithInterval.js";
import {markText} from "./markText.js";

/** A participant's histogram on a base line of its own, in px from the plot's upper edge. */
export type StepStrip = Participant & {
  basePx: number;
  /** Ascending, without overlap; gaps between them are empty. */
  bars: readonly {low: number; high: number; share: number}[];
  text: string;
};

export type StripPlace = {
  x: object;
  heightPx: number;
  /** What the highest share is drawn as. */
  stripPx: number;
  /** Of all shares in the plot. */
  highest: number;
};

/** Room above the highest bar. */
const HEAD_PX = 2;
const OPACITY = 0.85;

/** Each strip as one outline, which takes a tenth of what single bars would in a file, on its base line. */
export function stepStrips(
  strips: readonly StepStrip[],
  {x, heightPx, stripPx, highest}: StripPlace,
  {theme, styleOf}: FigureContext,
): Layer[] {
  const perShare = (stripPx - HEAD_PX) / highest;
  const down = pixelsDown(heightPx);
  const values = strips.flatMap(({agent, kind, basePx, bars, text}) => {
    const {color, emphasized} = styleOf({agent, kind});
    const about = {fill: color, opacity: emphasized ? OPACITY : theme.fadedOpacity, text: markText({agent, kind}, text)};
    return outline(bars).map(({x: at, share}, i) => ({i, x: at, y: Number((basePx - share * perShare).toFixed(2)), ...about}));
  });
  const outlines = {
    data: {values},
    mark: {type: "line", strokeWidth: 0}, // Vega-Lite makes an area of each point where it is told their order
    encoding: {
      x: {field: "x", type: "quantitative", ...x},
      y: {field: "y", ...down},
      order: {field: "i", type: "quantitative"},
      detail: {field: "text", type: "nominal"},
      fill: {field: "fill", type: "nominal", scale: null},
      opacity: {field: "opacity", type: "quantitative", scale: null},
      description: {field: "text", type: "nominal"},
    },
  };
  const bases = {
    data: {values: strips.map(({basePx}) => ({y: basePx}))},
    mark: {type: "rule", color: theme.axis, strokeWidth: 0.5, aria: false},
    encoding: {y: {field: "y", ...down}},
  };
  return [outlines, bases];
}

/** Up, along and down for each bar; bars beside each other meet without going down. */
const outline = (bars: StepStrip["bars"]): {x: number; share: number}[] =>
  bars.flatMap(({low, high, share}, i) => {
    const before = bars[i - 1];
    const after = bars[i + 1];
    return [
      ...(before !== undefined && touches(before.high, low) ? [] : [{x: low, share: 0}]),
      {x: low, share},
      {x: high, share},
      ...(after !== undefined && touches(high, after.low) ? [] : [{x: high, share: 0}]),
    ];
  });

const touches = (high: number, low: number): boolean => Math.abs(high - low) < 1e-9 * Math.max(1, Math.abs(low));

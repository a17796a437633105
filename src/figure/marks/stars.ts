import type {FigureContext, Participant} from "../figureContext.js";
import type {Layer} from "../layout/layer.js";
import {pixelsDown} from "./dotWithInterval.js";
import {markText} from "./markText.js";

/** The best that was achieved: a value on the x axis at a height in px from the plot's upper edge. */
export type StarRow = Participant & {x: number; yPx: number; text: string};

/** Five points, in a square from −1 to 1 as Vega has its symbols. */
const STAR = "M0,-1L0.247,-0.34L0.951,-0.309L0.399,0.13L0.588,0.809L0,0.42L-0.588,0.809L-0.399,0.13L-0.951,-0.309L-0.247,-0.34Z";

/** Times the area of a point: a star fills a third of the square around it. */
const AREA = 3.6;

/** Stars in the colours of those who achieved it, set off from what lies behind. */
export function stars(rows: readonly StarRow[], {x, heightPx}: {x: object; heightPx: number}, {theme, styleOf}: FigureContext): Layer[] {
  const values = rows.map(({text, ...row}) => {
    const {color, emphasized} = styleOf(row);
    return {...row, fill: color, opacity: emphasized ? 1 : theme.fadedOpacity, text: markText(row, text)};
  });
  const encoding = {
    x: {field: "x", type: "quantitative", ...x},
    y: {field: "yPx", ...pixelsDown(heightPx)},
    fill: {field: "fill", type: "nominal", scale: null},
    opacity: {field: "opacity", type: "quantitative", scale: null},
    description: {field: "text", type: "nominal"},
  };
  return [
    {
      data: {values},
      mark: {type: "point", shape: STAR, size: theme.pointArea * AREA, stroke: theme.background, strokeWidth: 0.7},
      encoding,
    },
  ];
}

import type {FigureContext, Participant} from "../figureContext.js";
import type {Layer} from "../layout/layer.js";
import {markText} from "./markText.js";
import {participantScales, participantsOf} from "./participantScales.js";

/** A value on the x axis at a height in px from the plot's upper edge, with its interval. */
export type DotRow = Participant & {
  x: number;
  yPx: number;
  low: number | null;
  high: number | null;
  /** Drawn hollow. */
  hollow: boolean;
  /** What a reader is told who points at it. */
  text: string;
};

/** The scale of heights in px, downwards. */
export const pixelsDown = (heightPx: number) => ({
  type: "quantitative",
  scale: {domain: [0, heightPx], reverse: true, nice: false, zero: false},
  axis: null,
});

/** A dot for each row, with its interval as a thin horizontal line behind. */
export function dotWithInterval(rows: readonly DotRow[], {x, heightPx}: {x: object; heightPx: number}, context: FigureContext): Layer[] {
  const {theme, styleOf} = context;
  const {color, shape} = participantScales(participantsOf(rows), context);
  const values = rows.map(({text, hollow, ...row}) => {
    const style = styleOf(row);
    const opacity = style.emphasized ? 1 : theme.fadedOpacity;
    return {...row, text: markText(row, text), fill: hollow ? theme.background : style.color, opacity};
  });
  const opacity = {field: "opacity", type: "quantitative", scale: null};
  const at = {x: {field: "x", type: "quantitative", ...x}, y: {field: "yPx", ...pixelsDown(heightPx)}};
  const description = {field: "text", type: "nominal"};
  return [
    {
      data: {values: values.filter(({low, high}) => low !== null && high !== null)},
      mark: {type: "rule", strokeWidth: theme.lineWidth * 0.8},
      encoding: {...at, x: {...at.x, field: "low"}, x2: {field: "high"}, color, opacity, description},
    },
    {
      data: {values},
      mark: {type: "point", size: theme.pointArea, strokeWidth: theme.lineWidth * 0.8},
      encoding: {...at, stroke: color, fill: {field: "fill", type: "nominal", scale: null}, shape, opacity, description},
    },
  ];
}

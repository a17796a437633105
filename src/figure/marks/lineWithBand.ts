import type {FigureContext, Participant} from "../figureContext.js";
import type {Layer} from "../layout/layer.js";
import {markText} from "./markText.js";
import {participantScales, participantsOf} from "./participantScales.js";

/** A point of a participant's line: what it says, and whether it covers only some of the environments. */
export type LineRow = Participant & {
  x: number;
  y: number;
  low: number | null;
  high: number | null;
  partial: boolean;
  /** What a reader is told who points at it. */
  text: string;
};

export type Axes = {x: object; y: object};

/**
 * A line for each participant with its interval as a band behind, and a point wherever there is a value: a line of one point
 * draws nothing. Points that cover only some environments are hollow.
 *
 * @param points Whether there are points, or only one where each line ends.
 */
export function lineWithBand(rows: readonly LineRow[], {x, y}: Axes, context: FigureContext, points: boolean | "last" = true): Layer[] {
  const {theme} = context;
  const participants = participantsOf(rows);
  const {color, strokeDash, shape} = participantScales(participants, context);
  const at = {x: {field: "x", type: "quantitative", ...x}, y: {field: "y", type: "quantitative", ...y}};
  const values = rows.map(({partial, text, ...row}) => ({
    ...row,
    name: markText(row),
    text: markText(row, text),
    ...lookOf(row, partial, context),
  }));
  const name = {description: {field: "name", type: "nominal"}};
  const low = {...at, y: {...at.y, field: "low"}, y2: {field: "high"}};
  const bands = values.filter((row) => row.low !== null && row.high !== null);
  const fill = {field: "fill", type: "nominal", scale: null};
  const opacity = {field: "opacity", type: "quantitative", scale: null};
  const fillOpacity = {...opacity, field: "bandOpacity"};
  return [
    {data: {values: bands}, mark: {type: "area", line: false}, encoding: {...low, color, fillOpacity, ...name}},
    {
      data: {values},
      mark: {type: "line", strokeWidth: theme.lineWidth, strokeCap: "round", strokeJoin: "round"},
      encoding: {...at, color, strokeDash, opacity, ...name},
    },
    ...(points
      ? [
          {
            data: {values: points === "last" ? participants.map((each) => lastOf(each, values)) : values},
            mark: {type: "point", size: theme.pointArea, strokeWidth: theme.lineWidth * 0.8},
            encoding: {...at, stroke: color, fill, shape, opacity, description: {field: "text", type: "nominal"}},
          },
        ]
      : []),
  ];
}

const lastOf = <Row extends Participant & {x: number}>({agent, kind}: Participant, rows: readonly Row[]): Row =>
  rows.filter((row) => row.agent === agent && row.kind === kind).reduce((a, b) => (b.x > a.x ? b : a));

function lookOf(participant: Participant, partial: boolean, {styleOf, theme}: FigureContext) {
  const {color, emphasized} = styleOf(participant);
  const opacity = emphasized ? 1 : theme.fadedOpacity;
  return {fill: partial ? theme.background : color, opacity, bandOpacity: theme.bandOpacity * opacity};
}

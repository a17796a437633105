import type {FigureContext, Participant} from "../figureContext.js";
import {type Band, bandLabels, bands} from "../layout/bands.js";
import {isWide} from "../layout/isWide.js";
import type {Layer} from "../layout/layer.js";
import {nameOf} from "./markText.js";

/** Rows under each other, each of one participant, with the room that their names take left of the plot. */
export type NamedRows = {placed: readonly Band[]; leftPx: number; heightPx: number; layer: Layer};

type Look = {
  rowPx: number;
  linePx: number;
  gapPx: number;
  /** The share of the figure's width that a line of a name may take. */
  nameShare: {narrow: number; wide: number};
};

/** A row for each participant, as high as it or its name needs. */
export function namedRows(participants: readonly Participant[], {nameShare, ...sizes}: Look, context: FigureContext): NamedRows {
  const {theme, measure, widthPx} = context;
  const look = {size: theme.labelSize, weight: 400 as const, color: theme.text};
  const width = (text: string) => measure(text, look);
  const labelWidthPx = widthPx * (isWide(context) ? nameShare.wide : nameShare.narrow);
  const {bands: placed, heightPx} = bands(
    participants.map((each) => ({label: nameOf(each), rowCount: 1})),
    {...sizes, labelWidthPx, measure: width},
  );
  const leftPx = Math.max(...placed.flatMap(({lines}) => lines.map(width)));
  return {placed, leftPx, heightPx: Math.ceil(heightPx), layer: bandLabels(placed, -(leftPx + 6), look)};
}

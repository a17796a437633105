import type {FigureContext} from "../figureContext.js";

/** Between the widths of one column and of two, in px. */
const WIDE_PX = 500;

/** Whether a figure spans both columns of a page, and so has room for more beside each other. */
export const isWide = ({widthPx}: Pick<FigureContext, "widthPx">): boolean => widthPx > WIDE_PX;

import type {FigureContext} from "../figureContext.js";

/** How far the label at the right end of an x axis may reach beyond the plot, in px. */
export const overhang = (labels: readonly string[], {measure, theme}: Pick<FigureContext, "measure" | "theme">): number =>
  Math.ceil(measure(labels.at(-1) ?? "", {size: theme.labelSize, weight: 400}) / 2);

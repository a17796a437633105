import type {FigureContext} from "../figureContext.js";
import {withoutLabels} from "../layout/axes.js";
import type {PlotSize} from "../layout/layer.js";
import type {Panel, PanelFigure} from "../layout/panelFigure.js";
import {coverageAxis, coverageLayers, type DrawnCell, levelLabel} from "./coverageLines.js";
import type {LineRow} from "./lineWithBand.js";
import {marginLabels} from "./marginLabels.js";

/** What is drawn in one panel, over what. */
export type CoveragePanel = {title: string; lines: readonly LineRow[]; x: (plotWidthPx: number) => object};

type Parts = {
  /** All that the figure draws: they give the axis that its panels share. */
  cells: readonly DrawnCell[];
  level: number;
  /** Names of the lines, as the key has them. */
  series: readonly string[];
  columns: number;
};

type Shared = "panels" | "columns" | "yTitle" | "yLabels" | "sharedY" | "lastRightPx" | "key";

/** Panels of coverage over one axis, which the first of each row names, as the last does what the intervals say they have. */
export function coveragePanels(
  panels: readonly CoveragePanel[],
  {cells, level, series, columns}: Parts,
  context: FigureContext,
): Pick<PanelFigure, Shared> {
  const {domain, labels: yLabels, encoding} = coverageAxis(cells);
  const labels = marginLabels([levelLabel(level, domain)], context);
  const drawn = panels.map(({title, lines, x}, i): Panel => {
    const isLast = i % columns === columns - 1 || i === panels.length - 1;
    const y = i % columns === 0 ? encoding : withoutLabels(encoding);
    const layers = (plot: PlotSize) => [
      ...coverageLayers(lines, {x: x(plot.widthPx), y}, level, context),
      ...(isLast ? labels.layers(plot) : []),
    ];
    return {title, layers};
  });
  return {
    panels: drawn,
    columns,
    yTitle: "Intervals that hold the truth, %",
    yLabels,
    sharedY: true,
    lastRightPx: labels.rightPx,
    key: series.map((name) => ({agent: name, kind: "agent", label: name})),
  };
}

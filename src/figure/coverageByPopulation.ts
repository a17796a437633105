import type {TopLevelSpec} from "vega-lite";
import type {FigureContext} from "./figureContext.js";
import {kAxis} from "./layout/axes.js";
import {isWide} from "./layout/isWide.js";
import {panelFigure} from "./layout/panelFigure.js";
import {
  ascending,
  byMethod,
  type CoverageFigureData,
  coverageCaption,
  coverageLineRow,
  coverageText,
  type DrawnCell,
  drawnCells,
  levelText,
  methodName,
  populationsOf,
} from "./marks/coverageLines.js";
import {type CoveragePanel, coveragePanels} from "./marks/coveragePanels.js";
import {seriesContext, stylesInOrder} from "./marks/seriesContext.js";

const HEIGHT_PX = {narrow: 92, wide: 130};

/** How often intervals hold the truth against k, a panel for each method and population, a line for each number of attempts. */
export function coverageByPopulation({rows, level}: CoverageFigureData, plain: FigureContext): TopLevelSpec {
  const cells = drawnCells(rows);
  const ns = ascending(cells.map(({n}) => n));
  const context = seriesContext(plain, stylesInOrder(ns.map(seriesName)));
  const methods = [...new Set(cells.map(({method}) => method))].sort(byMethod);
  const populations = populationsOf(rows);
  const width = isWide(context) ? "wide" : "narrow";
  const columns = width === "wide" ? populations.length : methods.length;
  const ks = cells.map(({k}) => k);
  const places =
    width === "wide"
      ? methods.flatMap((method) => populations.map((population) => ({method, ...population})))
      : populations.flatMap((population) => methods.map((method) => ({method, ...population}))); // methods beside each other
  const panels = places.map(({method, population, title}): CoveragePanel => {
    const own = cells.filter((cell) => cell.method === method && cell.population === population);
    const lines = own.map((cell) => coverageLineRow(cell, seriesName(cell.n), "k", !cell.calibrated));
    return {title: `${title}: ${methodName(method)}`, lines, x: (widthPx) => kAxis(ks, widthPx, context)};
  });
  return panelFigure(
    {
      title: "How often intervals hold the truth, by population",
      description: describe(cells, methods, populations, level),
      caption: coverageCaption(rows, cells, level, "Attempts are resampled. Hollow: outside the rule, so marked ~ in tables."),
      ...coveragePanels(panels, {cells, level, series: ns.map(seriesName), columns}, context),
      plotHeightPx: HEIGHT_PX[width],
      xTitle: "k, number of attempts",
    },
    context,
  );
}

const seriesName = (n: number) => `n = ${n}`;

type Population = ReturnType<typeof populationsOf>[number];

/** The lowest coverage that the rule lets stand, by method and population. */
function describe(cells: readonly DrawnCell[], methods: readonly string[], populations: readonly Population[], level: number): string {
  const texts = methods.map((method) => {
    const each = populations.flatMap(({population, title}) => {
      const own = cells.filter((cell) => cell.method === method && cell.population === population && cell.calibrated);
      return own.length === 0 ? [] : [`${title} ${coverageText(Math.min(...own.map((cell) => cell.coverage)))}`];
    });
    return each.length === 0 ? "" : `Least coverage of ${methodName(method)} intervals within the rule: ${each.join("; ")}.`;
  });
  return [
    `Share of ${levelText(level)} intervals that hold the true score@k, in ${populations.length} populations.`,
    ...texts.filter((text) => text !== ""),
  ].join(" ");
}

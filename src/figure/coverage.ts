import type {TopLevelSpec} from "vega-lite";
import {sentences} from "./captionText.js";
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
  methodStyle,
} from "./marks/coverageLines.js";
import {type CoveragePanel, coveragePanels} from "./marks/coveragePanels.js";
import {seriesContext} from "./marks/seriesContext.js";

const HEIGHT_PX = {narrow: 130, wide: 190};
const COLUMNS = {narrow: 3, wide: 5};

/** How often intervals hold the truth against k, a line for each method, a panel for each number of attempts. */
export function coverage({rows, level}: CoverageFigureData, plain: FigureContext): TopLevelSpec {
  const cells = drawnCells(rows);
  const methods = [...new Set(cells.map(({method}) => method))].sort(byMethod);
  const context = seriesContext(plain, new Map(methods.map((method) => [methodName(method), methodStyle(method)])));
  const ns = ascending(cells.map(({n}) => n));
  const width = isWide(context) ? "wide" : "narrow";
  const columns = Math.min(COLUMNS[width], ns.length);
  const ks = cells.map(({k}) => k);
  const panels = ns.map((n): CoveragePanel => {
    const own = cells.filter((cell) => cell.n === n);
    const lines = own.map((cell) => coverageLineRow(cell, methodName(cell.method), "k", !cell.calibrated));
    return {title: `n = ${n} attempts`, lines, x: (widthPx) => kAxis(ks, widthPx, context)};
  });
  return panelFigure(
    {
      title: "How often intervals hold the truth",
      description: describe(cells, ns, methods, level),
      caption: sentences(
        coverageCaption(rows, cells, level, "Hollow: outside the rule, so marked ~ in tables."),
        `Population: ${cells[0]!.title.toLowerCase()}, n attempts in each environment, of which score@k is estimated without replacement.`,
      ),
      ...coveragePanels(panels, {cells, level, series: methods.map(methodName), columns}, context),
      plotHeightPx: HEIGHT_PX[width],
      xTitle: "k, number of attempts",
    },
    context,
  );
}

const TOLD = {ns: [35, 200], ks: [1, 8]};

function describe(cells: readonly DrawnCell[], ns: readonly number[], methods: readonly string[], level: number): string {
  const some = ns.filter((n) => TOLD.ns.includes(n));
  const texts = (some.length > 0 ? some : ns.slice(-1)).map((n) => {
    const each = methods.flatMap((method) => {
      const own = cells.filter((cell) => cell.method === method && cell.n === n);
      const told = own.filter(({k}) => TOLD.ks.includes(k)).map((cell) => `${coverageText(cell.coverage)} at k = ${cell.k}`);
      return told.length === 0 ? [] : [`${methodName(method)} ${told.join(", ")}`];
    });
    return `With ${n} attempts in each environment: ${each.join("; ")}.`;
  });
  return [`Share of ${levelText(level)} intervals that hold the true score@k, by k, attempts and method.`, ...texts].join(" ");
}

import type {TopLevelSpec} from "vega-lite";
import type {FigureContext} from "./figureContext.js";
import {kAxis} from "./layout/axes.js";
import {isWide} from "./layout/isWide.js";
import type {PlotSize} from "./layout/layer.js";
import {type Panel, panelFigure} from "./layout/panelFigure.js";
import {
  ascending,
  byMethod,
  type CoverageFigureData,
  coverageAxis,
  coverageCaption,
  coverageLayers,
  coverageLineRow,
  coverageText,
  type DrawnCell,
  drawnCells,
  levelLabel,
  levelText,
  methodName,
  populationsOf,
} from "./marks/coverageLines.js";
import {marginLabels} from "./marks/marginLabels.js";
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
  const y = coverageAxis(cells);
  const labels = marginLabels([levelLabel(level, y.domain)], context);
  const ks = cells.map(({k}) => k);
  const places =
    width === "wide"
      ? methods.flatMap((method) => populations.map((population) => ({method, ...population})))
      : populations.flatMap((population) => methods.map((method) => ({method, ...population}))); // methods beside each other
  const panels = places.map(({method, population, title}, i): Panel => {
    const own = cells.filter((cell) => cell.method === method && cell.population === population);
    const lines = own.map((cell) => coverageLineRow(cell, seriesName(cell.n), "k", !cell.calibrated));
    const axis = i % columns === 0 ? y.encoding : {...y.encoding, axis: {...y.encoding.axis, labels: false}};
    const layers = (plot: PlotSize) => [
      ...coverageLayers(lines, {x: kAxis(ks, plot.widthPx, context), y: axis}, level, context),
      ...(i % columns === columns - 1 ? labels.layers(plot) : []),
    ];
    return {title: `${title}: ${methodName(method)}`, layers};
  });
  return panelFigure(
    {
      title: "How often intervals hold the truth, by population",
      description: describe(cells, methods, populations, level),
      caption: coverageCaption(rows, cells, level, "Attempts are resampled. Hollow: outside the rule, so marked ~ in tables."),
      panels,
      columns,
      plotHeightPx: HEIGHT_PX[width],
      xTitle: "k, number of attempts",
      yTitle: "Intervals that hold the truth, %",
      yLabels: y.labels,
      sharedY: true,
      lastRightPx: labels.rightPx,
      key: ns.map((n) => ({agent: seriesName(n), kind: "agent", label: seriesName(n)})),
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

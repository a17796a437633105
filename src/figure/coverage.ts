import type {TopLevelSpec} from "vega-lite";
import {sentences} from "./captionText.js";
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
  methodStyle,
} from "./marks/coverageLines.js";
import {marginLabels} from "./marks/marginLabels.js";
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
  const y = coverageAxis(cells);
  const labels = marginLabels([levelLabel(level, y.domain)], context);
  const ks = cells.map(({k}) => k);
  const panels = ns.map((n, i): Panel => {
    const isLast = i % columns === columns - 1 || i === ns.length - 1;
    const axis = i % columns === 0 ? y.encoding : {...y.encoding, axis: {...y.encoding.axis, labels: false}};
    const own = cells.filter((cell) => cell.n === n).map((cell) => coverageLineRow(cell, methodName(cell.method), "k", !cell.calibrated));
    const layers = (plot: PlotSize) => [
      ...coverageLayers(own, {x: kAxis(ks, plot.widthPx, context), y: axis}, level, context),
      ...(isLast ? labels.layers(plot) : []),
    ];
    return {title: `n = ${n} attempts`, layers};
  });
  return panelFigure(
    {
      title: "How often intervals hold the truth",
      description: describe(cells, ns, methods, level),
      caption: sentences(
        coverageCaption(rows, cells, level, "Hollow: outside the rule, so marked ~ in tables."),
        `Population: ${cells[0]!.title.toLowerCase()}, n attempts in each environment, of which score@k is estimated without replacement.`,
      ),
      panels,
      columns,
      plotHeightPx: HEIGHT_PX[width],
      xTitle: "k, number of attempts",
      yTitle: "Intervals that hold the truth, %",
      yLabels: y.labels,
      sharedY: true,
      lastRightPx: labels.rightPx,
      key: methods.map((method) => ({agent: methodName(method), kind: "agent", label: methodName(method)})),
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

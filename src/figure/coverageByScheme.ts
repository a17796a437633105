import type {TopLevelSpec} from "vega-lite";
import type {FigureContext} from "./figureContext.js";
import {logCountAxis} from "./layout/axes.js";
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
  populationsOf,
} from "./marks/coverageLines.js";
import {type CoveragePanel, coveragePanels} from "./marks/coveragePanels.js";
import {seriesContext} from "./marks/seriesContext.js";
import type {MarkStyle} from "./theme/markStyle.js";

const HEIGHT_PX = {narrow: 130, wide: 180};
const ATTEMPTS = "attempts";

/**
 * How often intervals hold the truth where environments or people vary, against the number of attempts: resampling what varies beside
 * resampling attempts alone. Of one k, a panel for each population.
 */
export function coverageByScheme({rows, level}: CoverageFigureData, plain: FigureContext): TopLevelSpec {
  const cells = drawnCells(rows);
  const series = seriesOf(cells);
  const context = seriesContext(plain, new Map(series.map(({name, style}) => [name, style])));
  const populations = populationsOf(rows).map(({title}) => title);
  const ns = ascending(cells.map(({n}) => n));
  const panels = populations.map((title): CoveragePanel => {
    const lines = cells.filter((cell) => cell.title === title).map((cell) => coverageLineRow(cell, nameOf(cell), "n", false));
    return {title, lines, x: (widthPx) => logCountAxis(ns, widthPx, context)};
  });
  return panelFigure(
    {
      title: "How often intervals hold the truth, by what is resampled",
      description: describe(cells, populations, level),
      caption: coverageCaption(
        rows,
        cells,
        level,
        `Resampled: what varies (environments, or people with all of their attempts), or attempts only. k = ${ascending(cells.map(({k}) => k)).join(", ")}.`,
      ),
      ...coveragePanels(panels, {cells, level, series: series.map(({name}) => name), columns: populations.length}, context),
      plotHeightPx: isWide(context) ? HEIGHT_PX.wide : HEIGHT_PX.narrow,
      xTitle: "n, attempts in each environment",
    },
    context,
  );
}

const nameOf = ({method, scheme}: DrawnCell) => `${methodName(method)}, ${scheme === ATTEMPTS ? "attempts only" : "what varies"}`;

/** Methods by colour, attempts alone dashed. */
function seriesOf(cells: readonly DrawnCell[]): {name: string; style: MarkStyle}[] {
  const styles = new Map<string, MarkStyle>();
  const own = [...cells].sort((a, b) => Number(a.scheme === ATTEMPTS) - Number(b.scheme === ATTEMPTS) || byMethod(a.method, b.method));
  for (const cell of own) {
    const {colorIndex} = methodStyle(cell.method);
    const look = cell.scheme === ATTEMPTS ? ({dash: [4, 3], shape: "square"} as const) : ({dash: [], shape: "circle"} as const);
    styles.set(nameOf(cell), {colorIndex, shape: look.shape, dash: [...look.dash]});
  }
  return [...styles].map(([name, style]) => ({name, style}));
}

/** From the fewest to the most attempts, by the last of the methods. */
function describe(cells: readonly DrawnCell[], populations: readonly string[], level: number): string {
  const method = [...new Set(cells.map((cell) => cell.method))].sort(byMethod).at(-1)!;
  const texts = populations.map((title) => {
    const own = cells.filter((cell) => cell.title === title && cell.method === method).sort((a, b) => a.n - b.n);
    const each = [...new Set(own.map(({scheme}) => scheme))].map((scheme) => {
      const some = own.filter((cell) => cell.scheme === scheme);
      return `resampling ${scheme} ${[some[0]!, some.at(-1)!].map(({n, coverage}) => `${coverageText(coverage)} with ${n} attempts`).join(", ")}`;
    });
    return `${title}: ${each.join("; ")}.`;
  });
  return [`Share of ${levelText(level)} intervals (${methodName(method)}) that hold the true score, by what is resampled.`, ...texts].join(
    " ",
  );
}

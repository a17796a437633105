import type {TopLevelSpec} from "vega-lite";
import type {Source} from "../analysis/context.js";
import type {CostOptions} from "../analysis/costOptions.js";
import type {Warning} from "../analysis/settings.js";
import type {FigureContext} from "../figure/figureContext.js";
import type {SharedResults} from "./sharedResults.js";

/** What a figure is made with: the selection, how numbers are made, and what things cost. */
export type FigureOptions = CostOptions & {
  /** Of score@k plots; null for all at which there are attempts. */
  timeLimits: readonly number[] | null;
};

export type FigureRow = Record<string, unknown>;

/** A figure's numbers, or the reason why the store has none for it. */
export type FigureData = {
  /** All that is drawn, as its CSV has it, in a fixed order. Empty where there is a reason. */
  rows: readonly FigureRow[];
  /** Every choice behind them. */
  settings: object;
  warnings: readonly Warning[];
  reason: string | null;
  draw: (context: FigureContext) => TopLevelSpec;
};

export type FigureEntry = {
  name: string;
  /** Number in METR's paper, such as "2" or "24–30"; null for a figure that the paper does not have. */
  paperFigures: string | null;
  title: string;
  /** What a store must hold for it, as a sentence without its full stop. */
  needs: string;
  /** What it shows, where that is not the attempts of a store: it is drawn where it is named, and by reports. */
  about?: "coverage-study";
  data: (source: Source, options: FigureOptions, shared: SharedResults) => Promise<FigureData>;
};

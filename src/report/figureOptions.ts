import {DEFAULT_RATES} from "../analysis/costOptions.js";
import {DEFAULT_OPTIONS} from "../analysis/settings.js";
import type {PriceList} from "../cost/priceList.js";
import {FIGURE_BUDGETS_SECONDS} from "./figureBudgets.js";
import type {FigureOptions} from "./figureEntry.js";

/** What figures are made with where nothing else is asked for. */
export const defaultFigureOptions = (prices: PriceList): FigureOptions => ({
  ...DEFAULT_OPTIONS,
  budgets: FIGURE_BUDGETS_SECONDS,
  timeLimits: null,
  rates: DEFAULT_RATES,
  prices,
  pricesFrom: "data/prices.json",
  unpriced: "skip",
  dollars: [],
  spend: "nominal",
});

/** Those that decide about numbers, as files keep them: not threads, and not the list of prices, whose prices in use are among the settings. */
export function writtenOptions({threads: _, prices: __, pricesFrom: ___, ...options}: FigureOptions): Record<string, unknown> {
  return JSON.parse(JSON.stringify(options)) as Record<string, unknown>;
}

/** The options that a file was made with; of fields that it does not have, those asked for now. */
export const readOptions = (written: Record<string, unknown>, now: FigureOptions): FigureOptions => ({
  ...now,
  ...(written as Partial<FigureOptions>),
});

import * as z from "zod";
import {DEFAULT_RATES} from "../analysis/costOptions.js";
import {DEFAULT_OPTIONS} from "../analysis/settings.js";
import type {PriceList} from "../cost/priceList.js";
import {RebenchError} from "../errors.js";
import {FIGURE_BUDGETS_SECONDS} from "./figureBudgets.js";
import type {FigureOptions} from "./figureEntry.js";
import {reportFlagsSchema} from "./reportParams.js";

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

const seconds = z.array(z.number().positive());
const dollars = z.number().nonnegative();
const names = z.array(z.string()).nullable();

/** As a file keeps them: what the command line lets nobody ask for, nobody's file may either. Others than these are passed over. */
const writtenSchema = z
  .object({
    ...reportFlagsSchema.omit({wage: true, hours: true, agentHourly: true, gpuHourly: true, costFrom: true, threads: true}).shape,
    agents: names,
    environments: names,
    tier: z.enum(["full", "small"]).nullable(),
    by: z.enum(["environment", "category", "scaffold", "cohort"]).nullable(),
    resampleSize: z.int().positive().nullable(),
    correctSelection: z.boolean(),
    budgets: seconds,
    timeLimits: seconds.nullable(),
    rates: z.object({
      wageUsdPerHour: dollars,
      hours: z.enum(["budgeted", "actual"]),
      agentUsdPerHour: dollars.nullable(),
      gpuUsdPerHour: dollars.nullable(),
      costFrom: z.enum(["recorded", "tokens"]),
    }),
    dollars: z.array(dollars),
    spend: z.enum(["nominal", "actual"]),
  })
  .partial();

/**
 * The options that a file was made with; of fields that it does not have, those asked for now.
 *
 * @throws RebenchError `usage` for options with which no figure is made.
 */
export function readOptions(written: Record<string, unknown>, now: FigureOptions): FigureOptions {
  const {success, data, error} = writtenSchema.safeParse(written);
  if (success) return {...now, ...(data as Partial<FigureOptions>)};
  const {path, message} = error.issues[0]!;
  const problem = `it names options with which no figure is made: ${path.join(".")}: ${message}`;
  throw new RebenchError("usage", {problem, hint: "Draw it again with: rebench figures"});
}

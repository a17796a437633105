import {type CostOptions, DEFAULT_RATES} from "../analysis/costOptions.js";
import {DEFAULT_OPTIONS} from "../analysis/settings.js";
import type {ReportFlags} from "./reportParams.js";

/** What every analysis of a report is given: the same selection, estimation and prices for all. */
export type ReportOptions = CostOptions;

const DEFAULT_BUDGETS_SECONDS = [2 * 3600, 8 * 3600, 32 * 3600];

/**
 * The options of a report: what the command line says, else `params.json`, else the program's own.
 *
 * @param own From `params.json`.
 * @param given From the command line: those alone that were typed. `flagged` and `constants` are added to the report's.
 */
export function reportOptions(own: ReportFlags, given: ReportFlags, priceList: Pick<CostOptions, "prices" | "pricesFrom">): ReportOptions {
  const merged = {...own, ...given};
  const {budgets, wage, hours, agentHourly, gpuHourly, costFrom, unpriced, ...rest} = merged;
  return {
    ...DEFAULT_OPTIONS,
    ...rest,
    flagged: {...DEFAULT_OPTIONS.flagged, ...own.flagged, ...given.flagged},
    constants: {...own.constants, ...given.constants},
    ...priceList,
    budgets: [...new Set(budgets ?? DEFAULT_BUDGETS_SECONDS)].sort((a, b) => a - b),
    dollars: [],
    spend: "nominal",
    unpriced: unpriced ?? "skip", // a report goes on without a price, and says so
    rates: {
      wageUsdPerHour: wage ?? DEFAULT_RATES.wageUsdPerHour,
      hours: hours ?? DEFAULT_RATES.hours,
      agentUsdPerHour: agentHourly ?? DEFAULT_RATES.agentUsdPerHour,
      gpuUsdPerHour: gpuHourly ?? DEFAULT_RATES.gpuUsdPerHour,
      costFrom: costFrom ?? DEFAULT_RATES.costFrom,
    },
  };
}

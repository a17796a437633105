import type {Part} from "../score/aggregate.js";
import type {Allocation} from "../score/allocations.js";
import {type CellOptions, cellOf} from "./cell.js";
import type {ComparisonPoint} from "./comparisonPoint.js";
import {pointEstimate} from "./estimates.js";
import type {Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";
import {both, type LeftOut, sharedEnvironments, within} from "./sharedEnvironments.js";

/** One side of a planned study: how it spends its time, and the attempts at hand. */
export type PlanSide = {series: Series; allocation: Allocation; parts: readonly Part[]; score: number};

/** Both sides over the environments that both have; or why there is nothing to plan from. */
export type PlanSides = {environments: string[]; leftOut: LeftOut[]} & ({sides: [PlanSide, PlanSide]} | {reason: string});

export function planSides(
  pair: readonly [Series, Series],
  point: ComparisonPoint,
  options: AnalysisOptions,
  cellOptions: CellOptions,
): PlanSides {
  const {environments, leftOut, allocations, reasons} = sharedEnvironments(pair, point, options, cellOptions);
  const names = {environments, leftOut};
  if (allocations === null) {
    const each = both(pair, ({agent}, i) => (reasons[i] === null ? null : `${agent}: ${reasons[i]}`)).filter((reason) => reason !== null);
    const [first, second] = reasons;
    return {...names, reason: first === second && first !== null ? first : each.join("; ")};
  }
  const found = both(pair, (series, i) => {
    const allocation = allocations[i]!;
    return {
      series,
      allocation,
      ...pointEstimate(series, cellOf(series, allocation, within(environments, cellOptions)), allocation.k, options),
    };
  });
  const [a, b] = found;
  if ("reason" in a) return {...names, reason: `${a.series.agent}: ${a.reason}`};
  if ("reason" in b) return {...names, reason: `${b.series.agent}: ${b.reason}`};
  return {...names, sides: [a, b]};
}

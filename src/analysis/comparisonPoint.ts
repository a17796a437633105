import {formatDuration} from "../duration.js";
import {type Allocation, chooseAllocation, slicedAllocations} from "../score/allocations.js";
import {allocationLabel, nothingFor} from "./budgetRow.js";
import {allocationsOf} from "./candidates.js";
import {type CellOptions, cellOf} from "./cell.js";
import {groupBy} from "./groupBy.js";
import {scoreOnly} from "./scoreRows.js";
import {limitsOf, type Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";

/** Where two participants are compared: at a time limit and k, or at a time budget that each spends as suits it best. */
export type ComparisonPoint = {timeLimitSeconds: number; k: number} | {budgetSeconds: number};

/** How a side spends its time, with the environments that this covers; or why nothing can be said. */
export type Choice = {allocation: Allocation; environments: readonly string[]} | {reason: string};

/** Total time over all attempts. */
export const budgetOf = (point: ComparisonPoint): number =>
  "budgetSeconds" in point ? point.budgetSeconds : point.timeLimitSeconds * point.k;

/** `30m@4`, or the budget. */
export const pointLabel = (point: ComparisonPoint): string =>
  "budgetSeconds" in point ? formatDuration(point.budgetSeconds) : allocationLabel(point);

/** Half of the budget: k / 2 attempts of the same limit, or any allocation of T / 2; null where k is odd. */
export function halfOf(point: ComparisonPoint): ComparisonPoint | null {
  if ("budgetSeconds" in point) return {budgetSeconds: point.budgetSeconds / 2};
  return point.k % 2 === 0 ? {...point, k: point.k / 2} : null;
}

/** The allocations that a participant's attempts allow. A time limit at which none were made is seen in longer score logs. */
function candidatesAt(series: Series, point: ComparisonPoint, options: AnalysisOptions): Allocation[] {
  if ("budgetSeconds" in point) return allocationsOf(series, point.budgetSeconds, options);
  const limits = limitsOf(series);
  const {timeLimitSeconds, k} = point;
  const native = limits.native.includes(timeLimitSeconds) ? [{timeLimitSeconds, k, slicedFromSeconds: null}] : [];
  return [...native, ...slicedAllocations(timeLimitSeconds, limits, options.allowSlices).map((slice) => ({...slice, k}))];
}

/** The environments in which some allocation has attempts, however few. */
export function environmentsAt(series: Series, point: ComparisonPoint, options: AnalysisOptions, cellOptions: CellOptions): string[] {
  const cells = candidatesAt(series, point, options).map((allocation) => cellOf(series, allocation, cellOptions));
  return [...new Set(cells.flatMap(({environments}) => environments.map(({environment}) => environment)))].sort();
}

/** The allocation to compare with: the widest coverage, then the best score, as in `analyze`. */
export function choiceAt(series: Series, point: ComparisonPoint, options: AnalysisOptions, cellOptions: CellOptions): Choice {
  const candidates = candidatesAt(series, point, options).map((allocation) => ({
    ...allocation,
    ...scoreOnly(series, cellOf(series, allocation, cellOptions), allocation.k, options),
  }));
  const chosen = chooseAllocation(candidates);
  if (chosen === null) return {reason: reasonOf(series, point, candidates)};
  const {timeLimitSeconds, k, slicedFromSeconds, environments} = chosen;
  return {allocation: {timeLimitSeconds, k, slicedFromSeconds}, environments};
}

function reasonOf(series: Series, point: ComparisonPoint, candidates: readonly (Allocation & {reason: string | null})[]): string {
  if (candidates.length > 0) {
    return [...groupBy(candidates, ({reason}) => reason)]
      .map(([reason, own]) => ("budgetSeconds" in point ? `${own.map(allocationLabel).join(", ")}: ${reason}` : reason))
      .join("; ");
  }
  if ("budgetSeconds" in point) return nothingFor(series, point.budgetSeconds, []).reason!;
  const limits = limitsOf(series).native.map(formatDuration).join(", ");
  return `no attempts at ${formatDuration(point.timeLimitSeconds)}${limits === "" ? "" : ` (there are attempts of ${limits})`}`;
}

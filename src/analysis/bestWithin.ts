import {type Allocation, chooseAllocation} from "../score/allocations.js";
import {allocationsOf} from "./candidates.js";
import {type CellOptions, cellOf} from "./cell.js";
import {scoreOnly} from "./scoreRows.js";
import type {Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";

/** The budgets of the paper's figures: 30 minutes to 64 hours, each twice the one before. */
export const DOUBLINGS = [0.5, 1, 2, 4, 8, 16, 32, 64].map((hours) => hours * 3600);

/** The budget asked for, and below it the doublings, the largest first. */
export const budgetsDown = (budgetSeconds: number): number[] => [
  budgetSeconds,
  ...DOUBLINGS.filter((seconds) => seconds < budgetSeconds).reverse(),
];

/** The best allocation of a budget with its score, by the rules of `analyze`. */
export type BestAllocation = Allocation & {timeBudgetSeconds: number; score: number};

/** The best allocation of the first of `budgets` that has one; null where none has. */
export function bestWithin(
  series: Series,
  budgets: readonly number[],
  options: AnalysisOptions,
  cellOptions: CellOptions,
): BestAllocation | null {
  for (const timeBudgetSeconds of budgets) {
    const candidates = allocationsOf(series, timeBudgetSeconds, options).map((allocation) => {
      const {score, environmentCount} = scoreOnly(series, cellOf(series, allocation, cellOptions), allocation.k, options);
      return {...allocation, timeBudgetSeconds, score, environmentCount};
    });
    const chosen = chooseAllocation(candidates);
    if (chosen !== null) {
      const {environmentCount: _, ...best} = chosen;
      return {...best, score: chosen.score!};
    }
  }
  return null;
}

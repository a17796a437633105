import {allocationLabel, type BudgetRow} from "../../analysis/analyze.js";
import {type BudgetFigureRow, budget} from "../../figure/budget.js";
import type {FigureEntry} from "../figureEntry.js";

export const budgetEntry: FigureEntry = {
  name: "budget",
  paperFigures: "2",
  title: "Best score by time budget",
  needs: "attempts at time limits that fit a budget",
  async data(_, options, shared) {
    const {budgets, settings, warnings} = await shared.analysis(options.budgets, null);
    const rows = budgets.map(figureRow);
    const reason = rows.some(({score}) => score !== null)
      ? null
      : `no budget has a score: ${budgets[0]?.reason ?? "no attempts match the selection"}`;
    return {rows, settings, warnings, reason, draw: (context) => budget(rows, context)};
  },
};

/** The fields of an analysis' row that figures of budgets draw, with its allocation in words. */
export function figureRow(row: BudgetRow): BudgetFigureRow & {reason: string | null} {
  const {agent, kind, timeBudgetSeconds, score, low, high, timeLimitSeconds, k} = row;
  const {attempts, environmentCount, environmentTotal, calibrated, reason} = row;
  const allocation = timeLimitSeconds === null || k === null ? null : allocationLabel({timeLimitSeconds, k});
  return {agent, kind, timeBudgetSeconds, allocation, score, low, high, attempts, environmentCount, environmentTotal, calibrated, reason};
}

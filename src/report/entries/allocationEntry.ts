import {allocationLabel} from "../../analysis/analyze.js";
import {type AllocationFigureRow, allocation} from "../../figure/allocation.js";
import type {FigureEntry} from "../figureEntry.js";

/** What the paper compares ways of spending. */
const BUDGET_SECONDS = 8 * 3600;

export const allocationEntry: FigureEntry = {
  name: "allocation",
  paperFigures: "6",
  title: "Ways to spend 8 hours",
  needs: "attempts at time limits that divide 8 hours",
  async data(_, __, shared) {
    const {allocations, settings, warnings} = await shared.analysis([BUDGET_SECONDS], null);
    const rows = allocations.flatMap((row): (AllocationFigureRow & {reason: string | null})[] => {
      const {agent, kind, timeBudgetSeconds, timeLimitSeconds, k, sliced, score, low, high, reason} = row;
      const {attempts, environmentCount, environmentTotal, calibrated} = row;
      if (timeLimitSeconds === null || k === null) return [];
      const spent = {timeBudgetSeconds, timeLimitSeconds, k, allocation: allocationLabel({timeLimitSeconds, k}), sliced};
      return [{agent, kind, ...spent, score, low, high, attempts, environmentCount, environmentTotal, calibrated, reason}];
    });
    const scored = rows.filter(({score}) => score !== null);
    const reason = scored.some(({kind}) => kind === "agent") ? null : "no agent has an allocation of 8 hours with a score";
    return {rows, settings, warnings, reason, draw: (context) => allocation(scored, context)};
  },
};

import {cost} from "../../figure/cost.js";
import type {FigureEntry} from "../figureEntry.js";
import {figureRow} from "./budgetEntry.js";

export const costEntry: FigureEntry = {
  name: "cost",
  paperFigures: "11",
  title: "Best score by cost",
  needs: "agents' attempts with tokens that have prices, recorded costs, or a rate (--agent-hourly)",
  async data(_, __, shared) {
    const {budgets, settings, warnings} = await shared.cost();
    const rows = budgets.map((row) => ({
      ...figureRow(row),
      costUsd: row.nominalUsd,
      costBasis: row.nominalBasis,
      costReason: row.nominalReason,
    }));
    const known = rows.filter(({score, costUsd}) => score !== null && costUsd !== null);
    const scored = rows.find(({kind, score}) => kind === "agent" && score !== null);
    const reason = known.some(({kind}) => kind === "agent")
      ? null
      : `no agent has both a score and a cost: ${scored?.costReason ?? "no budget has a score"}`;
    return {rows, settings, warnings, reason, draw: (context) => cost(known, context)};
  },
};

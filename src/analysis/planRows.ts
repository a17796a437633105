import type {AttemptCosts} from "./costOfAttempts.js";
import {costOfCell} from "./costOfCell.js";
import type {PlanSide} from "./planSides.js";
import type {AnalysisOptions} from "./settings.js";

/** What one attempt of a side costs in an environment; null, with the reason, where that is not known. */
export type AttemptPrice = {usd: number | null; basis: string | null; reason: string | null};

/** Attempts of one side in one environment. */
export type PlanRow = {
  environment: string;
  agent: string;
  kind: "agent" | "human";
  timeLimitSeconds: number;
  /** Attempts that score@k is the best of here: 1 where scores are hidden. */
  k: number;
  attemptsAtHand: number;
  /** Planned, all of them new; null where there is no plan. */
  attempts: number | null;
  hours: number | null;
  costUsd: number | null;
  costPerAttemptUsd: number | null;
  /** `recorded`, `priced`, `wage`, `assumed`, or several with + between them. */
  costBasis: string | null;
  /** Why the cost is null. */
  costReason: string | null;
};

/** Attempts, hours of their time limits, and dollars. */
export type Spent = {attempts: number | null; hours: number | null; costUsd: number | null; costReason: string | null};

/** Mean nominal cost of an attempt, by side and environment: the order of the cells of a plan. */
export function attemptPrices(sides: readonly PlanSide[], costs: AttemptCosts, options: AnalysisOptions): AttemptPrice[] {
  return sides.flatMap(({series, allocation, parts}) =>
    parts.map(({environment}) => {
      const {usd, basis, reason} = costOfCell(series, allocation, [environment], "nominal", costs, {...options, bootstrap: 0});
      return {usd, basis, reason: usd === null ? reason!.replace(/^nominal cost unknown: /, "") : null};
    }),
  );
}

/** A row for each side and environment. */
export function planRows(sides: readonly PlanSide[], prices: readonly AttemptPrice[]): PlanRow[] {
  const cells = sides.flatMap(({series, allocation, parts}) => parts.map((part) => ({...series, ...allocation, ...part})));
  return cells.map(({environment, agent, kind, timeLimitSeconds, k, scores}, i) => ({
    environment,
    agent,
    kind,
    timeLimitSeconds,
    k,
    attemptsAtHand: scores.length,
    attempts: null,
    hours: null,
    costUsd: null,
    costPerAttemptUsd: prices[i]!.usd,
    costBasis: prices[i]!.basis,
    costReason: prices[i]!.reason,
  }));
}

/** The rows with what these numbers of attempts come to. */
export const withAttempts = (rows: readonly PlanRow[], attempts: readonly number[]): PlanRow[] =>
  rows.map((row, i) => ({
    ...row,
    attempts: attempts[i]!,
    hours: (attempts[i]! * row.timeLimitSeconds) / 3600,
    costUsd: row.costPerAttemptUsd === null ? null : attempts[i]! * row.costPerAttemptUsd,
  }));

/** Sums over rows; dollars are null, with the reasons, as soon as those of one row are. */
export function spentOn(rows: readonly PlanRow[]): Spent {
  const sum = (name: "attempts" | "hours" | "costUsd") =>
    rows.reduce<number | null>((total, row) => (total === null || row[name] === null ? null : total + row[name]), 0);
  const reasons = rows.flatMap(({agent, costReason}) => (costReason === null ? [] : [`${agent}: ${costReason}`]));
  return {attempts: sum("attempts"), hours: sum("hours"), costUsd: sum("costUsd"), costReason: [...new Set(reasons)].join("; ") || null};
}

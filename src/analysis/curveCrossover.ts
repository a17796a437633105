import {formatDuration} from "../duration.js";
import {RebenchError} from "../errors.js";
import {type Crossing, crossings, leadAt} from "../score/crossover.js";
import {type CrossingShares, crossoverInterval, type IntervalEnd} from "../score/crossoverInterval.js";
import {whatCannotVary} from "../score/interval.js";
import {attemptsBehind} from "./budgetDifference.js";
import type {BudgetReplicates} from "./candidates.js";
import type {AnalysisOptions} from "./settings.js";

export type NamedCrossing = {budgetSeconds: number; untilSeconds: number; from: string; to: string};

/** Where the lead first passes from one to the other. */
export type Crossover = {
  /** Null, with the reason, where it does not. */
  budgetSeconds: number | null;
  /** Who leads before, and after. */
  from: string | null;
  to: string | null;
  low: IntervalEnd | null;
  high: IntervalEnd | null;
  /** What became of the replicates; null where they say nothing. */
  shares: CrossingShares | null;
  undefinedReplicates: number;
  /** Why there is no crossover, or no interval. */
  reason: string | null;
};

/** A participant's best score at each of some budgets, and in every replicate. */
export type Curve = {name: string; scores: readonly number[]; replicates: readonly BudgetReplicates[]};

type Drawn = Pick<AnalysisOptions, "interval" | "resample">;

/**
 * Every crossing of two curves, and the first with its interval.
 *
 * @param budgetsSeconds Those at which both have a score, ascending.
 */
export function curveCrossover(
  budgetsSeconds: readonly number[],
  a: Curve,
  b: Curve,
  options: Drawn,
): {crossings: NamedCrossing[]; crossover: Crossover} {
  if (budgetsSeconds.length < 2) return {crossings: [], crossover: noCrossover(tooFewBudgets(budgetsSeconds))};
  const found = crossings(budgetsSeconds, a.scores, b.scores);
  const named = found.map(({leadsAfter, ...where}) => ({
    ...where,
    ...(leadsAfter === "a" ? {from: b.name, to: a.name} : {from: a.name, to: b.name}),
  }));
  const replicated = replicatedCrossover(budgetsSeconds, a, b, found[0] ?? null, options);
  if (named[0] === undefined) {
    const reasons = [throughout(budgetsSeconds, a, b), replicated.reason].filter((reason) => reason !== null);
    return {crossings: [], crossover: {...noCrossover(reasons.join("; ")), ...replicated, reason: reasons.join("; ")}};
  }
  const {budgetSeconds, from, to} = named[0];
  return {crossings: named, crossover: {budgetSeconds, from, to, ...replicated}};
}

/** What is said where there is no crossover. */
export const noCrossover = (reason: string): Crossover => ({
  budgetSeconds: null,
  from: null,
  to: null,
  low: null,
  high: null,
  shares: null,
  undefinedReplicates: 0,
  reason,
});

/** The interval and the shares; or why there are none. */
function replicatedCrossover(
  budgetsSeconds: readonly number[],
  a: Curve,
  b: Curve,
  first: Crossing | null,
  {interval, resample}: Drawn,
): Pick<Crossover, "low" | "high" | "shares" | "undefinedReplicates" | "reason"> {
  const none = (reason: string) => ({low: null, high: null, shares: null, undefinedReplicates: 0, reason: `no interval: ${reason}`});
  if (a.replicates[0]!.replicates.length === 0) return none("no bootstrap replicates were asked for");
  const fixed = whatCannotVary(attemptsBehind([...a.replicates, ...b.replicates]), resample);
  if (fixed !== null) return none(fixed);
  const [own, other] = [a, b].map((curve) => curve.replicates.map(({replicates}) => replicates));
  try {
    return {...crossoverInterval(budgetsSeconds, own!, other!, {leadsAfter: first?.leadsAfter ?? null, level: interval}), reason: null};
  } catch (error) {
    if (error instanceof RebenchError && error.code === "undefined-statistic") return none(error.problem);
    throw error;
  }
}

function throughout(budgetsSeconds: readonly number[], a: Curve, b: Curve): string {
  const range = `from ${formatDuration(budgetsSeconds[0]!)} to ${formatDuration(budgetsSeconds.at(-1)!)}`;
  const leads = budgetsSeconds.map((_, i) => leadAt(a.scores, b.scores, i));
  const lead = leads.find((each) => each !== 0);
  if (lead === undefined) return `both have the same score at every budget ${range}`;
  return `${lead > 0 ? a.name : b.name} is ${leads.includes(0) ? "ahead or level" : "ahead"} at every budget that both have, ${range}`;
}

const tooFewBudgets = (budgetsSeconds: readonly number[]): string =>
  budgetsSeconds.length === 0
    ? "there is no budget at which both have a score over the environments they share"
    : `both have a score at one budget only, ${formatDuration(budgetsSeconds[0]!)}: a crossover needs two`;

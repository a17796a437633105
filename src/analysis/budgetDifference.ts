import type {RestsOn} from "../score/interval.js";
import type {BudgetReplicates} from "./candidates.js";
import {type IntervalEstimate, intervalEstimate} from "./intervalEstimate.js";
import type {AnalysisOptions} from "./settings.js";

type Drawn = Pick<AnalysisOptions, "interval" | "resample">;

/** A participant's best score at a budget, and in every replicate. */
export type ReplicatedBudget = BudgetReplicates & {score: number};

/** a − b with its interval. */
export type BudgetDifference = {difference: number} & Pick<IntervalEstimate, "low" | "high" | "reason" | "undefinedReplicates">;

/** a − b at a budget, replicate by replicate, allocations chosen anew in each. */
export function budgetDifference(a: ReplicatedBudget, b: ReplicatedBudget, {interval, resample}: Drawn): BudgetDifference {
  const difference = a.score - b.score;
  const differences = a.replicates.map((value, i) => value - b.replicates[i]!);
  const size = Math.max(Math.abs(a.score), Math.abs(b.score));
  const of = {behind: attemptsBehind([a, b]), scheme: resample, level: interval, size};
  const {low, high, reason, undefinedReplicates} = intervalEstimate(difference, differences, of);
  return {difference, low, high, reason, undefinedReplicates};
}

/** The attempts behind every allocation that some replicate chose, by environment. */
export function attemptsBehind(sides: readonly BudgetReplicates[]): RestsOn[] {
  const parts = sides.flatMap(({picked}) => picked.flatMap((candidate) => candidate.parts));
  return parts.sort((left, right) => (left.environment < right.environment ? -1 : 1));
}

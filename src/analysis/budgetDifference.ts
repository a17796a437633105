import type {BudgetReplicates} from "./candidates.js";
import {type Behind, type IntervalEstimate, intervalEstimate} from "./intervalEstimate.js";

/** A participant's best score at a budget, and in every replicate. */
export type ReplicatedBudget = BudgetReplicates & {score: number};

/** a − b with its interval. */
export type BudgetDifference = {difference: number} & Pick<IntervalEstimate, "low" | "high" | "reason" | "undefinedReplicates">;

/** a − b at a budget, replicate by replicate, allocations chosen anew in each. @param level In (0, 1), such as 0.95. */
export function budgetDifference(a: ReplicatedBudget, b: ReplicatedBudget, level: number): BudgetDifference {
  const difference = a.score - b.score;
  const differences = a.replicates.map((value, i) => value - b.replicates[i]!);
  const size = Math.max(Math.abs(a.score), Math.abs(b.score));
  const {low, high, reason, undefinedReplicates} = intervalEstimate(difference, differences, {behind: attemptsBehind([a, b]), level, size});
  return {difference, low, high, reason, undefinedReplicates};
}

/** The attempts behind every allocation that some replicate chose, by environment. */
export function attemptsBehind(sides: readonly BudgetReplicates[]): Behind[] {
  const parts = sides.flatMap(({picked}) => picked.flatMap((candidate) => candidate.parts));
  return parts.sort((left, right) => (left.environment < right.environment ? -1 : 1));
}

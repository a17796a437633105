import {quantile} from "../stats/quantile.js";
import type {BudgetReplicates} from "./candidates.js";

export type DifferenceInterval = {
  low: number | null;
  high: number | null;
  /** Why there is none. */
  reason: string | null;
  /** Replicates in which one of the two has no score: left out. */
  undefinedReplicates: number;
};

/** Replicates that differ by no more than this share of the scores are the same number, summed in another order. */
const ROUNDING = 1e-12;

/**
 * Percentile interval of a − b over bootstrap replicates, allocations chosen anew in each.
 *
 * Undefined, with the reason, where there are fewer than two replicates, where an allocation that some replicate chose has
 * a single attempt in an environment (which never varies), and where all replicates agree although the scores differ.
 * Where all scores are equal it is that point.
 *
 * @param level In (0, 1), such as 0.95.
 */
export function differenceInterval(a: BudgetReplicates, b: BudgetReplicates, level: number): DifferenceInterval {
  const none = (reason: string, undefinedReplicates = 0) => ({
    low: null,
    high: null,
    reason: `no interval: ${reason}`,
    undefinedReplicates,
  });
  if (a.replicates.length === 0) return none("no bootstrap replicates were asked for");
  const single = singleAttempts([a, b]);
  if (single !== null) return none(single);
  const differences = a.replicates.map((value, i) => value - b.replicates[i]!).filter((value) => !Number.isNaN(value));
  const undefinedReplicates = a.replicates.length - differences.length;
  if (differences.length < 2) return none("fewer than two bootstrap replicates give none", undefinedReplicates);
  const ascending = differences.sort();
  const [low, high] = [quantile(ascending, (1 - level) / 2), quantile(ascending, (1 + level) / 2)];
  const scale = Math.max(...[a, b].map(({replicates}) => Math.abs(replicates[0]!)));
  if (high - low <= ROUNDING * scale && !allEqual([a, b]))
    return none("the replicates agree although the scores differ", undefinedReplicates);
  return {low, high, reason: null, undefinedReplicates};
}

/** Where one attempt is all there is, in words; null where there is no such place. */
export function singleAttempts(sides: readonly BudgetReplicates[]): string | null {
  const parts = sides.flatMap(({picked}) => picked.flatMap((candidate) => candidate.parts));
  const single = new Set(parts.filter(({scores}) => scores.length === 1).map(({environment}) => environment));
  return single.size === 0 ? null : `one attempt only in ${[...single].sort().join(", ")}`;
}

const allEqual = (sides: readonly BudgetReplicates[]) =>
  sides.every(({picked}) => picked.every(({parts}) => parts.every(({scores}) => scores.every((score) => score === scores[0]))));

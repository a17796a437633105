import {RebenchError} from "../errors.js";
import {crossings, leadAt} from "./crossover.js";

/** An end of the interval: at a budget, or beyond those that the curves have (then the first or last of them). */
export type IntervalEnd = {bound: "at" | "below" | "above"; budgetSeconds: number};

/** What became of each replicate, as shares of those that are defined; they add up to 1. */
export type CrossingShares = {
  /** By the side that the lead passes to at the first crossing. */
  crossesToA: number;
  crossesToB: number;
  /** No crossing, and one side is ahead at some budget and behind at none. */
  aAheadThroughout: number;
  bAheadThroughout: number;
  /** Equal at every budget. */
  equalThroughout: number;
};

export type CrossoverInterval = {
  /** Null where no direction is asked about. */
  low: IntervalEnd | null;
  high: IntervalEnd | null;
  shares: CrossingShares;
  undefinedReplicates: number;
};

/**
 * Percentile interval of the budget at which the lead passes to one side.
 *
 * In each replicate that is the first budget from which `leadsAfter` leads:
 *
 *     −∞   it leads where the curves begin (whether or not it keeps the lead): it passed to it below the first budget, if ever
 *     T    the first crossing to it
 *     +∞   it never leads: the lead passes to it above the last budget, if ever (or the curves are equal throughout)
 *
 * The ends are the quantiles (1 ± level) / 2 of these on the extended line, by linear interpolation in log₂ T; one that
 * falls among, or next to, replicates at −∞ or +∞ is given as below the first or above the last budget, never extrapolated.
 *
 * @param budgetsSeconds Ascending, at least two.
 * @param a At each budget, the score of one curve in every replicate; `b` of the other, replicate by replicate. A replicate
 *   with a NaN is not defined: it is left out and counted.
 * @param leadsAfter The side that the estimate's first crossing gives the lead to; null for the shares alone.
 * @param level In (0, 1), such as 0.95.
 * @throws RebenchError `undefined-statistic` where fewer than two replicates, or than half of them, are defined.
 */
export function crossoverInterval(
  budgetsSeconds: readonly number[],
  a: readonly Float64Array[],
  b: readonly Float64Array[],
  {leadsAfter, level}: {leadsAfter: "a" | "b" | null; level: number},
): CrossoverInterval {
  const passages: number[] = [];
  const counts: CrossingShares = {crossesToA: 0, crossesToB: 0, aAheadThroughout: 0, bAheadThroughout: 0, equalThroughout: 0};
  const total = a[0]?.length ?? 0;
  for (let replicate = 0; replicate < total; ++replicate) {
    const [ownA, ownB] = [a.map((scores) => scores[replicate]!), b.map((scores) => scores[replicate]!)];
    if (ownA.some(Number.isNaN) || ownB.some(Number.isNaN)) continue;
    const {kind, passage} = passageOf(budgetsSeconds, ownA, ownB, leadsAfter);
    passages.push(passage);
    ++counts[kind];
  }
  const used = passages.length;
  if (used < 2 || 2 * used < total) {
    throw new RebenchError("undefined-statistic", {
      problem:
        used < 2
          ? `an interval needs two bootstrap replicates or more, found ${used}`
          : `only ${used} of ${total} replicates define both curves`,
      hint: "Ask for more with --bootstrap, or resample attempts.",
    });
  }
  const ascending = passages.sort((left, right) => left - right || 0); // −∞ − −∞ is NaN
  const shares = Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, count / used])) as CrossingShares;
  const end = (p: number, wider: number) => (leadsAfter === null ? null : endOf(extendedQuantile(ascending, p, wider), budgetsSeconds));
  return {
    low: end((1 - level) / 2, Number.NEGATIVE_INFINITY),
    high: end((1 + level) / 2, Number.POSITIVE_INFINITY),
    shares,
    undefinedReplicates: total - used,
  };
}

/** Places of order statistics that are whole numbers but for rounding. */
const WHOLE = 1e-9;

/** log₂ of the first budget from which `leadsAfter` leads, or ∓∞; and how the replicate is counted. */
function passageOf(
  budgetsSeconds: readonly number[],
  a: readonly number[],
  b: readonly number[],
  leadsAfter: "a" | "b" | null,
): {kind: keyof CrossingShares; passage: number} {
  const first = a.map((_, i) => leadAt(a, b, i)).find((sign) => sign !== 0);
  if (first === undefined) return {kind: "equalThroughout", passage: Number.POSITIVE_INFINITY};
  const leadsFirst = first > 0 ? "a" : "b";
  const [crossing] = crossings(budgetsSeconds, a, b);
  const passage =
    leadsFirst === leadsAfter ? Number.NEGATIVE_INFINITY : crossing ? Math.log2(crossing.budgetSeconds) : Number.POSITIVE_INFINITY;
  if (crossing === undefined) return {kind: leadsFirst === "a" ? "aAheadThroughout" : "bAheadThroughout", passage};
  return {kind: crossing.leadsAfter === "a" ? "crossesToA" : "crossesToB", passage};
}

/** Type 7 quantile of values that may be infinite; between −∞ and +∞ there is nothing to interpolate, and `wider` is taken. */
function extendedQuantile(ascending: readonly number[], p: number, wider: number): number {
  const exact = p * (ascending.length - 1);
  const nearest = Math.round(exact);
  if (Math.abs(exact - nearest) < WHOLE) return ascending[nearest]!; // (1 − 0.8) / 2 is no exact tenth
  const [below, above] = [ascending[Math.floor(exact)]!, ascending[Math.ceil(exact)]!];
  if (below === above) return below;
  if (below === Number.NEGATIVE_INFINITY) return above === Number.POSITIVE_INFINITY ? wider : below;
  return below + (exact - Math.floor(exact)) * (above - below);
}

function endOf(logBudget: number, budgetsSeconds: readonly number[]): IntervalEnd {
  if (logBudget === Number.NEGATIVE_INFINITY) return {bound: "below", budgetSeconds: budgetsSeconds[0]!};
  if (logBudget === Number.POSITIVE_INFINITY) return {bound: "above", budgetSeconds: budgetsSeconds.at(-1)!};
  return {bound: "at", budgetSeconds: 2 ** logBudget};
}

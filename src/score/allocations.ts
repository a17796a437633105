/** A way to spend a time budget: the best of `k` attempts of `timeLimitSeconds` each. */
export type Allocation = {
  timeLimitSeconds: number;
  k: number;
  /** Null for attempts made at that limit; else the limit of the longer attempts that are seen at `timeLimitSeconds`. */
  slicedFromSeconds: number | null;
};

export type SlicePolicy = "none" | "missing" | "all";

/** The time limits at which a participant has attempts, ascending, at least one; `logged` are those where some attempt can be seen at earlier times. */
export type Limits = {native: readonly number[]; logged: readonly number[]};

/**
 * Every allocation of a budget T that an agent's attempts allow: (t, T/t) for each time limit t that divides T, and one
 * attempt seen at T in the score log of longer ones.
 *
 * With `missing` slices enter only where there are no attempts made at T; with `all` they stand beside them.
 */
export function agentAllocations(budgetSeconds: number, limits: Limits, slices: SlicePolicy): Allocation[] {
  const native = limits.native.flatMap((limit) => {
    const k = wholeQuotient(budgetSeconds, limit);
    return k === null ? [] : [{timeLimitSeconds: limit, k, slicedFromSeconds: null}];
  });
  return [...native, ...slicedAllocations(budgetSeconds, limits, slices)];
}

/** The attempt that people's budgets are counted in: 8 hours, as in the paper. */
export const HUMAN_ATTEMPT_SECONDS = 8 * 3600;

/**
 * The allocations of a budget T for people: up to 8 h, one attempt made or seen at T; beyond, the best of T / 8 h attempts
 * of 8 hours where that is a whole number. A person who stops at 2 h would have worked otherwise had the limit been 2 h, so
 * several shorter attempts are never put in the place of a longer one.
 */
export function humanAllocations(budgetSeconds: number, limits: Limits, slices: SlicePolicy): Allocation[] {
  if (budgetSeconds > HUMAN_ATTEMPT_SECONDS) {
    const k = wholeQuotient(budgetSeconds, HUMAN_ATTEMPT_SECONDS);
    return k === null || !limits.native.includes(HUMAN_ATTEMPT_SECONDS)
      ? []
      : [{timeLimitSeconds: HUMAN_ATTEMPT_SECONDS, k, slicedFromSeconds: null}];
  }
  const native = limits.native
    .filter((limit) => limit === budgetSeconds)
    .map((limit) => ({timeLimitSeconds: limit, k: 1, slicedFromSeconds: null}));
  return [...native, ...slicedAllocations(budgetSeconds, limits, slices)];
}

/** One attempt seen at `timeSeconds`, for each longer limit with score logs. */
export function slicedAllocations(timeSeconds: number, limits: Limits, slices: SlicePolicy): Allocation[] {
  if (slices === "none" || (slices === "missing" && limits.native.includes(timeSeconds))) return [];
  return limits.logged
    .filter((limit) => limit > timeSeconds)
    .map((limit) => ({timeLimitSeconds: timeSeconds, k: 1, slicedFromSeconds: limit}));
}

/** T / t when t divides T to within a microsecond, else null. */
function wholeQuotient(budgetSeconds: number, limitSeconds: number): number | null {
  const k = Math.round(budgetSeconds / limitSeconds);
  return k >= 1 && Math.abs(k * limitSeconds - budgetSeconds) < 1e-6 ? k : null;
}

/** An allocation with what it gave: null where score@k is not available. */
type Scored = Allocation & {score: number | null; environmentCount: number};

/** Scores that differ by no more than this share of them tie: they are the same sum, rounded differently. */
const TIE = 1e-12;

/**
 * The allocation to show for a budget: the widest coverage, then the best score, then the fewest and longest attempts. A
 * slice gives way to attempts made at its time that cover as many environments, whatever they scored.
 *
 * @returns null when no allocation has a score.
 */
export function chooseAllocation<T extends Scored>(allocations: readonly T[]): T | null {
  const competing = competingAllocations(allocations);
  const best = competing.reduce((most, {score}) => Math.max(most, score!), Number.NEGATIVE_INFINITY);
  const tied = competing.filter(({score}) => best - score! <= TIE * Math.abs(best));
  return tied[0] ?? null;
}

/** The allocations of which {@link chooseAllocation} takes the best, in the order in which they win ties. */
export function competingAllocations<T extends Scored>(allocations: readonly T[]): T[] {
  const scored = allocations.filter(({score}) => score !== null);
  const widest = scored.reduce((most, {environmentCount}) => Math.max(most, environmentCount), 0);
  const covering = scored.filter(({environmentCount}) => environmentCount === widest);
  return covering
    .filter((each) => !covering.some((other) => displaces(other, each)))
    .sort((a, b) => a.k - b.k || (a.slicedFromSeconds ?? 0) - (b.slicedFromSeconds ?? 0));
}

const displaces = (made: Allocation, slice: Allocation) =>
  made.slicedFromSeconds === null && slice.slicedFromSeconds !== null && made.timeLimitSeconds === slice.timeLimitSeconds;

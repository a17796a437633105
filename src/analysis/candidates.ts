import {formatDuration} from "../duration.js";
import {aggregateScore, type Part} from "../score/aggregate.js";
import {type Allocation, agentAllocations, chooseAllocation, competingAllocations, humanAllocations} from "../score/allocations.js";
import {interquartileMeanOfEnvironments} from "../score/interquartileMean.js";
import {allocationLabel, nothingFor} from "./budgetRow.js";
import {type Cell, type CellOptions, cellOf} from "./cell.js";
import type {RowCoverage} from "./context.js";
import {estimates, pointEstimate} from "./estimates.js";
import {groupBy} from "./groupBy.js";
import {scoreOnly} from "./scoreRows.js";
import {limitsOf, type Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";

/** How a participant's environments become one number: their mean, or the mean without the ⌊E/4⌋ lowest and highest of E. */
export type Aggregate = "mean" | "interquartile";

/** An allocation of a budget that covers every environment asked for, with its score. */
export type Candidate = Allocation & {cell: Cell; parts: readonly Part[]; score: number};

/** What a budget gives a participant over fixed environments. */
export type BudgetScore = {
  timeBudgetSeconds: number;
  /** Null, with the reason, where no allocation has a score over all of them. */
  chosen: Candidate | null;
  reason: string | null;
  /** What a resample may choose instead: every candidate that would be chosen if its score were the best. */
  eligible: readonly Candidate[];
};

/** A participant's attempts in some environments alone, which full coverage then means. */
export function within(series: Series, environments: readonly string[]): Series {
  const attempts = series.attempts.filter(({environment}) => environments.includes(environment));
  return {...series, attempts, expected: environments};
}

/** Every allocation of the budget that the participant's attempts allow: all of them, also where the series is a part. */
export function allocationsOf(series: Series, budgetSeconds: number, {allowSlices}: AnalysisOptions): Allocation[] {
  const allocations = series.kind === "human" ? humanAllocations : agentAllocations;
  return allocations(budgetSeconds, limitsOf(series.partOf ?? series), allowSlices);
}

/** The environments that the best allocation of each budget covers, as `analyze` prints them; without budgets that have none. */
export function chosenCoverage(
  series: Series,
  budgets: readonly number[],
  options: AnalysisOptions,
  cellOptions: CellOptions,
): (RowCoverage & {timeBudgetSeconds: number})[] {
  const whole = series.partOf ?? series;
  const scoredIn = (of: Series, allocation: Allocation) => scoreOnly(of, cellOf(of, allocation, cellOptions), allocation.k, options);
  return budgets.flatMap((timeBudgetSeconds) => {
    const candidates = allocationsOf(series, timeBudgetSeconds, options).map((each) => ({...each, ...scoredIn(whole, each)}));
    const chosen = chooseAllocation(candidates);
    if (chosen === null) return [];
    const {environments} = series === whole ? chosen : scoredIn(series, chosen);
    return [{timeBudgetSeconds, row: String(timeBudgetSeconds), environments}];
  });
}

/** The best allocation of each budget, by the rules of `analyze`, of those that cover all environments of the series. */
export function budgetScores(
  series: Series,
  budgets: readonly number[],
  options: AnalysisOptions,
  cellOptions: CellOptions,
  aggregate: Aggregate = "mean",
): BudgetScore[] {
  const cells = new Map<string, Cell>();
  const cellFor = (allocation: Allocation) => {
    const key = viewKey(allocation);
    if (!cells.has(key)) cells.set(key, cellOf(series, allocation, cellOptions));
    return cells.get(key)!;
  };
  return budgets.map((timeBudgetSeconds) => {
    const all = allocationsOf(series, timeBudgetSeconds, options).map((allocation) => ({
      allocation,
      found: candidateOf(series, allocation, cellFor(allocation), options, aggregate),
    }));
    const candidates = all.flatMap(({found}) => ("reason" in found ? [] : [found]));
    const chosen = chooseAllocation(candidates.map(withCoverage))?.candidate ?? null;
    return {
      timeBudgetSeconds,
      chosen,
      reason: chosen === null ? reasonOf(series, timeBudgetSeconds, all) : null,
      eligible: competingAllocations(candidates.map(withCoverage)).map(({candidate}) => candidate),
    };
  });
}

const viewKey = ({timeLimitSeconds, slicedFromSeconds}: Allocation) => `${timeLimitSeconds} ${slicedFromSeconds}`;
const withCoverage = (candidate: Candidate) => ({...candidate, candidate, environmentCount: candidate.parts.length});

function candidateOf(
  series: Series,
  allocation: Allocation,
  cell: Cell,
  options: AnalysisOptions,
  aggregate: Aggregate,
): Candidate | {reason: string} {
  const found = pointEstimate(series, cell, allocation.k, options);
  if ("reason" in found) return found;
  const missing = series.expected.filter((name) => !found.parts.some(({environment}) => environment === name));
  if (missing.length > 0) return {reason: `no score in ${missing.join(", ")}`};
  const score = aggregate === "mean" ? found.score : interquartileMeanOfEnvironments(environmentScores(found.parts, options));
  return {...allocation, cell, parts: found.parts, score};
}

const environmentScores = (parts: readonly Part[], {estimator}: AnalysisOptions) => parts.map((part) => aggregateScore([part], estimator));

function reasonOf(series: Series, budgetSeconds: number, all: readonly {allocation: Allocation; found: object}[]): string {
  if (series.attempts.length === 0) return `no attempts in ${series.expected.join(", ") || "any environment"}`;
  if (all.length === 0) return nothingFor(series, budgetSeconds, []).reason!;
  const byReason = groupBy(all, ({found}) => (found as {reason: string}).reason);
  return [...byReason].map(([reason, own]) => `${own.map(({allocation}) => allocationText(allocation)).join(", ")}: ${reason}`).join("; ");
}

/** `30m@4`, or `2h@1 of 8h` for longer attempts seen at 2 h. */
export const allocationText = (allocation: Allocation): string =>
  allocation.slicedFromSeconds === null
    ? allocationLabel(allocation)
    : `${allocationLabel(allocation)} of ${formatDuration(allocation.slicedFromSeconds)}`;

/** A participant's best score at one budget in every replicate, and what was chosen in some replicate. */
export type BudgetReplicates = {replicates: Float64Array; picked: readonly Candidate[]};

/**
 * For each budget the best score in every bootstrap replicate, the allocation chosen anew in each. Budgets that look at the
 * same attempts share their resamples. NaN where no allocation is defined in a replicate.
 */
export function budgetReplicates(
  series: Series,
  scores: readonly BudgetScore[],
  options: AnalysisOptions,
  aggregate: Aggregate = "mean",
): BudgetReplicates[] {
  const eligible = scores.flatMap((each) => each.eligible);
  const replicatesOf = new Map<Candidate, Float64Array>();
  for (const own of groupBy(eligible, viewKey).values()) {
    const drawn = aggregate === "mean" ? meanReplicates(series, own, options) : interquartileReplicates(series, own, options);
    for (const [i, candidate] of own.entries()) replicatesOf.set(candidate, drawn[i]!);
  }
  return scores.map((each) =>
    bestOf(
      each.eligible,
      each.eligible.map((candidate) => replicatesOf.get(candidate)!),
      options.bootstrap,
    ),
  );
}

function meanReplicates(series: Series, candidates: readonly Candidate[], options: AnalysisOptions): Float64Array[] {
  const ks = candidates.map(({k}) => k);
  return estimates(series, candidates[0]!.cell, ks, options).map((estimate) => {
    if ("reason" in estimate) throw new Error(`a candidate had a score, and now none: ${estimate.reason}`);
    return estimate.replicates;
  });
}

/** The resamples of attempts within environments are drawn for each environment by itself, so they can be had one by one. */
function interquartileReplicates(series: Series, candidates: readonly Candidate[], options: AnalysisOptions): Float64Array[] {
  return candidates.map(({cell, parts}) => {
    const alone = parts.map(({environment, k}) => {
      const one = {...cell, environments: cell.environments.filter((each) => each.environment === environment)};
      const [estimate] = estimates(series, one, [k], {...options, requireAll: false});
      if ("reason" in estimate!) throw new Error(`an environment had a score, and now none: ${estimate.reason}`);
      return estimate!.replicates;
    });
    return Float64Array.from(alone[0]!, (_, i) => interquartileMeanOfEnvironments(alone.map((replicates) => replicates[i]!)));
  });
}

function bestOf(candidates: readonly Candidate[], drawn: readonly Float64Array[], count: number): BudgetReplicates {
  const picked = new Set<Candidate>();
  const replicates = new Float64Array(count).fill(Number.NaN);
  for (let i = 0; i < count; ++i) {
    let best = -1;
    for (let c = 0; c < drawn.length; ++c) {
      if (!Number.isNaN(drawn[c]![i]!) && (best < 0 || drawn[c]![i]! > drawn[best]![i]!)) best = c;
    }
    if (best < 0) continue;
    replicates[i] = drawn[best]![i]!;
    picked.add(candidates[best]!);
  }
  return {replicates, picked: [...picked]};
}

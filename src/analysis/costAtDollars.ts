import {formatDuration} from "../duration.js";
import {type Allocation, chooseAllocation, HUMAN_ATTEMPT_SECONDS, slicedAllocations} from "../score/allocations.js";
import {allocationLabel, type BudgetRow, nothingFor} from "./budgetRow.js";
import {type Cell, type CellOptions, cellOf} from "./cell.js";
import type {CellCost, View} from "./costOfCell.js";
import {groupBy} from "./groupBy.js";
import {scoreOnly, scoreRows} from "./scoreRows.js";
import {limitsOf, type Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";

/** The best allocation that a sum pays for; null fields where nothing fits. */
export type DollarsRow = Omit<BudgetRow, "timeBudgetSeconds" | "corrected"> & {
  dollars: number;
  timeBudgetSeconds: number | null;
  /** True where the sum would pay for more attempts of that length than there are to take the best of. */
  limitedByAttempts: boolean;
};

/** Expected cost of one attempt of a series in some environments. */
export type CostOf = (series: Series, view: View, environments: readonly string[]) => CellCost;

type Refusal = {what: string; why: string};
type Found = {fits: (Allocation & {limitedByAttempts: boolean})[]; refusals: Refusal[]};

/**
 * The best score that `dollars` buy: for each time limit the largest k whose expected cost (k × mean cost of an attempt) is at
 * most that and for which there are attempts; among these the choice is that of a time budget. Where rows are categories,
 * the allocation is chosen and paid for over all the participant's environments.
 */
export function costAtDollars(
  series: Series,
  dollars: number,
  costOf: CostOf,
  options: AnalysisOptions,
  cellOptions: CellOptions,
): DollarsRow {
  const whole = series.partOf ?? series;
  const {fits, refusals} = affordable(whole, dollars, costOf, options, cellOptions);
  const scored = fits.map((each) => ({...each, ...scoreOnly(whole, cellOf(whole, each, cellOptions), each.k, options)}));
  const chosen = chooseAllocation(scored);
  if (chosen === null) {
    const reason = whyNothing([...refusals, ...scored.map((each) => ({what: allocationLabel(each), why: each.reason!}))]);
    return {...nothingFor(series, 0, []), timeBudgetSeconds: null, dollars, limitedByAttempts: false, reason};
  }
  const row = scoreRows(series, cellOf(series, chosen, cellOptions), [chosen.k], options)[0]!;
  return {timeBudgetSeconds: chosen.k * chosen.timeLimitSeconds, ...row, dollars, limitedByAttempts: chosen.limitedByAttempts};
}

/** Allocations that fit, the largest k for each time limit and set of environments; and why others do not. */
function affordable(series: Series, dollars: number, costOf: CostOf, options: AnalysisOptions, cellOptions: CellOptions): Found {
  const limits = limitsOf(series);
  const isHuman = series.kind === "human";
  const native = isHuman ? limits.native.filter((limit) => limit <= HUMAN_ATTEMPT_SECONDS) : limits.native;
  const results = native.map((timeLimitSeconds): Found => {
    const view = {timeLimitSeconds, slicedFromSeconds: null};
    const cell = cellOf(series, view, cellOptions);
    // people's shorter attempts are never put together, as in a time budget
    const ends = isHuman && timeLimitSeconds < HUMAN_ATTEMPT_SECONDS ? [1] : lastKs(cell, options);
    return largestKs(series, view, cell, ends, dollars, costOf, options);
  });
  const slice = isHuman ? sliceFor(series, dollars, costOf, options, cellOptions) : [];
  return {fits: [...results.flatMap(({fits}) => fits), ...slice], refusals: results.flatMap(({refusals}) => refusals)};
}

/** The largest k with each set of environments: with `drop`, those with few attempts leave as k grows. */
function lastKs({environments}: Cell, {tooFew}: AnalysisOptions): number[] {
  const ns = [...new Set(environments.filter(({combine}) => combine === "best").map(({scores}) => scores.length))].sort((a, b) => a - b);
  if (ns.length === 0) return [1]; // hidden scores alone
  return tooFew === "drop" ? ns : [tooFew === "clamp" ? ns.at(-1)! : ns[0]!];
}

/** Sums that differ by no more than this share are the same, rounded differently. */
const ROUNDING = 1e-9;

function largestKs(
  series: Series,
  view: View,
  cell: Cell,
  ends: readonly number[],
  dollars: number,
  costOf: CostOf,
  options: AnalysisOptions,
): Found {
  const found: Found = {fits: [], refusals: []};
  let before = 0;
  for (const end of ends) {
    const {environments, reason} = scoreOnly(series, cell, end, options);
    const {usd, reason: unknown} = reason === null ? costOf(series, view, environments) : {usd: null, reason};
    const payable = usd === null ? 0 : Math.floor((dollars / usd) * (1 + ROUNDING)); // Infinity where it costs nothing
    const k = Math.min(end, payable);
    if (k > before) found.fits.push({...view, k, limitedByAttempts: payable > end});
    else found.refusals.push(usd === null ? {what: formatDuration(view.timeLimitSeconds), why: unknown!} : tooDear(view, before + 1, usd));
    before = end;
  }
  return found;
}

const tooDear = ({timeLimitSeconds}: View, k: number, usd: number): Refusal => ({
  what: allocationLabel({timeLimitSeconds, k}),
  why: `costs $${(k * usd).toFixed(2)}`,
});

/** Each reason once, behind what it is about. */
const whyNothing = (refusals: readonly Refusal[]): string =>
  [...groupBy(refusals, ({why}) => why)].map(([why, own]) => `${own.map(({what}) => what).join(", ")}: ${why}`).join("; ") || "no attempts";

/**
 * One human attempt seen at the whole minute that the sum pays for, where that is before 8 hours. What a minute costs at the
 * beginning, when everybody is still at work, bounds what every later one does.
 */
function sliceFor(
  series: Series,
  dollars: number,
  costOf: CostOf,
  {allowSlices}: AnalysisOptions,
  cellOptions: CellOptions,
): Found["fits"] {
  const limits = limitsOf(series);
  return limits.logged.flatMap((slicedFromSeconds) => {
    const view = {timeLimitSeconds: MINUTE_SECONDS, slicedFromSeconds};
    const environments = cellOf(series, view, cellOptions).environments.map(({environment}) => environment);
    const {usd} = costOf(series, view, environments);
    if (usd === null || usd === 0) return [];
    const seconds = Math.floor((dollars / usd) * (1 + ROUNDING)) * MINUTE_SECONDS;
    if (seconds === 0 || seconds >= Math.min(slicedFromSeconds, HUMAN_ATTEMPT_SECONDS)) return [];
    return slicedAllocations(seconds, limits, allowSlices)
      .filter((each) => each.slicedFromSeconds === slicedFromSeconds)
      .map((each) => ({...each, limitedByAttempts: false}));
  });
}

const MINUTE_SECONDS = 60;

import {formatDuration} from "../duration.js";
import {chooseAllocation, competingAllocations} from "../score/allocations.js";
import {overlapped} from "../score/overlapped.js";
import {selectionCorrected} from "../score/selectionCorrected.js";
import {allocationLabel, type BudgetRow, type CorrectedScore, nothingFor} from "./budgetRow.js";
import {allocationsOf, chosenCoverage} from "./candidates.js";
import {type CellOptions, cellOf} from "./cell.js";
import {type Context, contextOf, type Source} from "./context.js";
import {type Estimate, startEstimates} from "./estimates.js";
import {flagSensitivity} from "./flagSensitivity.js";
import {groupBy} from "./groupBy.js";
import {intervalWarnings} from "./intervalWarnings.js";
import {type ScoreRow, scoreOnly, scoreRow} from "./scoreRows.js";
import {partText, type Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {BUDGET_RULES, type Settings, scoreRules, settingsOf} from "./settingsInForce.js";

export {allocationLabel, type BudgetRow, type CorrectedScore} from "./budgetRow.js";

export type Analysis = {budgets: BudgetRow[]; allocations: BudgetRow[]; settings: AnalysisSettings; warnings: Warning[]};
export type AnalysisSettings = Settings & {correctSelection: boolean};
export type AnalyzeOptions = AnalysisOptions & {budgets: readonly number[]};

const CORRECTION_RULE = {
  corrected:
    "picked anew in each replicate and scored on the attempts it leaves out; where under half allow that, best − mean(score of the pick in the replicate − on all attempts); interval: quantiles of the pick's score in each replicate, moved to that mean",
} as const;

/** Best normalized score@k that each participant's attempts allow within each time budget. */
export async function analyze(source: Source, options: AnalyzeOptions): Promise<Analysis> {
  return analyzeIn(await budgetContext(source, options), options);
}

/** What tables by budget start from: `--common` asks what the rows of the budgets cover. */
export const budgetContext = (source: Source, options: AnalyzeOptions): Promise<Context> =>
  contextOf(source, options, (series, cellOptions) => chosenCoverage(series, options.budgets, options, cellOptions));

/** {@link analyze}, of attempts that are selected already. */
export function analyzeIn(context: Context, options: AnalyzeOptions): Analysis {
  const results = context.series.map((series) => seriesResult(series, options, context.cellOptions));
  const budgets = results.flatMap((result) => result.budgets);
  const rules = {...scoreRules(options), ...BUDGET_RULES, ...CORRECTION_RULE};
  return {
    budgets,
    allocations: results.flatMap(({allocations}) => allocations),
    settings: {...settingsOf(context, options, {budgetsSeconds: [...options.budgets]}, rules), correctSelection: options.correctSelection},
    warnings: [
      ...context.warnings,
      ...intervalWarnings(budgets, context.selected.attempts, options),
      ...results.flatMap(({warnings}) => warnings),
    ],
  };
}

type Candidate = ScoreRow & {timeBudgetSeconds: number; notSeen: number; estimate: Estimate};

function seriesResult(series: Series, options: AnalyzeOptions, cellOptions: CellOptions) {
  const candidates = candidatesOf(series, options, cellOptions);
  const results = options.budgets.map((budgetSeconds) => {
    const own = candidates
      .filter(({timeBudgetSeconds}) => timeBudgetSeconds === budgetSeconds)
      .map((candidate) => ({candidate, ...candidate, ...judgedBy(series, candidate, options, cellOptions)}));
    const chosen = chooseAllocation(own)?.candidate;
    if (chosen === undefined) return {budget: nothingFor(series, budgetSeconds, own), warnings: []};
    const where = `${formatDuration(budgetSeconds)} (${allocationLabel(chosen)})`;
    const corrected = options.correctSelection ? correctedScore(series, own, options) : null;
    return {
      budget: {...asRow(chosen), corrected},
      warnings: [
        ...correctionWarnings(series, chosen, corrected, where),
        ...flagSensitivity(series, chosen, where, options, cellOptions),
        ...notSeen(series, chosen),
      ],
    };
  });
  return {
    budgets: results.map(({budget}) => budget),
    allocations: candidates.map(asRow),
    warnings: results.flatMap(({warnings}) => warnings),
  };
}

/** Every candidate of every budget, scored; those that look at the same attempts share their resamples. */
function candidatesOf(series: Series, options: AnalyzeOptions, cellOptions: CellOptions): Candidate[] {
  const all = options.budgets.flatMap((timeBudgetSeconds) =>
    allocationsOf(series, timeBudgetSeconds, options).map((allocation) => ({timeBudgetSeconds, ...allocation})),
  );
  const views = groupBy(all, ({timeLimitSeconds, slicedFromSeconds}) => `${timeLimitSeconds} ${slicedFromSeconds}`);
  const scored = overlapped([...views.values()], (own) => {
    const cell = cellOf(series, own[0]!, cellOptions);
    const ks = own.map(({k}) => k);
    const finish = startEstimates(series, cell, ks, options, options.correctSelection);
    return () =>
      finish().map((estimate, i): Candidate => {
        const row = scoreRow(series, cell, ks[i]!, estimate, options);
        return {timeBudgetSeconds: own[i]!.timeBudgetSeconds, ...row, notSeen: cell.notSeen, estimate};
      });
  });
  return scored.flat().sort((a, b) => a.timeBudgetSeconds - b.timeBudgetSeconds || a.timeLimitSeconds - b.timeLimitSeconds);
}

/** What a candidate is judged by: its own score, or where rows are categories that of all the participant's environments. */
function judgedBy({partOf}: Series, candidate: Candidate, options: AnalysisOptions, cellOptions: CellOptions) {
  return partOf === null ? candidate : scoreOnly(partOf, cellOf(partOf, candidate, cellOptions), candidate.k, options);
}

const asRow = ({notSeen: _, estimate: __, ...row}: Candidate): BudgetRow => ({...row, corrected: null});

/** The score of the allocation that the selection picks, without the optimism of picking. @param own The candidates of a budget. */
function correctedScore({partOf}: Series, own: readonly Candidate[], {interval}: AnalysisOptions): CorrectedScore {
  const none = (reason: string) => ({
    score: null,
    low: null,
    high: null,
    correction: null,
    leftOutShare: null,
    bestLeftOutShare: null,
    reason,
  });
  if (partOf !== null) return none("a part of a participant takes the allocation that all its environments choose");
  const competing = competingAllocations(own).flatMap((row) => ("reason" in row.estimate ? [] : [{row, ...row.estimate}]));
  const [only, ...others] = competing;
  if (only !== undefined && others.length === 0) {
    const {score, low, high, reason} = only.row;
    return {score, low, high, correction: "one-candidate", leftOutShare: null, bestLeftOutShare: null, reason};
  }
  const single = competing.flatMap(({parts}) => parts.filter(({scores}) => scores.length === 1).map(({environment}) => environment));
  if (single.length > 0) return none(`not corrected: one attempt only in ${[...new Set(single)].join(", ")}`);
  return selectionCorrected(
    competing.map(({score, draws}) => ({score, values: draws.values, leftOut: draws.leftOut!})),
    interval,
  );
}

/** What a corrected score says less than it seems to. */
function correctionWarnings(
  {agent}: Series,
  {score, bootstrapBias}: Candidate,
  corrected: CorrectedScore | null,
  where: string,
): Warning[] {
  const warning = (why: string): Warning[] => [{code: "correction", agent, message: `${agent} at ${where}: ${why}`}];
  if (corrected?.correction === "fall-back" && corrected.score! > score!) {
    const bias = bootstrapBias === null ? "" : `, by ${(-bootstrapBias).toFixed(3)} for this allocation`;
    return warning(
      `the fall-back raises the score: at k near n resamples lack the best attempts${bias}, more than picking the best flatters`,
    );
  }
  if (corrected?.correction === "left-out" && corrected.bestLeftOutShare! < 0.5) {
    const share = `${(100 * corrected.bestLeftOutShare!).toFixed(0)} %`;
    return warning(
      `attempts left out are enough for this allocation in ${share} of replicates only: the corrected score is mostly that of others`,
    );
  }
  return [];
}

function notSeen(series: Series, {notSeen, timeLimitSeconds, slicedFromSeconds}: Candidate): Warning[] {
  if (notSeen === 0) return [];
  const what = `${series.agent}${partText(series)} at ${formatDuration(timeLimitSeconds)}`;
  const message = `${what}: ${notSeen} attempts of ${formatDuration(slicedFromSeconds!)} have no scores over time and are left out`;
  return [{code: "no-score-log", agent: series.agent, message}];
}

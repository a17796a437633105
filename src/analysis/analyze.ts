import {formatDuration} from "../duration.js";
import {chooseAllocation} from "../score/allocations.js";
import {overlapped} from "../score/overlapped.js";
import {allocationLabel, type BudgetRow, nothingFor} from "./budgetRow.js";
import {allocationsOf, chosenCoverage} from "./candidates.js";
import {type CellOptions, cellOf} from "./cell.js";
import {type Context, contextOf, type Source} from "./context.js";
import {type CompetingRow, correctedScore, correctionWarnings} from "./correctedScore.js";
import {startEstimates} from "./estimates.js";
import {flagSensitivity} from "./flagSensitivity.js";
import {groupBy} from "./groupBy.js";
import {intervalWarnings} from "./intervalWarnings.js";
import {scoreOnly, scoreRow} from "./scoreRows.js";
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

type Candidate = CompetingRow & {timeBudgetSeconds: number; notSeen: number};

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

function notSeen(series: Series, {notSeen, timeLimitSeconds, slicedFromSeconds}: Candidate): Warning[] {
  if (notSeen === 0) return [];
  const what = `${series.agent}${partText(series)} at ${formatDuration(timeLimitSeconds)}`;
  const message = `${what}: ${notSeen} attempts of ${formatDuration(slicedFromSeconds!)} have no scores over time and are left out`;
  return [{code: "no-score-log", agent: series.agent, message}];
}

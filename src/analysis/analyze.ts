import {formatDuration} from "../duration.js";
import {type Allocation, agentAllocations, chooseAllocation, humanAllocations} from "../score/allocations.js";
import {allocationLabel, type BudgetRow, nothingFor} from "./budgetRow.js";
import {type CellOptions, cellOf} from "./cell.js";
import {contextOf, type RowCoverage, type Source} from "./context.js";
import {flagSensitivity} from "./flagSensitivity.js";
import {groupBy} from "./groupBy.js";
import {type ScoreRow, scoreOnly, scoreRows} from "./scoreRows.js";
import {limitsOf, partText, type Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type Settings, settingsOf} from "./settingsInForce.js";

export {allocationLabel, type BudgetRow} from "./budgetRow.js";

export type Analysis = {budgets: BudgetRow[]; allocations: BudgetRow[]; settings: Settings; warnings: Warning[]};
export type AnalyzeOptions = AnalysisOptions & {budgets: readonly number[]};

/** Best normalized score@k that each participant's attempts allow within each time budget. */
export async function analyze(source: Source, options: AnalyzeOptions): Promise<Analysis> {
  const context = await contextOf(source, options, (series, cellOptions) => chosenCoverage(series, options, cellOptions));
  const results = context.series.map((series) => seriesResult(series, options, context.cellOptions));
  return {
    budgets: results.flatMap(({budgets}) => budgets),
    allocations: results.flatMap(({allocations}) => allocations),
    settings: settingsOf(context, options, {budgetsSeconds: [...options.budgets]}),
    warnings: [...context.warnings, ...results.flatMap(({warnings}) => warnings)],
  };
}

/** The candidates for a budget, by the attempts that the allocation is chosen on. */
function allocationsOf(series: Series, budgetSeconds: number, {allowSlices}: AnalysisOptions): Allocation[] {
  const allocations = series.kind === "human" ? humanAllocations : agentAllocations;
  return allocations(budgetSeconds, limitsOf(series.partOf ?? series), allowSlices);
}

/** What the row of each budget that has a score covers. */
function chosenCoverage(series: Series, options: AnalyzeOptions, cellOptions: CellOptions): RowCoverage[] {
  const whole = series.partOf ?? series;
  return options.budgets.flatMap((budget) => {
    const candidates = allocationsOf(series, budget, options).map((allocation) => {
      return {...allocation, ...scoreOnly(whole, cellOf(whole, allocation, cellOptions), allocation.k, options)};
    });
    const chosen = chooseAllocation(candidates);
    if (chosen === null) return [];
    const own = series === whole ? chosen : scoreOnly(series, cellOf(series, chosen, cellOptions), chosen.k, options);
    return [{row: String(budget), environments: own.environments}];
  });
}

type Candidate = ScoreRow & {timeBudgetSeconds: number; notSeen: number};

function seriesResult(series: Series, options: AnalyzeOptions, cellOptions: CellOptions) {
  const candidates = candidatesOf(series, options, cellOptions);
  const results = options.budgets.map((budgetSeconds) => {
    const own = candidates
      .filter(({timeBudgetSeconds}) => timeBudgetSeconds === budgetSeconds)
      .map((candidate) => ({candidate, ...candidate, ...judgedBy(series, candidate, options, cellOptions)}));
    const chosen = chooseAllocation(own)?.candidate;
    if (chosen === undefined) return {budget: nothingFor(series, budgetSeconds, own), warnings: []};
    const where = `${formatDuration(budgetSeconds)} (${allocationLabel(chosen)})`;
    return {budget: asRow(chosen), warnings: [...flagSensitivity(series, chosen, where, options, cellOptions), ...notSeen(series, chosen)]};
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
  const scored = [...views.values()].flatMap((own) => {
    const cell = cellOf(series, own[0]!, cellOptions);
    const ks = own.map(({k}) => k);
    const rows = scoreRows(series, cell, ks, options);
    return rows.map((row, i): Candidate => ({timeBudgetSeconds: own[i]!.timeBudgetSeconds, ...row, notSeen: cell.notSeen}));
  });
  return scored.sort((a, b) => a.timeBudgetSeconds - b.timeBudgetSeconds || a.timeLimitSeconds - b.timeLimitSeconds);
}

/** What a candidate is judged by: its own score, or where rows are categories that of all the participant's environments. */
function judgedBy({partOf}: Series, candidate: Candidate, options: AnalysisOptions, cellOptions: CellOptions) {
  return partOf === null ? candidate : scoreOnly(partOf, cellOf(partOf, candidate, cellOptions), candidate.k, options);
}

const asRow = ({notSeen: _, ...row}: Candidate): BudgetRow => row;

function notSeen(series: Series, {notSeen, timeLimitSeconds, slicedFromSeconds}: Candidate): Warning[] {
  if (notSeen === 0) return [];
  const what = `${series.agent}${partText(series)} at ${formatDuration(timeLimitSeconds)}`;
  const message = `${what}: ${notSeen} attempts of ${formatDuration(slicedFromSeconds!)} have no scores over time and are left out`;
  return [{code: "no-score-log", agent: series.agent, message}];
}

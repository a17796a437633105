import {mean} from "simple-statistics";
import {formatDuration} from "../duration.js";
import {analyzeIn} from "./analyze.js";
import {bestWithin, budgetsDown} from "./bestWithin.js";
import type {BudgetRow} from "./budgetRow.js";
import {chosenCoverage} from "./candidates.js";
import type {CellOptions} from "./cell.js";
import {type Context, contextOf, type Source} from "./context.js";
import {groupBy} from "./groupBy.js";
import {intervalWarnings} from "./intervalWarnings.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import type {Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {BUDGET_RULES, type Settings, scoreRules, settingsOf} from "./settingsInForce.js";
import {UNCORRECTED, withoutUnused} from "./unusedOptions.js";
import {wholeParticipants} from "./wholeParticipants.js";

/** What a participant's best allocation of a budget gives in an environment, or in all of them, and the best that it ever achieved there. */
export type EnvironmentBestRow = {
  /** Null: the unweighted mean over environments, with one allocation for all of them. */
  environment: string | null;
  agent: string;
  kind: "agent" | "human";
  /** The budget of the allocation; `fullBudget` says whether it is the one asked for, or the largest doubling below it that has one. */
  timeBudgetSeconds: number;
  fullBudget: boolean;
  /** The allocation; null where there is none. `sliced`: longer attempts, seen at that time. */
  timeLimitSeconds: number | null;
  k: number | null;
  sliced: boolean;
  /** Normalized score@k with its interval; null with the reason. */
  score: number | null;
  low: number | null;
  high: number | null;
  /** Behind the score. */
  attempts: number;
  environmentCount: number;
  environmentTotal: number;
  /**
   * The best normalized score of a single attempt at any limit; of all environments the mean over the `bestEnvironments` in which scores
   * are not hidden, null where there is none.
   */
  best: number | null;
  /** Of equal ones the first by id; null for a mean. */
  bestAttemptId: string | null;
  bestEnvironments: number;
  reason: string | null;
};

export type EnvironmentBests = {
  /** By environment, the mean over environments last; in each agents by name, then people. */
  rows: EnvironmentBestRow[];
  /** Why there are no rows; null where there are some. */
  reason: string | null;
  settings: Settings;
  warnings: Warning[];
};

export type EnvironmentBestsOptions = AnalysisOptions & {budgetSeconds?: number};

export const BESTS_BUDGET_SECONDS = 32 * 3600;

const BESTS_RULES = {
  inEnvironment: "allocations are chosen anew in each environment; for all environments there is one",
  smallerBudget: "where the budget has no allocation: the largest doubling of 30 minutes below it that has one (fullBudget false)",
  best: "best score of a single attempt at any limit; of all environments the mean over those with visible scores",
} as const;

/**
 * In each environment what a budget's best allocation gives each participant, and the best score that it achieved in any attempt.
 *
 * @param asked `budgetSeconds`: 32 h where left out.
 * @see arXiv 2411.15114, figure 9.
 */
export async function environmentBests(source: Source, asked: EnvironmentBestsOptions): Promise<EnvironmentBests> {
  const {budgetSeconds = BESTS_BUDGET_SECONDS} = asked;
  const whole = wholeParticipants(asked);
  const {options, warnings} = withoutUnused(whole.options, UNCORRECTED);
  const contexts = [
    await contextFor(source, {...options, by: "environment"}, budgetSeconds),
    await contextFor(source, options, budgetSeconds),
  ];
  const parts = contexts.map((context) => partRows(context, budgetSeconds, options));
  const rows = parts.flatMap((part) => part.rows);
  const estimated = parts.flatMap(({budgets}) => budgets);
  return {
    rows: [...groupBy(rows, ({environment}) => environment)].sort(([a], [b]) => inOrder(a, b)).flatMap(([, own]) => own),
    reason: rows.length > 0 ? null : "there are no attempts in the selection: import some with rebench import",
    settings: settingsOf(contexts[1]!, options, {budgetSeconds, ...BESTS_RULES}, {...scoreRules(options), ...BUDGET_RULES}),
    warnings: distinct([
      ...contexts.flatMap((context) => context.warnings),
      ...whole.warnings,
      ...warnings,
      ...intervalWarnings(estimated, contexts[1]!.selected.attempts, options),
      ...smallerBudgets(rows, budgetSeconds),
      ...parts.flatMap((part) => part.warnings),
    ]),
  };
}

const inOrder = (a: string | null, b: string | null) => (a === null ? 1 : b === null || a < b ? -1 : 1);

/** What is said of attempts is said of both parts. */
const distinct = (warnings: readonly Warning[]) => [...new Map(warnings.map((each) => [JSON.stringify(each), each])).values()];

/** `--common` takes the environments that the rows cover, at the budgets that they have. */
const contextFor = (source: Source, options: AnalysisOptions, budgetSeconds: number): Promise<Context> =>
  contextOf(source, options, (series, cellOptions) => {
    const best = bestWithin(series, budgetsDown(budgetSeconds), options, cellOptions);
    if (best === null) return [];
    return chosenCoverage(series, [best.timeBudgetSeconds], options, cellOptions).map((each) => ({...each, row: "best"}));
  });

type PartRows = {rows: EnvironmentBestRow[]; budgets: BudgetRow[]; warnings: Warning[]};

/** The rows of the series of a context; those that have the same budget are estimated together. */
function partRows(context: Context, budgetSeconds: number, options: AnalysisOptions): PartRows {
  const budgetOf = (series: Series) =>
    bestWithin(series, budgetsDown(budgetSeconds), options, context.cellOptions)?.timeBudgetSeconds ?? budgetSeconds;
  const found = new Map<Series, BudgetRow>();
  const warnings = [...groupBy(context.series, budgetOf)].flatMap(([budget, series]) => {
    const analysis = analyzeIn({...context, series, warnings: []}, {...options, budgets: [budget]});
    for (const [i, each] of series.entries()) found.set(each, analysis.budgets[i]!);
    const ofIntervals = new Set(intervalWarnings(analysis.budgets, context.selected.attempts, options).map(({message}) => message));
    return analysis.warnings.filter(({message}) => !ofIntervals.has(message)); // said of all rows together
  });
  const budgets = context.series.map((series) => found.get(series)!);
  const rows = context.series.map((series, i) => ({...scoreOf(budgets[i]!, budgetSeconds), ...starOf(series, context.cellOptions)}));
  return {rows, budgets, warnings};
}

function scoreOf(row: BudgetRow, budgetSeconds: number) {
  const {environment, agent, kind, timeBudgetSeconds, timeLimitSeconds, k, sliced, score, low, high, attempts} = row;
  const {environmentCount, environmentTotal, reason} = row;
  const fullBudget = k !== null && timeBudgetSeconds === budgetSeconds;
  const allocation = {timeBudgetSeconds, fullBudget, timeLimitSeconds, k, sliced};
  return {environment, agent, kind, ...allocation, score, low, high, attempts, environmentCount, environmentTotal, reason};
}

function starOf(series: Series, {definitions, only}: CellOptions): Pick<EnvironmentBestRow, "best" | "bestAttemptId" | "bestEnvironments"> {
  const counting = only === null ? series.attempts : series.attempts.filter(({environment}) => only.environments.has(environment));
  const bests = [...groupBy(counting, ({environment}) => environment).values()].map(bestOf);
  if (series.environment !== null) return {best: bests[0]!.score, bestAttemptId: bests[0]!.attemptId, bestEnvironments: 1};
  const visible = bests.filter(({environment}) => !definitions.get(environment)!.scoreHidden).map(({score}) => score);
  return {best: visible.length === 0 ? null : mean(visible), bestAttemptId: null, bestEnvironments: visible.length};
}

/** Of equal ones the first by id: that is the order of attempts. */
const bestOf = (attempts: readonly ScoredAttempt[]): ScoredAttempt =>
  attempts.reduce((best, each) => (each.score > best.score ? each : best));

function smallerBudgets(rows: readonly EnvironmentBestRow[], budgetSeconds: number): Warning[] {
  const smaller = rows.filter(({k, fullBudget}) => k !== null && !fullBudget).length;
  const message = `${smaller} of ${rows.length} rows are of a smaller budget than ${formatDuration(budgetSeconds)}, for which they have no allocation with a score; each says which`;
  return smaller === 0 ? [] : [{code: "smaller-budget", agent: null, message}];
}

import {max, mean} from "simple-statistics";
import {formatDuration} from "../duration.js";
import {type Bin, binOf, histogramBins} from "../stats/histogramBins.js";
import {type BestAllocation, bestWithin, budgetsDown, DOUBLINGS} from "./bestWithin.js";
import {allocationText} from "./candidates.js";
import {cellOf} from "./cell.js";
import {type Context, contextOf, type Source} from "./context.js";
import {groupBy} from "./groupBy.js";
import type {Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {BUDGET_RULES, type Settings, scoreRules, settingsOf} from "./settingsInForce.js";
import {UNCORRECTED, withoutUnused} from "./unusedOptions.js";
import {wholeParticipants} from "./wholeParticipants.js";

/** How many of a participant's attempts in an environment have scores in one bin. Bins without any have no row. */
export type ScoreHistogramRow = {
  environment: string;
  agent: string;
  kind: "agent" | "human";
  /** The budget whose best allocation gave the time limit, and whether it is the one asked for. */
  timeBudgetSeconds: number;
  fullBudget: boolean;
  /** Of the attempts; of a slice, the time at which longer ones are seen. */
  timeLimitSeconds: number;
  sliced: boolean;
  /** Attempts of the allocation. The histogram is of single attempts. */
  k: number;
  /** Normalized scores from `binLow` to below `binHigh`; the same bins for all participants of an environment. */
  binLow: number;
  binHigh: number;
  /** Whether the bin takes everything from `binLow` on, or everything below `binHigh`. */
  openEnded: boolean;
  openStart: boolean;
  count: number;
  /** count / attempts, in (0, 1]. */
  share: number;
  /** The participant's attempts in the environment at that limit; with their best and mean score. */
  attempts: number;
  maximum: number;
  mean: number;
};

export type ScoreHistogram = {
  rows: ScoreHistogramRow[];
  /** Why there are no rows; null where there are some. */
  reason: string | null;
  settings: Settings;
  warnings: Warning[];
};

export type ScoreHistogramOptions = AnalysisOptions & {budgetSeconds?: number};

export const HISTOGRAM_BUDGET_SECONDS = 32 * 3600;

const HISTOGRAM_RULES = {
  timeLimit:
    "that of the participant's best allocation over all environments for the budget; where it has none, for the largest doubling of 30 minutes below it, else the smallest above it",
  bins: "the same for all in an environment: 2 · interquartile range / n^⅓ of all their scores as 1, 2 or 5 × a power of ten, changed until there are 8 to 30; the largest scores (up to 2 %, one at least) go to a last bin without an end where the others take less than a third of the range",
} as const;

/**
 * Normalized scores of single attempts by environment and participant, at the time limit of its best allocation of a budget, counted
 * in bins.
 *
 * @param asked `budgetSeconds`: 32 h where left out.
 * @see arXiv 2411.15114, figures 24 to 30.
 */
export async function scoreHistogram(source: Source, asked: ScoreHistogramOptions): Promise<ScoreHistogram> {
  const {options, warnings} = optionsInUse(asked);
  const budgetSeconds = asked.budgetSeconds ?? HISTOGRAM_BUDGET_SECONDS;
  const budgets = [...budgetsDown(budgetSeconds), ...DOUBLINGS.filter((seconds) => seconds > budgetSeconds)];
  const context = await contextOf(source, options, (series, cellOptions) => {
    const best = bestWithin(series, budgets, options, cellOptions);
    return best === null ? [] : [{row: "best", environments: cellOf(series, best, cellOptions).environments.map(named)}];
  });
  const shown = context.series.map((series) => ({series, best: bestWithin(series, budgets, options, context.cellOptions)}));
  const groups = shown.flatMap(({series, best}) => (best === null ? [] : groupsOf(series, best, budgetSeconds, context)));
  const rows = [...groupBy(groups, named)].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, own]) => binned(own));
  return {
    rows,
    reason: rows.length > 0 ? null : "no participant of the selection has an allocation of any budget: import attempts with rebench import",
    settings: settingsOf(context, options, {budgetSeconds, ...HISTOGRAM_RULES}, {...scoreRules(options), ...BUDGET_RULES}),
    warnings: [...context.warnings, ...warnings, ...shown.flatMap(({series, best}) => notShown(series, best, context))],
  };
}

/** Participants are shown whole, and nothing is resampled. */
function optionsInUse(asked: ScoreHistogramOptions) {
  const whole = wholeParticipants(asked);
  const used = withoutUnused(whole.options, UNCORRECTED);
  return {options: {...used.options, bootstrap: 0}, warnings: [...whole.warnings, ...used.warnings]};
}

const named = ({environment}: {environment: string}) => environment;

/** The scores of a participant in an environment, with what its rows have in common. */
type Group = Pick<ScoreHistogramRow, "environment" | "agent" | "kind" | "timeBudgetSeconds" | "fullBudget"> &
  Pick<ScoreHistogramRow, "timeLimitSeconds" | "sliced" | "k"> & {scores: readonly number[]};

function groupsOf(series: Series, best: BestAllocation, budgetSeconds: number, {cellOptions}: Context): Group[] {
  const {timeBudgetSeconds, timeLimitSeconds, k} = best;
  return cellOf(series, best, cellOptions).environments.map(({environment, scores}) => ({
    environment,
    agent: series.agent,
    kind: series.kind,
    timeBudgetSeconds,
    fullBudget: timeBudgetSeconds === budgetSeconds,
    timeLimitSeconds,
    sliced: best.slicedFromSeconds !== null,
    k,
    scores,
  }));
}

/** The rows of one environment. */
function binned(groups: readonly Group[]): ScoreHistogramRow[] {
  const bins = histogramBins(groups.flatMap(({scores}) => scores));
  return groups.flatMap(({scores, ...about}) => {
    const summary = {attempts: scores.length, maximum: max([...scores]), mean: mean([...scores])};
    const counts = [...groupBy(scores, (score) => binOf(bins, score))].sort(([a], [b]) => a - b);
    return counts.map(([place, {length}]) => ({
      ...about,
      ...edgesOf(bins[place]!),
      count: length,
      share: length / scores.length,
      ...summary,
    }));
  });
}

const edgesOf = ({low, high, openStart, openEnd}: Bin) => ({binLow: low, binHigh: high, openEnded: openEnd, openStart});

/** Participants that have no histogram, and environments in which they have attempts only at other limits. */
function notShown(series: Series, best: BestAllocation | null, {cellOptions}: Context): Warning[] {
  const warning = (message: string): Warning[] => [{code: "not-shown", agent: series.agent, message}];
  if (best === null) return warning(`${series.agent} has no histogram: none of the budgets has an allocation with a score`);
  const there = new Set(cellOf(series, best, cellOptions).environments.map(named));
  const counts = ({environment}: {environment: string}) => cellOptions.only?.environments.has(environment) ?? true;
  const missing = [...new Set(series.attempts.filter(counts).map(named))].filter((name) => !there.has(name)).sort();
  if (missing.length === 0) return [];
  return warning(
    `${series.agent} has no histogram in ${missing.join(", ")}: no attempts at the limit of ${allocationText(best)}, its best allocation of ${formatDuration(best.timeBudgetSeconds)}`,
  );
}

import {formatDuration} from "../duration.js";
import {HUMAN} from "../record/agentLabel.js";
import {defaultKs, type EnvironmentScores} from "../score/aggregate.js";
import type {Allocation} from "../score/allocations.js";
import {storeNames} from "../store/attemptRows.js";
import {type AggregateRow, type AggregatesOptions, type ProfileRow, viewAggregates} from "./aggregateRows.js";
import {allocationLabel} from "./budgetRow.js";
import {cellOf} from "./cell.js";
import {type Context, contextOf, type Source} from "./context.js";
import {flagSensitivity} from "./flagSensitivity.js";
import {groupBy} from "./groupBy.js";
import {intervalWarnings} from "./intervalWarnings.js";
import {limitViews} from "./limitViews.js";
import type {Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type Settings, scoreRules, settingsOf} from "./settingsInForce.js";
import {slicesUnused, UNCORRECTED, withoutUnused} from "./unusedOptions.js";
import {viewCoverage} from "./viewCoverage.js";

export type {AggregateRow, AggregatesOptions, ProfileRow} from "./aggregateRows.js";

export type Aggregates = {rows: AggregateRow[]; profile: ProfileRow[]; settings: Settings; warnings: Warning[]};

/** From 0 to twice the reference score, by twentieths. */
export const PROFILE_THRESHOLDS: readonly number[] = Array.from({length: 41}, (_, i) => i / 20);

const ONE_WAY = "all numbers but score@k have percentile intervals over resampled attempts only, and its are made like theirs";
const ATTEMPTS_ONLY = {resample: ONE_WAY, intervalMethod: ONE_WAY, resampleSize: ONE_WAY, ...UNCORRECTED};

/** How each number is made, as sentences. */
const DEFINITIONS = {
  interquartileMean:
    "k = 1: attempts pooled, each weighted 1/(E n), a quarter of the weight cut off at each end; k > 1: score@k by environment without the E/4 (rounded down) lowest and highest",
  optimalityGap:
    "k = 1: mean of max(0, gamma - score) over attempts, then environments; k > 1: of max(0, gamma - score@k) over environments",
  humanPercentile:
    "share of people's attempts (final scores, each at its own time limit) below the score@k plus half of those equal to it, by environment, then the mean over those that both have",
  profile: "share of attempts with a score above each threshold, by environment, then their mean",
  aggregateIntervals: "percentile intervals; attempts resampled within environments, people's too, the same resamples for every k",
} as const;

/**
 * Mean score@k, interquartile mean, optimality gap and human percentile by participant, time limit and k, and with
 * thresholds the run-score distribution by participant and limit.
 *
 * People are read for the percentile also where only agents were asked for; they are in no row then.
 * There is one way to resample and one kind of interval; a warning says so where another was asked for.
 */
export async function aggregates(source: Source, asked: AggregatesOptions): Promise<Aggregates> {
  const {options, warnings} = withoutUnused(asked, {...ATTEMPTS_ONLY, ...slicesUnused(asked)});
  const isShown = ({agent}: Series) => options.agents === null || options.agents.includes(agent);
  const context = await contextOf(source, {...options, agents: await withPeople(source, options)}, (series, cellOptions) =>
    isShown(series) ? viewCoverage(series, options, cellOptions) : [],
  );
  const people = peopleOf(context);
  const views = context.series.filter(isShown).flatMap((series) => limitViews(series, options).map((view) => ({series, view})));
  const results = views.map(({series, view}) => viewResult(series, view, people, options, context));
  const {ks, timeLimits, gamma, thresholds} = options;
  const command = {ks, timeLimits: timeLimits?.map(formatDuration) ?? null, gamma, thresholds, ...DEFINITIONS};
  const rows = results.flatMap((result) => result.rows);
  return {
    rows,
    profile: results.flatMap(({profile}) => profile),
    settings: settingsOf(context, options, command, {...scoreRules(options), randomStreams: streamsText(options)}),
    warnings: [
      ...context.warnings,
      ...warnings,
      ...severalLimits(context),
      ...intervalWarnings(rows, context.selected.attempts, options),
      ...results.flatMap((result) => result.warnings),
    ],
  };
}

/** Score@k has the streams that it has in other tables. */
const streamsText = (options: AnalysisOptions) =>
  `score@k: ${scoreRules(options).randomStreams}; all else: xoroshiro128+ from SHA-256 of (seed, "aggregates", agent, time limit, environment, block of 1024 replicates), for people as those compared with (seed, "aggregates", "people", environment, block)`;

/** The agents asked for and people, where the store has some. */
async function withPeople({connection}: Source, {agents}: AnalysisOptions): Promise<string[] | null> {
  if (agents === null || agents.includes(HUMAN)) return agents;
  return (await storeNames(connection)).agents.includes(HUMAN) ? [...agents, HUMAN] : agents;
}

/** People's final scores by environment, whatever their time limits, in the order of attempt ids. */
function peopleOf({selected, cellOptions}: Context): EnvironmentScores[] {
  const own = selected.attempts.filter(({kind}) => kind === "human");
  return [...groupBy(own, ({environment}) => environment)]
    .map(([environment, attempts]) => ({
      environment,
      combine: cellOptions.definitions.get(environment)!.combine,
      scores: attempts.map(({score}) => score),
    }))
    .sort((a, b) => (a.environment < b.environment ? -1 : 1));
}

function severalLimits({selected}: Context): Warning[] {
  const own = selected.attempts.filter(({kind}) => kind === "human");
  const limits = [...new Set(own.map(({timeLimitSeconds}) => timeLimitSeconds))].sort((a, b) => a - b).map(formatDuration);
  const message = `human percentiles are among people's attempts of ${limits.join(", ")} together, each with the score it ended with`;
  return limits.length < 2 ? [] : [{code: "people-limits", agent: HUMAN, message}];
}

function viewResult(series: Series, view: Allocation, people: readonly EnvironmentScores[], options: AggregatesOptions, context: Context) {
  const cell = cellOf(series, view, context.cellOptions);
  const ks = options.ks ?? (view.slicedFromSeconds === null ? defaultKs(cell.environments) : [1]);
  const {rows, profile} = viewAggregates(series, cell, {ks, people, options});
  const warnings = rows.flatMap((row) => flagSensitivity(series, row, allocationLabel(row), options, context.cellOptions));
  return {rows, profile, warnings};
}

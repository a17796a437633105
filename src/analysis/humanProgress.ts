import {mean} from "simple-statistics";
import {HUMAN} from "../record/agentLabel.js";
import {environmentPercentiles} from "../score/environmentPercentiles.js";
import {storeNames} from "../store/attemptRows.js";
import type {Cell} from "./cell.js";
import {type Context, contextOf, type RowCoverage, type Source} from "./context.js";
import {pointEstimate} from "./estimates.js";
import {
  followedAttempts,
  notFollowed,
  PROGRESS_LIMIT_SECONDS,
  PROGRESS_RULES,
  PROGRESS_TIMES_SECONDS,
  progressCell,
} from "./progressTimes.js";
import {scopeSettings} from "./scopeSettings.js";
import type {Series} from "./series.js";
import {seriesNamed} from "./seriesNamed.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type SelectionSettings, selectionSettings} from "./settingsInForce.js";
import {wholeParticipants} from "./wholeParticipants.js";

/** Scores that people had reached at a time: means over environments of each one's mean and percentiles; normalized. */
export type HumanProgressRow = {
  /** Working time since the start (wall-clock time with `--clock wall`). */
  timeSeconds: number;
  mean: number;
  p10: number;
  p25: number;
  p50: number;
  p75: number;
  p90: number;
  environmentCount: number;
  environmentTotal: number;
  attempts: number;
};

export type HumanProgress = {
  rows: HumanProgressRow[];
  settings: SelectionSettings;
  warnings: Warning[];
  /** Why there are no rows; null where there are. */
  reason: string | null;
};

const PERCENTILES = [10, 25, 50, 75, 90] as const;

const DEFINITIONS = {
  percentileRule:
    "mean and percentiles (linear interpolation) of the scores in each environment, then the unweighted mean over environments; not people's paths",
  ...PROGRESS_RULES,
} as const;

/**
 * People's scores over the time they worked, from 0 to 8 hours: per environment the mean and percentiles of the scores reached by
 * then, and the unweighted mean of each over environments. Needs 8-hour attempts with score logs; those without are left out and
 * counted. Options of the bootstrap change nothing.
 *
 * @see arXiv 2411.15114, figure 4.
 */
export async function humanProgress(source: Source, asked: AnalysisOptions): Promise<HumanProgress> {
  const {options, warnings} = wholeParticipants(asked);
  const context = await contextOf(source, {...options, agents: await onlyPeople(source, options)}, coverage);
  const people = seriesNamed(HUMAN, context.series);
  const found = curveOf(people, options, context);
  const others = people.attempts.filter(({timeLimitSeconds}) => timeLimitSeconds !== PROGRESS_LIMIT_SECONDS).length;
  const command = {timesSeconds: [...PROGRESS_TIMES_SECONDS], ...scopeSettings(context, options), ...DEFINITIONS};
  return {
    rows: found.rows,
    settings: selectionSettings(context, options, command),
    warnings: [...context.warnings, ...warnings, ...found.warnings, ...otherLimits(others)],
    reason: found.reason,
  };
}

/** Nobody else need be read; names that were asked for are still checked. */
async function onlyPeople({connection}: Source, {agents}: AnalysisOptions): Promise<string[] | null> {
  return agents ?? (await storeNames(connection)).agents.filter((agent) => agent === HUMAN);
}

function coverage(series: Series, cellOptions: Context["cellOptions"]): RowCoverage[] {
  const found = series.agent === HUMAN ? followedAttempts(series) : null;
  if (found === null || "reason" in found) return [];
  const {environments} = progressCell(found.series, PROGRESS_LIMIT_SECONDS, cellOptions);
  return [{row: "people", environments: environments.map(({environment}) => environment)}];
}

function curveOf(people: Series, options: AnalysisOptions, {cellOptions}: Context): Pick<HumanProgress, "rows" | "warnings" | "reason"> {
  const nothing = (reason: string) => ({rows: [], warnings: [], reason});
  if (people.attempts.length === 0) {
    const asked = options.agents === null || options.agents.includes(HUMAN);
    return nothing(asked ? "no attempts by people: import a record or CSV of theirs" : `people are not among --agents: add ${HUMAN}`);
  }
  const found = followedAttempts(people);
  if ("reason" in found) return nothing(`people: ${found.reason}`);
  const cells = PROGRESS_TIMES_SECONDS.map((timeSeconds) => progressCell(found.series, timeSeconds, cellOptions));
  const estimate = pointEstimate(found.series, cells.at(-1)!, 1, options);
  if ("reason" in estimate) return nothing(`people: ${estimate.reason}`);
  return {rows: cells.map((cell) => rowOf(people, cell)), warnings: notFollowed(HUMAN, found.left), reason: null};
}

function rowOf({expected}: Series, {timeLimitSeconds, environments}: Cell): HumanProgressRow {
  const scores = environments.map((each) => each.scores);
  const [p10, p25, p50, p75, p90] = environmentPercentiles(scores, PERCENTILES).mean as [number, number, number, number, number];
  return {
    timeSeconds: timeLimitSeconds,
    mean: mean(scores.map((own) => mean([...own]))),
    ...{p10, p25, p50, p75, p90},
    environmentCount: environments.length,
    environmentTotal: expected.length,
    attempts: scores.reduce((sum, {length}) => sum + length, 0),
  };
}

function otherLimits(others: number): Warning[] {
  const message = `scores over time are of people's 8-hour attempts: ${others} of other limits left out`;
  return others === 0 ? [] : [{code: "people-limits", agent: HUMAN, message}];
}

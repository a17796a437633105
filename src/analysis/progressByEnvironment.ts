import {mean} from "simple-statistics";
import type {CellOptions} from "./cell.js";
import type {Source} from "./context.js";
import {CHOICE_RULE, type ProgressOptions, type ProgressParticipant, progressParticipants} from "./progressParticipants.js";
import {PROGRESS_RULES, PROGRESS_TIMES_SECONDS, progressCell} from "./progressTimes.js";
import {runningScore} from "./runningScore.js";
import {scopeSettings} from "./scopeSettings.js";
import type {Warning} from "./settings.js";
import {type SelectionSettings, selectionSettings} from "./settingsInForce.js";

/** A vertex of the step function of one attempt's normalized score: it holds from that time on. */
export type ProgressRunRow = {
  environment: string;
  agent: string;
  kind: "agent" | "human";
  attemptId: string;
  timeSeconds: number;
  score: number;
};

/** The mean of the normalized scores that a participant's attempts in an environment had reached at a time. */
export type ProgressMeanRow = {
  environment: string;
  agent: string;
  kind: "agent" | "human";
  timeSeconds: number;
  score: number;
  attempts: number;
};

export type ProgressByEnvironment = {
  /** By environment, participant (agents by name, then people), attempt and time. */
  runs: ProgressRunRow[];
  means: ProgressMeanRow[];
  settings: SelectionSettings;
  warnings: Warning[];
  /** Why there are no rows; null where there are. */
  reason: string | null;
};

const RUNS_RULE = {
  runs: "steps: (0, 0), a vertex at each change of the score before 8h, and one at 8h with what the attempt counts with",
} as const;

/**
 * Score over time in each environment: the steps of every 8-hour attempt, and their mean, for the participants of `progressCurves`.
 * Needs 8-hour attempts with score logs; those without are left out and counted. Options of the bootstrap change nothing.
 *
 * @see arXiv 2411.15114, figures 45 to 51.
 */
export async function progressByEnvironment(source: Source, asked: ProgressOptions): Promise<ProgressByEnvironment> {
  const {options, context, shown, chosen, warnings, reason} = await progressParticipants(source, asked);
  const command = {
    ...{everyAgent: options.everyAgent, timesSeconds: [...PROGRESS_TIMES_SECONDS], chosen},
    ...scopeSettings(context, options),
    ...{...CHOICE_RULE, ...PROGRESS_RULES, ...RUNS_RULE},
  };
  return {
    runs: byEnvironment(shown.flatMap(runRows)),
    means: byEnvironment(shown.flatMap((participant) => meanRows(participant, context.cellOptions))),
    settings: selectionSettings(context, options, command),
    warnings: [...context.warnings, ...warnings],
    reason,
  };
}

/** Ordered by environment, and as they were within one. */
const byEnvironment = <Row extends {environment: string}>(rows: readonly Row[]): Row[] =>
  [...rows].sort((a, b) => (a.environment < b.environment ? -1 : a.environment > b.environment ? 1 : 0));

function runRows({series: {agent, kind, attempts}, environments}: ProgressParticipant): ProgressRunRow[] {
  const counted = attempts.filter(({environment}) => environments.includes(environment));
  return counted.flatMap((attempt) => {
    const {environment, attemptId} = attempt;
    return runningScore(attempt).map((point) => ({environment, agent, kind, attemptId, ...point}));
  });
}

function meanRows({series}: ProgressParticipant, cellOptions: CellOptions): ProgressMeanRow[] {
  const {agent, kind} = series;
  return PROGRESS_TIMES_SECONDS.flatMap((timeSeconds) =>
    progressCell(series, timeSeconds, cellOptions).environments.map(({environment, scores}) => {
      return {environment, agent, kind, timeSeconds, score: mean([...scores]), attempts: scores.length};
    }),
  );
}

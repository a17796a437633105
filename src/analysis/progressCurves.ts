import {overlapped} from "../score/overlapped.js";
import type {Source} from "./context.js";
import {startEstimates} from "./estimates.js";
import {intervalWarnings} from "./intervalWarnings.js";
import {CHOICE_RULE, type ProgressOptions, type ProgressParticipant, progressParticipants} from "./progressParticipants.js";
import {PROGRESS_RULES, PROGRESS_TIMES_SECONDS, progressCell} from "./progressTimes.js";
import {type ScoreRow, scoreRow} from "./scoreRows.js";
import type {Warning} from "./settings.js";
import {type Settings, scoreRules, settingsOf} from "./settingsInForce.js";
import {withoutUnused} from "./unusedOptions.js";

/** The mean over environments of the scores that a participant's 8-hour attempts had reached at a time; normalized. */
export type ProgressRow = {
  agent: string;
  kind: "agent" | "human";
  scaffold: string | null;
  /** Working time since the start (wall-clock time with `--clock wall`). */
  timeSeconds: number;
  score: number;
  /** The bootstrap interval of the level asked for; null, with the reason, where there is none. */
  low: number | null;
  high: number | null;
  environments: string[];
  environmentCount: number;
  environmentTotal: number;
  attempts: number;
  /** Whether the interval holds the truth about as often as it says; null without one. */
  calibrated: boolean | null;
  /** Why there is no interval. */
  reason: string | null;
};

export type ProgressCurves = {
  /** Agents by name, then people; each by time. */
  rows: ProgressRow[];
  settings: Settings;
  warnings: Warning[];
  /** Why there are no rows; null where there are. */
  reason: string | null;
};

/**
 * Scores over time inside 8-hour attempts, for people and the best agent of each scaffold: at each time the unweighted mean over
 * environments of the mean score reached, with the interval that score@1 of that slice has in `analyze` and `score-at-k`, from the same
 * resamples at all times. Needs 8-hour attempts with score logs; those without are left out and counted.
 *
 * Scores are steps, as they were reached; the paper interpolates between log entries.
 *
 * @see arXiv 2411.15114, figure 5; participants: {@link progressParticipants}.
 */
export async function progressCurves(source: Source, asked: ProgressOptions): Promise<ProgressCurves> {
  const allSlices = withoutUnused(asked, {allowSlices: "scores over time are those of longer attempts"});
  const {options, context, shown, chosen, warnings, reason} = await progressParticipants(source, allSlices.options);
  const points = shown.flatMap((participant) => PROGRESS_TIMES_SECONDS.map((timeSeconds) => ({participant, timeSeconds})));
  const found = overlapped(points, ({participant, timeSeconds}) => {
    const cell = progressCell(participant.series, timeSeconds, context.cellOptions);
    const finish = startEstimates(participant.series, cell, [1], options);
    return () => ({participant, row: scoreRow(participant.series, cell, 1, finish()[0]!, options)});
  });
  const estimated = found.map(({row}) => row).filter(({timeLimitSeconds}) => timeLimitSeconds > 0); // the start is known
  const command = {everyAgent: options.everyAgent, timesSeconds: [...PROGRESS_TIMES_SECONDS], chosen, ...CHOICE_RULE, ...PROGRESS_RULES};
  return {
    rows: found.map(({participant, row}) => progressRow(participant, row)),
    settings: settingsOf(context, options, command, scoreRules(options)),
    warnings: [...context.warnings, ...allSlices.warnings, ...warnings, ...intervalWarnings(estimated, context.selected.attempts, options)],
    reason,
  };
}

function progressRow({scaffold}: ProgressParticipant, row: ScoreRow): ProgressRow {
  const {agent, kind, timeLimitSeconds, score, low, high, environments, environmentCount, environmentTotal, attempts} = row;
  const {calibrated, reason} = row;
  return {
    ...{agent, kind, scaffold, timeSeconds: timeLimitSeconds, score: score!, low, high},
    ...{environments, environmentCount, environmentTotal, attempts, calibrated, reason},
  };
}

import {formatDuration} from "../duration.js";
import {HUMAN} from "../record/agentLabel.js";
import {HUMAN_ATTEMPT_SECONDS} from "../score/allocations.js";
import {environmentPercentiles} from "../score/environmentPercentiles.js";
import {type Cell, cellOf} from "./cell.js";
import {contextOf, type Source} from "./context.js";
import {pointEstimate} from "./estimates.js";
import {scopeSettings} from "./scopeSettings.js";
import {limitsOf, type Series} from "./series.js";
import {seriesNamed} from "./seriesNamed.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type SelectionSettings, selectionSettings} from "./settingsInForce.js";
import {viewCoverage} from "./viewCoverage.js";
import {wholeParticipants} from "./wholeParticipants.js";
import {withPeople} from "./withPeople.js";

/** A percentile of people's final scores. */
export type HumanPercentileRow = {
  /** Null: the unweighted mean over environments of their percentiles. */
  environment: string | null;
  /** In [0, 100]. */
  percentile: number;
  /** Normalized. */
  score: number;
  /** Environments averaged, of how many; 1 of 1 in the row of an environment. */
  environmentCount: number;
  environmentTotal: number;
  attempts: number;
};

export type HumanPercentiles = {
  /** The means, then the environments by name; each by percentile. */
  rows: HumanPercentileRow[];
  settings: SelectionSettings;
  warnings: Warning[];
  /** Why there are no rows; null where there are. */
  reason: string | null;
};

/** The lines of the paper's figures 7 and 8. */
export const HUMAN_PERCENTILES: readonly number[] = [10, 30, 50, 70, 90];

const DEFINITIONS = {
  percentileRule: "of the final scores in each environment (linear interpolation), then the unweighted mean over environments",
  environmentsCovered: "--common: those that the rows of score-at-k share",
} as const;

/**
 * Where people ended: per environment the 10th, 30th, 50th, 70th and 90th percentile of their final scores, and the unweighted mean of
 * each over environments. Attempts of people's longest time limit up to 8 hours count; score logs are not needed.
 *
 * People are read also where only agents were asked for: these are lines to compare with. Options of the bootstrap change nothing.
 *
 * @see arXiv 2411.15114, figures 7 and 8.
 */
export async function humanPercentiles(source: Source, asked: AnalysisOptions): Promise<HumanPercentiles> {
  const {options, warnings} = wholeParticipants(asked);
  const isShown = ({agent}: Series) => options.agents === null || options.agents.includes(agent) || agent === HUMAN;
  const context = await contextOf(source, {...options, agents: await withPeople(source, options)}, (series, cellOptions) =>
    isShown(series) ? viewCoverage(series, {...options, timeLimits: null}, cellOptions) : [],
  );
  const people = seriesNamed(HUMAN, context.series);
  const timeLimitSeconds = longestLimit(people);
  const cell = cellOf(people, {timeLimitSeconds: timeLimitSeconds ?? HUMAN_ATTEMPT_SECONDS, slicedFromSeconds: null}, context.cellOptions);
  const reason = timeLimitSeconds === null ? noPeople(people) : reasonOf(people, cell, options);
  const command = {percentiles: [...HUMAN_PERCENTILES], timeLimitSeconds, ...scopeSettings(context, options), ...DEFINITIONS};
  return {
    rows: reason === null ? rowsOf(people, cell) : [],
    settings: selectionSettings(context, options, command),
    warnings: [...context.warnings, ...warnings, ...otherLimits(people, timeLimitSeconds)],
    reason,
  };
}

/** The longest limit up to 8 hours that people have attempts at. */
const longestLimit = (people: Series): number | null => limitsOf(people).native.findLast((limit) => limit <= HUMAN_ATTEMPT_SECONDS) ?? null;

function noPeople(people: Series): string {
  const limits = limitsOf(people).native.map(formatDuration).join(", ");
  return limits === ""
    ? "no attempts by people: import a record or CSV of theirs"
    : `no attempts by people at a limit up to 8h (there are ${limits})`;
}

const reasonOf = (people: Series, cell: Cell, options: AnalysisOptions): string | null => {
  const found = pointEstimate(people, cell, 1, options);
  return "reason" in found ? found.reason : null;
};

function rowsOf({expected}: Series, {environments}: Cell): HumanPercentileRow[] {
  const {each, mean} = environmentPercentiles(
    environments.map(({scores}) => scores),
    HUMAN_PERCENTILES,
  );
  const attempts = environments.reduce((sum, {scores}) => sum + scores.length, 0);
  const overall = {environment: null, environmentCount: environments.length, environmentTotal: expected.length, attempts};
  const within = environments.map(({environment, scores}, i) => ({
    percentiles: each[i]!,
    about: {environment, environmentCount: 1, environmentTotal: 1, attempts: scores.length},
  }));
  return [{percentiles: mean, about: overall}, ...within].flatMap(({percentiles, about}) =>
    HUMAN_PERCENTILES.map((percentile, i) => ({percentile, score: percentiles[i]!, ...about})),
  );
}

function otherLimits({attempts}: Series, limit: number | null): Warning[] {
  const others = attempts.filter(({timeLimitSeconds}) => timeLimitSeconds !== limit).length;
  if (limit === null || others === 0) return [];
  const message = `human percentiles are among people's attempts of ${formatDuration(limit)}: ${others} of other limits left out`;
  return [{code: "people-limits", agent: HUMAN, message}];
}

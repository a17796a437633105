import {formatDuration} from "../duration.js";
import type {Part} from "../score/aggregate.js";
import {isCalibrated, type Kind, uncalibratedBecause} from "../score/calibration.js";
import {allocationLabel} from "./budgetRow.js";
import {groupBy} from "./groupBy.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import type {ScoreRow} from "./scoreRows.js";
import type {AnalysisOptions, Warning} from "./settings.js";

type Row = Omit<ScoreRow, "timeLimitSeconds" | "k"> & {timeLimitSeconds: number | null; k: number | null};

/** What a reader should know about the intervals of a table as a whole. */
export function intervalWarnings(rows: readonly Row[], attempts: readonly ScoredAttempt[], options: AnalysisOptions): Warning[] {
  const made = rows.filter(({score}) => score !== null);
  return [...schemeWarnings(attempts, options), ...uncalibrated(made, options), ...undefinedReplicates(made), ...redrawn(made)];
}

/** What goes with the choice of what is resampled, and with too few replicates for the level. */
export function schemeWarnings(attempts: readonly ScoredAttempt[], options: AnalysisOptions): Warning[] {
  return [...nobodyNamed(attempts, options), ...fewEnvironments(options), ...fewReplicates(options)];
}

function fewEnvironments({resample, intervalMethod}: AnalysisOptions): Warning[] {
  if (resample !== "environments" || intervalMethod === "studentized") return [];
  const message =
    "--resample environments: a few environments under-cover; intervals of seven hold the truth in 84 to 94 % of cases, not 95 % (studentized ones in 92 to 94 %)";
  return [{code: "few-environments", agent: null, message}];
}

function fewReplicates({bootstrap, interval, intervalMethod}: AnalysisOptions): Warning[] {
  const beyond = ((1 - interval) / 2) * bootstrap;
  if (intervalMethod === "normal" || bootstrap === 0 || beyond >= 1) return [];
  const message = `${bootstrap} replicates are too few for the level ${interval}: the ends are the least and the largest replicate; ask for ${Math.ceil(20 / (1 - interval))} or more with --bootstrap`;
  return [{code: "few-replicates", agent: null, message}];
}

/** Names those of several scores whose percentile intervals, and what is made of their replicates, are not calibrated. */
export function uncalibratedScores(
  scores: readonly {label: string; parts: readonly Part[]}[],
  {resample, estimator}: AnalysisOptions,
): Warning[] {
  const kind = {method: "percentile" as const, scheme: resample, estimator};
  return uncalibratedLabels([...new Set(scores.filter(({parts}) => !isCalibrated(parts, kind)).map(({label}) => label))], kind);
}

/** The same of scores that are known not to be. */
export function uncalibratedLabels(labels: readonly string[], kind: Kind): Warning[] {
  if (labels.length === 0) return [];
  const listed = labels.length > 6 ? `${labels.slice(0, 6).join(", ")} and ${labels.length - 6} more` : labels.join(", ");
  const message = `intervals with ${listed} may hold the truth less often than they say, and standard errors be too small: ${uncalibratedBecause(kind)}`;
  return [{code: "uncalibrated", agent: null, message}];
}

function nobodyNamed(attempts: readonly ScoredAttempt[], {resample}: AnalysisOptions): Warning[] {
  const nameless = resample === "people" ? attempts.filter(({person}) => person === null).length : 0;
  const message = `--resample people: ${nameless} of ${attempts.length} attempts name no person, and each is a cluster of its own`;
  return nameless === 0 ? [] : [{code: "nobody-named", agent: null, message}];
}

/** Rows whose intervals do not hold the truth as often as they say, each reason once. */
function uncalibrated(rows: readonly Row[], {intervalMethod, resample, estimator, interval}: AnalysisOptions): Warning[] {
  const own = rows.filter(({calibrated}) => calibrated === false);
  if (own.length === 0) return [];
  const which = own.length === rows.length ? "every interval" : `${own.length} of ${rows.length} intervals (marked ~)`;
  const message = `${which} may hold the truth less often than ${Number((100 * interval).toPrecision(12))} %: ${uncalibratedBecause({method: intervalMethod, scheme: resample, estimator})}`;
  return [{code: "uncalibrated", agent: null, message}];
}

function undefinedReplicates(rows: readonly Row[]): Warning[] {
  return [
    ...groupBy(
      rows.filter(({undefinedReplicates: count}) => count > 0),
      ({agent}) => agent,
    ),
  ].map(([agent, own]) => {
    const listed = own.map((row) => `${labelOf(row)} ${row.undefinedReplicates}`).join(", ");
    return {code: "undefined-replicates", agent, message: `${agent}: replicates that are not defined and left out: ${listed}`};
  });
}

function redrawn(rows: readonly Row[]): Warning[] {
  return [
    ...groupBy(
      rows.filter((row) => row.redrawn > 0),
      ({agent}) => agent,
    ),
  ].map(([agent, own]) => {
    const limits = [...new Map(own.map(({timeLimitSeconds, redrawn: count}) => [timeLimitSeconds, count]))];
    const listed = limits.map(([limit, count]) => `${formatDuration(limit!)} ${count}`).join(", ");
    return {code: "redrawn", agent, message: `${agent}: draws of people that left an environment empty and were drawn again: ${listed}`};
  });
}

const labelOf = ({timeLimitSeconds, k}: Row) => allocationLabel({timeLimitSeconds: timeLimitSeconds!, k: k!});

import {formatDuration} from "../duration.js";
import {uncalibratedBecause} from "../score/calibration.js";
import {allocationLabel} from "./budgetRow.js";
import {groupBy} from "./groupBy.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import type {ScoreRow} from "./scoreRows.js";
import type {AnalysisOptions, Warning} from "./settings.js";

type Row = Omit<ScoreRow, "timeLimitSeconds" | "k"> & {timeLimitSeconds: number | null; k: number | null};

/** What a reader should know about the intervals of a table as a whole. */
export function intervalWarnings(rows: readonly Row[], attempts: readonly ScoredAttempt[], options: AnalysisOptions): Warning[] {
  const made = rows.filter(({score}) => score !== null);
  return [...nobodyNamed(attempts, options), ...uncalibrated(made, options), ...undefinedReplicates(made), ...redrawn(made)];
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
  const message = `${which} may hold the truth less often than ${Math.round(interval * 1000) / 10} %: ${uncalibratedBecause({method: intervalMethod, scheme: resample, estimator})}`;
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

import type {Allocation} from "../score/allocations.js";
import {type CellOptions, cellOf} from "./cell.js";
import {type ScoreRow, scoreOnly} from "./scoreRows.js";
import type {Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";

/** A printed value that would change by more than this share without the flagged attempts is said to. */
const TELLING_SHARE = 0.1;

/**
 * One line where excluding all flagged attempts, whatever the flag and its treatment, would move a value by more than
 * 10 % or leave it undefined.
 */
export function flagSensitivity(
  series: Series,
  row: Pick<ScoreRow, "score" | "attempts"> & Allocation,
  where: string,
  options: AnalysisOptions,
  cellOptions: CellOptions,
): Warning[] {
  const flagged = series.attempts.filter(({flags}) => flags.length > 0);
  if (row.score === null || flagged.length === 0) return [];
  const unflagged = {...series, attempts: series.attempts.filter(({flags}) => flags.length === 0)};
  const [before, after] = [cellOf(series, row, cellOptions), cellOf(unflagged, row, cellOptions)];
  const count = countOf(before) - countOf(after);
  if (count === 0) return [];
  const result = scoreOnly(unflagged, after, row.k, options);
  const without = `${series.agent}${groupOf(series)} at ${where}: ${row.score.toFixed(3)}; without the ${count} flagged attempt${count === 1 ? "" : "s"}`;
  if ("reason" in result)
    return [{code: "flagged-undefined", agent: series.agent, message: `${without} there is no value: ${result.reason}`}];
  if (Math.abs(result.score - row.score) <= TELLING_SHARE * Math.abs(row.score)) return [];
  return [{code: "flagged-moves", agent: series.agent, message: `${without} it would be ${result.score.toFixed(3)}`}];
}

const countOf = ({environments}: {environments: readonly {scores: readonly number[]}[]}) =>
  environments.reduce((sum, {scores}) => sum + scores.length, 0);
const groupOf = ({group, environment}: Series) => ((group ?? environment) === null ? "" : ` (${group ?? environment})`);

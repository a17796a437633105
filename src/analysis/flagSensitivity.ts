import type {Allocation} from "../score/allocations.js";
import {type Cell, type CellOptions, cellOf} from "./cell.js";
import {type ScoreRow, scoreOnly} from "./scoreRows.js";
import {partText, type Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";

/** A printed value that would change by more than this share without the flagged attempts is said to. */
const TELLING_SHARE = 0.1;

/**
 * One line where excluding all flagged attempts, whatever the flag and its treatment, would move a value by more than
 * 10 % or leave it undefined.
 */
export function flagSensitivity(
  series: Series,
  row: Pick<ScoreRow, "score" | "environmentCount"> & Allocation,
  where: string,
  options: AnalysisOptions,
  cellOptions: CellOptions,
): Warning[] {
  const {agent, attempts} = series;
  const unflagged = attempts.filter(({flags}) => flags.length === 0);
  if (row.score === null || unflagged.length === attempts.length) return [];
  const after = cellOf({attempts: unflagged}, row, cellOptions);
  const count = countOf(cellOf(series, row, cellOptions)) - countOf(after);
  if (count === 0) return [];
  const without = `${agent}${partText(series)} at ${where}: ${row.score.toFixed(3)}; without the ${count} flagged attempt${count === 1 ? "" : "s"}`;
  const {score, environmentCount, reason} = scoreOnly(series, after, row.k, options);
  if (score === null) return [{code: "flagged-undefined", agent, message: `${without} there is no value: ${reason}`}];
  if (Math.abs(score - row.score) <= TELLING_SHARE * Math.abs(row.score)) return [];
  const coverage =
    environmentCount < row.environmentCount ? `, in ${environmentCount} instead of ${row.environmentCount} environments` : "";
  return [{code: "flagged-moves", agent, message: `${without} it would be ${score.toFixed(3)}${coverage}`}];
}

const countOf = ({environments}: Cell) => environments.reduce((sum, {scores}) => sum + scores.length, 0);

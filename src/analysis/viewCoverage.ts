import type {SlicePolicy} from "../score/allocations.js";
import {type CellOptions, cellOf} from "./cell.js";
import type {RowCoverage} from "./context.js";
import {limitViews} from "./limitViews.js";
import type {Series} from "./series.js";

/** What the rows of each time limit cover. */
export function viewCoverage(
  series: Series,
  options: {timeLimits: readonly number[] | null; allowSlices: SlicePolicy},
  cellOptions: CellOptions,
): RowCoverage[] {
  return limitViews(series, options).map((view) => ({
    row: `${view.timeLimitSeconds} ${view.slicedFromSeconds}`,
    environments: cellOf(series, view, cellOptions).environments.map(({environment}) => environment),
  }));
}

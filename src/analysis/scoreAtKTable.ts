import {formatDuration} from "../duration.js";
import {defaultKs} from "../score/aggregate.js";
import {type Allocation, slicedAllocations} from "../score/allocations.js";
import {allocationLabel} from "./budgetRow.js";
import {cellOf} from "./cell.js";
import {type Context, contextOf, type Source} from "./context.js";
import {flagSensitivity} from "./flagSensitivity.js";
import {intervalWarnings} from "./intervalWarnings.js";
import {type ScoreRow, scoreRows} from "./scoreRows.js";
import {limitsOf, type Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type Settings, settingsOf} from "./settingsInForce.js";

export type ScoreAtKTable = {rows: ScoreRow[]; settings: Settings; warnings: Warning[]};

export type ScoreAtKOptions = AnalysisOptions & {
  /** Null: powers of two up to the smallest n among the environments with visible scores. */
  ks: readonly number[] | null;
  /** Null: every limit at which there are attempts. */
  timeLimits: readonly number[] | null;
};

/** Score@k by participant, time limit and k. A time limit without attempts made at it is seen in longer score logs, at k = 1. */
export async function scoreAtKTable(source: Source, options: ScoreAtKOptions): Promise<ScoreAtKTable> {
  const context = await contextOf(source, options, (series, cellOptions) =>
    viewsOf(series, options).map((view) => ({
      row: `${view.timeLimitSeconds} ${view.slicedFromSeconds}`,
      environments: cellOf(series, view, cellOptions).environments.map(({environment}) => environment),
    })),
  );
  const results = context.series.flatMap((series) => viewsOf(series, options).map((view) => viewResult(series, view, options, context)));
  const asked = {ks: options.ks, timeLimits: options.timeLimits?.map(formatDuration) ?? null};
  const rows = results.flatMap((result) => result.rows);
  return {
    rows,
    settings: settingsOf(context, options, asked),
    warnings: [
      ...context.warnings,
      ...intervalWarnings(rows, context.selected.attempts, options),
      ...noSlices(options),
      ...results.flatMap(({warnings}) => warnings),
    ],
  };
}

function viewResult(series: Series, view: Allocation, options: ScoreAtKOptions, {cellOptions}: Context) {
  const cell = cellOf(series, view, cellOptions);
  const ks = options.ks ?? (view.slicedFromSeconds === null ? defaultKs(cell.environments) : [1]);
  const rows = scoreRows(series, cell, ks, options);
  return {rows, warnings: rows.flatMap((row) => flagSensitivity(series, row, allocationLabel(row), options, cellOptions))};
}

function noSlices({timeLimits, allowSlices}: ScoreAtKOptions): Warning[] {
  const message = "--allow-slices all changes nothing without --time-limits: attempts are listed at their own limits only";
  return timeLimits === null && allowSlices === "all" ? [{code: "slices-unused", agent: null, message}] : [];
}

function viewsOf(series: Series, {timeLimits, allowSlices}: ScoreAtKOptions): Allocation[] {
  const limits = limitsOf(series);
  return (timeLimits ?? limits.native).flatMap((timeLimitSeconds) => {
    const native = {timeLimitSeconds, k: 1, slicedFromSeconds: null};
    const slices = timeLimits === null ? [] : slicedAllocations(timeLimitSeconds, limits, allowSlices);
    return limits.native.includes(timeLimitSeconds) || slices.length === 0 ? [native, ...slices] : slices;
  });
}

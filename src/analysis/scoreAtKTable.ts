import {formatDuration} from "../duration.js";
import {defaultKs} from "../score/aggregate.js";
import type {Allocation} from "../score/allocations.js";
import {overlapped} from "../score/overlapped.js";
import {allocationLabel} from "./budgetRow.js";
import {cellOf} from "./cell.js";
import {type Context, contextOf, type Source} from "./context.js";
import {startEstimates} from "./estimates.js";
import {flagSensitivity} from "./flagSensitivity.js";
import {intervalWarnings} from "./intervalWarnings.js";
import {limitViews} from "./limitViews.js";
import {type ScoreRow, scoreRow} from "./scoreRows.js";
import type {Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type Settings, scoreRules, settingsOf} from "./settingsInForce.js";
import {slicesUnused, UNCORRECTED, withoutUnused} from "./unusedOptions.js";
import {viewCoverage} from "./viewCoverage.js";

export type ScoreAtKTable = {rows: ScoreRow[]; settings: Settings; warnings: Warning[]};

export type ScoreAtKOptions = AnalysisOptions & {
  /** Null: powers of two up to the smallest n among the environments with visible scores. */
  ks: readonly number[] | null;
  /** Null: every limit at which there are attempts. */
  timeLimits: readonly number[] | null;
};

/** Score@k by participant, time limit and k. A time limit without attempts made at it is seen in longer score logs, at k = 1. */
export async function scoreAtKTable(source: Source, asked: ScoreAtKOptions): Promise<ScoreAtKTable> {
  const {options, warnings} = withoutUnused(asked, {...UNCORRECTED, ...slicesUnused(asked)});
  const context = await contextOf(source, options, (series, cellOptions) => viewCoverage(series, options, cellOptions));
  const views = context.series.flatMap((series) => limitViews(series, options).map((view) => ({series, view})));
  const results = overlapped(views, (each) => startView(each, options, context));
  const command = {ks: options.ks, timeLimits: options.timeLimits?.map(formatDuration) ?? null};
  const rows = results.flatMap((result) => result.rows);
  return {
    rows,
    settings: settingsOf(context, options, command, scoreRules(options)),
    warnings: [
      ...context.warnings,
      ...intervalWarnings(rows, context.selected.attempts, options),
      ...warnings,
      ...results.flatMap((result) => result.warnings),
    ],
  };
}

function startView({series, view}: {series: Series; view: Allocation}, options: ScoreAtKOptions, {cellOptions}: Context) {
  const cell = cellOf(series, view, cellOptions);
  const ks = options.ks ?? (view.slicedFromSeconds === null ? defaultKs(cell.environments) : [1]);
  const finish = startEstimates(series, cell, ks, options);
  return () => {
    const rows = finish().map((estimate, i) => scoreRow(series, cell, ks[i]!, estimate, options));
    return {rows, warnings: rows.flatMap((row) => flagSensitivity(series, row, allocationLabel(row), options, cellOptions))};
  };
}

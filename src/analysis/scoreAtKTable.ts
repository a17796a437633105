import {formatDuration} from "../duration.js";
import {defaultKs} from "../score/aggregate.js";
import {type Allocation, slicedAllocations} from "../score/allocations.js";
import {allocationLabel} from "./analyze.js";
import {cellOf} from "./cell.js";
import {contextOf, type Source} from "./context.js";
import {flagSensitivity} from "./flagSensitivity.js";
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
  const context = await contextOf(source, options);
  const wanted = context.series.flatMap((series) => viewsOf(series, options).map((allocation) => ({series, allocation})));
  const cellOptions = context.cellOptions(wanted);
  const warnings: Warning[] = [];
  const rows = wanted.flatMap(({series, allocation}) => {
    const cell = cellOf(series, allocation, cellOptions);
    const ks = options.ks ?? (cell.slicedFromSeconds === null ? defaultKs(cell.environments) : [1]);
    const own = scoreRows(series, cell, ks, options);
    for (const row of own) warnings.push(...flagSensitivity(series, row, allocationLabel(row), options, cellOptions));
    return own;
  });
  const asked = {ks: options.ks, timeLimits: options.timeLimits?.map(formatDuration) ?? null};
  return {rows, settings: settingsOf(context, options, asked), warnings: [...context.warnings, ...warnings]};
}

function viewsOf(series: Series, {timeLimits, allowSlices}: ScoreAtKOptions): Allocation[] {
  const limits = limitsOf(series);
  return (timeLimits ?? limits.native).flatMap((timeLimitSeconds) => {
    const native = {timeLimitSeconds, k: 1, slicedFromSeconds: null};
    const slices = timeLimits === null ? [] : slicedAllocations(timeLimitSeconds, limits, allowSlices);
    return limits.native.includes(timeLimitSeconds) || slices.length === 0 ? [native, ...slices] : slices;
  });
}

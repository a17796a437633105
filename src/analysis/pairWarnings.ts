import {formatDuration} from "../duration.js";
import {allocationLabel} from "./budgetRow.js";
import type {CellOptions} from "./cell.js";
import type {ComparedSide, PairRow} from "./comparePair.js";
import {flagSensitivity} from "./flagSensitivity.js";
import {groupBy} from "./groupBy.js";
import {uncalibratedLabels} from "./intervalWarnings.js";
import type {Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {both, within} from "./sharedEnvironments.js";

/** What a reader of comparisons should know besides: flags that move a score, people who are in them more than once. Each once. */
export function pairWarnings(
  pairs: readonly {sides: readonly [Series, Series]; row: PairRow}[],
  options: AnalysisOptions,
  cellOptions: CellOptions,
): Warning[] {
  const all = pairs.flatMap(({sides, row}) => both(sides, (series, i) => sideWarnings(series, i, row, options, cellOptions)).flat());
  const scored = pairs.flatMap(({row: {a, b}}) => [a, b]).filter(({calibrated}) => calibrated === false);
  all.push(...uncalibratedSides(scored, options));
  return [...new Map(all.map((warning) => [warning.message, warning])).values()];
}

function uncalibratedSides(sides: readonly ComparedSide[], {resample, estimator}: AnalysisOptions): Warning[] {
  const labels = [
    ...new Set(sides.map(({agent, timeLimitSeconds, k}) => `${agent} ${allocationLabel({timeLimitSeconds: timeLimitSeconds!, k: k!})}`)),
  ];
  return uncalibratedLabels(labels, {method: "percentile", scheme: resample, estimator});
}

function sideWarnings(series: Series, i: 0 | 1, row: PairRow, options: AnalysisOptions, cellOptions: CellOptions): Warning[] {
  const {timeLimitSeconds, k, slicedFromSeconds} = i === 0 ? row.a : row.b;
  const {value} = i === 0 ? row.scoreA : row.scoreB;
  if (timeLimitSeconds === null || k === null) return [];
  const {environments} = row;
  const scored = {score: value, environmentCount: environments.length, timeLimitSeconds, k, slicedFromSeconds};
  const where = `${formatDuration(timeLimitSeconds)}@${k} in ${environments.length === 1 ? "one environment" : `${environments.length} environments`}`;
  return [
    ...flagSensitivity(series, scored, where, options, within(environments, cellOptions)),
    ...(row.permutation.p === null ? [] : repeatedPeople(series, slicedFromSeconds ?? timeLimitSeconds, environments)),
  ];
}

/** The tests take attempts as independent; those of one person are not. */
function repeatedPeople({agent, attempts}: Series, limitSeconds: number, environments: readonly string[]): Warning[] {
  const own = attempts.filter(
    ({person, environment, timeLimitSeconds}) => person !== null && timeLimitSeconds === limitSeconds && environments.includes(environment),
  );
  const people = [...groupBy(own, ({person}) => person).values()].filter(({length}) => length > 1);
  if (people.length === 0) return [];
  const message = `${agent}: ${people.length === 1 ? "one person" : `${people.length} people`} made more than one of the attempts compared; the permutation of labels takes attempts as independent`;
  return [{code: "repeated-people", agent, message}];
}

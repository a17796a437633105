import type {CoverageRow, CoverageStudy} from "../analysis/coverageStudy.js";
import {isOneCell, type ValueOf} from "./valueSpec.js";

type Found = {row: Record<string, unknown>} | {reason: string};
type Where = Omit<ValueOf<"coverage">, "field" | "digits" | "format" | "analysis">;

const FILTERS = ["population", "scheme", "estimator", "method", "n", "k", "calibrated"] as const satisfies readonly (keyof CoverageRow &
  keyof Where)[];

/** What can be quoted of the cells of the coverage study that fit: of one cell its counts, of several their extremes. */
export function coverageValues(spec: ValueOf<"coverage">, study: CoverageStudy): Found {
  const cells = study.rows.filter((row) => FILTERS.every((name) => spec[name] === null || spec[name] === row[name]));
  const [first] = cells;
  if (first === undefined) return {reason: "the coverage study has no such cell"};
  if (isOneCell(spec)) return {row: {...first, reason: "no data set has an interval there"}};
  const {dataSets, replicates, level, seed} = study.settings;
  return {
    row: {
      ...{dataSets, replicates, level, seed, cells: cells.length},
      /** Standard error of a coverage of `level`, in points: 100 √(level (1 − level) / dataSets). */
      monteCarloPoints: 100 * Math.sqrt((level * (1 - level)) / dataSets),
      ...extremes(cells),
      ...ruleOf(cells, study),
    },
  };
}

/** Where no cell has an interval they are missing. */
function extremes(cells: readonly CoverageRow[]) {
  const shares = cells.flatMap(({coverage}) => coverage ?? []);
  if (shares.length === 0) return {reason: "no data set has an interval there"};
  return {leastCoverage: Math.min(...shares), greatestCoverage: Math.max(...shares)};
}

/** The rule of the one kind of interval that all cells have. */
function ruleOf(cells: readonly CoverageRow[], {rules}: CoverageStudy) {
  const isOf = (rule: CoverageStudy["rules"][number]) => (cell: CoverageRow) =>
    cell.method === rule.method && cell.scheme === rule.scheme && cell.estimator === rule.estimator;
  const rule = rules.find((each) => cells.every(isOf(each)));
  const why = rule === undefined ? "several kinds of intervals have several rules" : "intervals of this kind are always marked";
  const {leastAttempts = null, attemptsPerK = null} = rule ?? {};
  return {leastAttempts, attemptsPerK, leastAttemptsReason: why, attemptsPerKReason: why};
}

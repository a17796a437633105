import type {CoverageRow, CoverageStudy} from "../../analysis/coverageStudy.js";
import {groupBy} from "../../analysis/groupBy.js";
import {percentNumber} from "../formatValue.js";
import {METHODS, methodTitle} from "../kindNames.js";
import {populationText, populationTitle} from "../populations.js";
import {type DataCell, fieldCell, numbers, type TableData, textCell, texts} from "./tableData.js";

/** How often intervals hold the truth in one population: n down, k across, for each kind of interval. */
export function coverageTable({rows, settings}: CoverageStudy, population: string): TableData {
  const own = rows.filter((row) => row.population === population);
  const ks = [...new Set(own.map(({k}) => k))].sort((a, b) => a - b);
  const lines = [...groupBy(own, ({scheme, estimator, method, n}) => JSON.stringify([scheme, estimator, method, n])).values()];
  const missing = own.some((row) => row.undefined > 0) ? ["In brackets: data sets without an interval, in %, rounded up."] : [];
  const varies = own.some(({scheme}) => scheme !== ATTEMPTS) ? [VARIES] : [];
  return {
    caption: `${populationTitle(population)}: ${populationText(population)}. Share of nominal ${percentNumber(settings.level, 0)} % intervals that hold the true score@k, in % of the intervals made.`,
    columns: [
      ...texts({resampled: "Resampled", interval: "Interval"}),
      ...numbers({n: "n", ...Object.fromEntries(ks.map((k) => [`k-${k}`, `k = ${k}`]))}),
    ],
    rows: lines.sort(([a], [b]) => inOrder(a!, b!)).map((line) => cellsOf(line, ks)),
    notes: [
      "~ outside the rule: tables of scores mark such intervals too.",
      ...missing,
      ...varies,
      "Empty: k is beyond n, or was not studied.",
    ],
  };
}

const ATTEMPTS = "attempts";
const VARIES =
  "The rule does not know what varies: where attempts are resampled it is about the score in these environments, by these people, and not about others.";

/** What varies before attempts alone, then by method and estimator. */
const inOrder = (a: CoverageRow, b: CoverageRow): number =>
  Number(a.scheme === ATTEMPTS) - Number(b.scheme === ATTEMPTS) ||
  METHODS.indexOf(a.method) - METHODS.indexOf(b.method) ||
  Number(a.estimator === "with-replacement") - Number(b.estimator === "with-replacement") ||
  a.n - b.n;

function cellsOf(line: readonly CoverageRow[], ks: readonly number[]): DataCell[] {
  const {scheme, estimator, method, n} = line[0]!;
  const name = estimator === "with-replacement" ? `${methodTitle(method)}, with replacement` : methodTitle(method);
  return [textCell(scheme), textCell(name), fieldCell(n, {field: "n"}), ...ks.map((k) => cellOf(line.find((row) => row.k === k)))];
}

const EMPTY: DataCell = {value: null, text: "", href: null, reason: null};

/** Why one is missing is said below the table: a note in every other cell would hide the numbers. */
function cellOf(row: CoverageRow | undefined): DataCell {
  if (row === undefined) return EMPTY;
  const without = row.undefined === 0 ? "" : ` (${Math.ceil(100 * row.undefinedShare)})`;
  if (row.coverage === null) return {...EMPTY, text: `–${without}`};
  return {...EMPTY, value: row.coverage, text: `${percentNumber(row.coverage, 1)}${row.calibrated ? "" : "~"}${without}`};
}

import type {CoverageRow, CoverageStudy, KindRule} from "../../analysis/coverageStudy.js";
import {percentNumber} from "../formatValue.js";
import {METHODS, methodTitle} from "../kindNames.js";
import {populationTitle} from "../populations.js";
import {type DataCell, missingCell, numberCell, numbers, type TableData, textCell, texts} from "./tableData.js";

/** From how many attempts on, and up to which k, each kind of interval goes without `~`; and how little it covers there at worst. */
export function coverageRulesTable({rows, rules}: CoverageStudy): TableData {
  return {
    caption: "The rule for each kind of interval, and the least coverage of its cells within the rule, in %.",
    columns: [
      ...texts({interval: "Interval", resampled: "Resampled", draws: "Draws"}),
      ...numbers({
        leastAttempts: "From n",
        attemptsPerK: "k up to",
        cells: "Cells",
        usual: "Least, usual",
        hardest: "Least of all",
      }),
      ...texts({where: "Where"}),
    ],
    rows: [...rules].sort(inOrder).map((rule) => lineOf(rule, rows)),
    notes: [
      "k = 1 needs no more than the least n. Intervals outside the rule are marked ~ in tables of scores.",
      "Each kind is held against the populations in which what it resamples varies, and nothing else does. Usual: the sample model, or where environments or people vary as they do in it.",
    ],
  };
}

const inOrder = (a: KindRule, b: KindRule): number =>
  METHODS.indexOf(a.method) - METHODS.indexOf(b.method) ||
  (a.scheme < b.scheme ? -1 : a.scheme > b.scheme ? 1 : 0) ||
  Number(a.estimator === "with-replacement") - Number(b.estimator === "with-replacement");

/** Populations by what varies in them; the first is the sample model, or what is nearest to it. */
const FITTING: Record<string, readonly string[]> = {
  attempts: ["sample", "light", "heavy", "zeros"],
  environments: ["environments"],
  people: ["people", "close-people"],
};

function lineOf({method, scheme, estimator, leastAttempts, attemptsPerK}: KindRule, rows: readonly CoverageRow[]): DataCell[] {
  const fitting = FITTING[scheme]!;
  const within = rows.filter(
    (row) => row.method === method && row.scheme === scheme && row.estimator === estimator && row.calibrated && row.coverage !== null,
  );
  const least = (populations: readonly string[]) =>
    within.filter(({population}) => populations.includes(population)).sort((a, b) => a.coverage! - b.coverage!)[0];
  const [usual, hardest] = [least(fitting.slice(0, 1)), least(fitting)];
  const never = "intervals of this kind are always marked";
  return [
    ...[methodTitle(method), scheme, estimator.replace("-", " ")].map((text) => textCell(text)),
    numberCell(leastAttempts, String, never),
    attemptsPerK === null ? missingCell(never) : {value: 1 / attemptsPerK, text: `n/${attemptsPerK}`, href: null, reason: null},
    numberCell(within.filter(({population}) => fitting.includes(population)).length, String),
    coverageCell(usual, never),
    coverageCell(hardest, never),
    hardest === undefined ? missingCell(never) : textCell(populationTitle(hardest.population)),
  ];
}

const coverageCell = (row: CoverageRow | undefined, never: string): DataCell =>
  numberCell(row?.coverage ?? null, (share) => percentNumber(share, 1), never);

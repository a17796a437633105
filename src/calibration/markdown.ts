import type {CoverageRow, Study} from "./results.js";

const TITLES: Record<string, string> = {
  sample: "the best agent of the sample model, seven environments",
  light: "light tails: uniform",
  heavy: "heavy tails: lognormal, σ = 1.2",
  zeros: "95 % zeros",
  environments: "environments drawn from a superpopulation",
  people: "people of the sample model, 71 attempts by 61",
  "close-people": "people who differ three times as much, three attempts each",
};

/** The coverage study as tables: a table for each population, scheme, estimator and method; n down, k across. */
export function markdown({dataSets, replicates, level, rows}: Study): string {
  const groups = [...new Set(rows.map(({population, scheme}) => JSON.stringify([population, scheme])))];
  return [
    "# How often intervals hold the truth",
    "",
    `Made by \`npm run calibration\`: ${dataSets} data sets for each cell, ${replicates} bootstrap replicates, nominal ${100 * level} %; a cell has a`,
    `Monte Carlo error of about ${(100 * Math.sqrt((level * (1 - level)) / dataSets)).toFixed(1)} points. Cells: share of the intervals made that hold the truth, in %; in brackets the`,
    "share of data sets without an interval, where there are any. The truth is score@k of the population, by formula, averaged over environments.",
    "",
    ...groups.flatMap((group) => section(rows.filter(({population, scheme}) => JSON.stringify([population, scheme]) === group))),
  ].join("\n");
}

function section(rows: readonly CoverageRow[]): string[] {
  const {population, scheme} = rows[0]!;
  const ks = [...new Set(rows.map(({k}) => k))].sort((a, b) => a - b);
  const inOrder = [...rows].sort((a, b) =>
    a.estimator + a.method < b.estimator + b.method ? -1 : a.estimator + a.method > b.estimator + b.method ? 1 : a.n - b.n,
  );
  const lines = [...new Set(inOrder.map(({estimator, method, n}) => JSON.stringify([estimator, method, n])))].map((key) => {
    const own = rows.filter(({estimator, method, n}) => JSON.stringify([estimator, method, n]) === key);
    const {estimator, method, n} = own[0]!;
    const name = estimator === "with-replacement" ? `${method} (with replacement)` : method;
    const cells = ks.map((k) => cell(own.find((row) => row.k === k)));
    return `| ${name} | ${n} | ${cells.join(" | ")} |`;
  });
  return [
    `## Population: ${TITLES[population]}; resampled: ${scheme}`,
    "",
    `| interval | n | ${ks.map((k) => `k = ${k}`).join(" | ")} |`,
    `|---|---|${ks.map(() => "---").join("|")}|`,
    ...lines,
    "",
  ];
}

function cell(row: CoverageRow | undefined): string {
  if (row === undefined) return "";
  const {covered, above, below, dataSets} = row;
  const made = covered + above + below;
  const missing = row.undefined === 0 ? "" : ` (${Math.ceil((100 * row.undefined) / dataSets)})`;
  return made === 0 ? `–${missing}` : `${((100 * covered) / made).toFixed(1)}${missing}`;
}

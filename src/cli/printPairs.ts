import type {ComparisonRow} from "../analysis/compare.js";
import type {Settings} from "../analysis/settingsInForce.js";
import {footnotes, percent} from "./printScores.js";
import {bold, clipped, dim, printable, table, wrap} from "./terminal.js";

/** `+0.123`, `−0.045`. */
export const signed = (value: number): string => {
  const text = Math.abs(value).toFixed(3);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
};

/** Four decimals; what is smaller than they show is said to be. */
export const pValue = (p: number): string => (p < 0.0001 ? "< 0.0001" : p.toFixed(4));

/** A line for each pair: difference with its interval, p, and p adjusted for the number of pairs. */
export function renderPairs(rows: readonly ComparisonRow[], settings: Settings): string {
  if (rows.length === 0) return "There are no two participants in the selection.";
  const notes = footnotes(rows.map(({difference}) => difference));
  const names = [...new Set(rows.flatMap(({a, b}) => [a.agent, b.agent]))];
  const numberOf = (agent: string) => String(names.indexOf(agent) + 1);
  const isFlipped = (row: ComparisonRow) => row.adjusted?.test === "sign-flips";
  const lines = rows.map((row) => {
    const {difference, adjusted, environments} = row;
    return [
      `${numberOf(row.a.agent)} − ${numberOf(row.b.agent)}`,
      difference.value === null ? `– ${notes.mark(difference.reason!)}` : bold(signed(difference.value)),
      intervalOf(row, notes.mark),
      adjusted === null ? "" : `${pValue(adjusted.p)}${isFlipped(row) ? "‡" : ""}`,
      adjusted === null ? "" : pValue(adjusted.holm),
      adjusted === null ? "" : pValue(adjusted.benjaminiHochberg),
      environments.length === 0 ? "" : String(environments.length),
    ];
  });
  const head = ["pair", "difference", "interval", "p", "Holm", "B–H", "in"];
  const tested = rows.filter(({adjusted}) => adjusted !== null);
  const monteCarlo = tested.find(({permutation}) => permutation.method === "monte-carlo");
  const legend =
    `Difference of the expected best normalized scores, first less second, with its ${percent(settings.interval)} interval, over the environments that ` +
    `both have (in: how many). p: labels permuted within environments, two-sided${monteCarlo ? `; Monte Carlo with ${monteCarlo.permutation.replicates!.toLocaleString("en")} arrangements where there are over a million, else exact` : ", exact"}. ` +
    `Holm and B–H (Benjamini and Hochberg): adjusted for ${tested.length === 1 ? "the one pair" : `the ${tested.length} pairs`} with a p.`;
  return [
    ...names.map((name, i) => `${String(i + 1).padStart(2)}  ${clipped(printable(name))}`),
    "",
    table(head, lines, {aligns: ["left", "right", "left", "right", "right", "right", "right"]}),
    "",
    wrap(legend),
    ...(rows.some(isFlipped)
      ? [wrap("‡ of flipped signs of environments: labels can be permuted only at the same limit and k", "  ")]
      : []),
    ...notes.lines(),
  ].join("\n");
}

function intervalOf({difference: {value, low, high, degenerate, reason}}: ComparisonRow, mark: (reason: string) => string): string {
  if (value === null) return "";
  if (degenerate) return "all equal";
  return low === null || high === null ? `no interval ${mark(reason!)}` : dim(`${signed(low)} to ${signed(high)}`);
}

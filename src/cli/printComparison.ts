import type {Comparison, ComparisonRow} from "../analysis/compare.js";
import type {ComparedSide} from "../analysis/comparePair.js";
import type {TestResult} from "../analysis/comparisonTests.js";
import {groupBy} from "../analysis/groupBy.js";
import type {IntervalEstimate} from "../analysis/intervalEstimate.js";
import type {Settings} from "../analysis/settingsInForce.js";
import {formatDuration} from "../duration.js";
import type {Opened} from "./openForReading.js";
import {pValue, renderPairs, signed} from "./printPairs.js";
import {aboutTheData, footnotes, percent} from "./printScores.js";
import {bold, clipped, counted, dim, printable, table, wrap} from "./terminal.js";

/** One pair in full, or a line for each of many. */
export function renderComparison(result: Comparison, opened: Opened): string {
  const {rows, settings} = result;
  const head = [aboutTheData(settings, opened), ""];
  if (settings.command.all === true) return [...head, renderPairs(rows, settings)].join("\n");
  return [...head, ...rows.map((row) => renderPair(row, settings))].join("\n");
}

function renderPair(row: ComparisonRow, settings: Settings): string {
  const {a, b, environments, leftOut, difference} = row;
  const notes = footnotes([...estimatesOf(row), row.permutation, row.signFlips, row.smallestDifference]);
  const names = environments.length === 1 ? "one environment" : `${environments.length} environments`;
  const head = [
    sideLine("A", a),
    sideLine("B", b),
    ...(environments.length > 0 ? [wrap(`Over the ${names} that both have: ${environments.join(", ")}.`, "  ")] : []),
    ...[...groupBy(leftOut, ({reason}) => reason)].map(([reason, own]) => {
      return wrap(`Left out, ${printable(reason)}: ${own.map(({environment}) => environment).join(", ")}.`, "  ");
    }),
    "",
  ];
  if (difference.value === null) return [...head, wrap(`They cannot be compared. ${printable(difference.reason!)}.`)].join("\n");
  return [
    ...head,
    estimateTable(row, settings, notes.mark),
    "",
    testTable(row, notes.mark),
    "",
    ...sentences(row, settings).map((text) => wrap(text)),
    ...notes.lines(),
  ].join("\n");
}

const estimatesOf = (row: ComparisonRow): IntervalEstimate[] => [
  row.scoreA,
  row.scoreB,
  row.difference,
  row.ratio,
  row.gainA,
  row.gainB,
  row.gainDifference,
  row.probabilityOfImprovement,
];

function sideLine(letter: string, {agent, timeLimitSeconds, k, slicedFromSeconds, attempts}: ComparedSide): string {
  const name = `${bold(letter)}  ${clipped(printable(agent))}`;
  if (timeLimitSeconds === null || k === null) return name;
  const seen = slicedFromSeconds === null ? "" : `, seen then in attempts of ${formatDuration(slicedFromSeconds)}`;
  return `${name}  ${dim(`${formatDuration(timeLimitSeconds)}@${k}${seen}, ${counted(attempts, "attempt")}`)}`;
}

type Mark = (reason: string) => string;

function estimateTable(row: ComparisonRow, settings: Settings, mark: Mark): string {
  const plain = (value: number) => value.toFixed(3);
  const lines: [string, IntervalEstimate, (value: number) => string][] = [
    ["score of A", row.scoreA, plain],
    ["score of B", row.scoreB, plain],
    ["difference A − B", row.difference, signed],
    ["ratio A / B", row.ratio, plain],
    ["A: gained by the last doubling", row.gainA, signed],
    ["B: gained by the last doubling", row.gainB, signed],
    ["difference of these gains", row.gainDifference, signed],
    ["an attempt of A beats one of B", row.probabilityOfImprovement, plain],
  ];
  const head = ["", "estimate", `${percent(settings.interval)} interval`];
  const cells = lines.map(([name, estimate, text]) => [name, valueText(estimate, text, mark), rangeText(estimate, text, mark)]);
  return table(head, cells, {aligns: ["left", "right", "left"]});
}

const valueText = ({value, reason}: IntervalEstimate, text: (value: number) => string, mark: Mark) =>
  value === null ? `– ${mark(reason!)}` : bold(text(value));

function rangeText({value, low, high, degenerate, reason}: IntervalEstimate, text: (value: number) => string, mark: Mark): string {
  if (value === null) return "";
  if (degenerate) return "all equal";
  return low === null || high === null ? `no interval ${mark(reason!)}` : dim(`${text(low)} to ${text(high)}`);
}

function testTable({permutation, signFlips}: ComparisonRow, mark: Mark): string {
  const line = (name: string, test: TestResult) =>
    test.p === null ? [name, `– ${mark(test.reason!)}`, "", ""] : [name, bold(pValue(test.p)), methodText(test), pValue(test.smallestP!)];
  const lines = [line("labels permuted", permutation), line("signs flipped", signFlips)];
  return table(["two-sided test", "p", "", "smallest p"], lines, {aligns: ["left", "right", "left", "right"]});
}

function methodText({method, arrangements, replicates}: TestResult): string {
  if (method === "exact") return dim(`exact, ${counted(arrangements!, "arrangement")}`);
  return dim(`Monte Carlo, ${counted(replicates!, "arrangement")}`);
}

/** What the numbers say, and what they do not. */
function sentences(row: ComparisonRow, settings: Settings): string[] {
  const {value, alpha, power} = row.smallestDifference;
  const shown =
    value === null
      ? []
      : [
          `The smallest difference that this design could have shown is ${value.toFixed(3)} (two-sided ${percent(alpha)}, power ${percent(power)}; normal approximation).`,
        ];
  const undefinedIn = Math.max(...estimatesOf(row).map(({undefinedReplicates}) => undefinedReplicates));
  const legend =
    "Scores: expected best normalized score (0 = starting solution, 1 = reference solution). The last doubling: from half the budget. " +
    "Attempts beat each other within an environment, ties count half.";
  return [
    ...testSentences(row),
    ...shown,
    ...(undefinedIn > 0
      ? [`Up to ${counted(undefinedIn, "replicate")} of ${settings.bootstrap.toLocaleString("en")} define no value and are left out.`]
      : []),
    ...(settings.command.budget === undefined ? [] : ["Each side's allocation is chosen once: that choice is no part of the intervals."]),
    ...limitsSentence(row),
    legend,
  ];
}

const LABELS = "labels permuted within each environment, whether these participants differ in these environments";
const SIGNS = "the signs of the differences of environments flipped, whether they would in environments like these";

function testSentences({permutation, signFlips, testsDisagree, smallestDifference: {alpha}}: ComparisonRow): string[] {
  if (signFlips.p === null) return [];
  if (permutation.p === null) return [`The test asks, with ${SIGNS}.`];
  const both = `The two tests answer different questions: ${LABELS}; ${SIGNS}. They can disagree.`;
  if (testsDisagree !== true) return [both];
  const [finds, other] = permutation.p <= alpha ? ["permuted labels", "flipped signs"] : ["flipped signs", "permuted labels"];
  const least = pValue(signFlips.smallestP!);
  const cannot = signFlips.smallestP! > alpha ? `, and with so few environments never could: their p is at least ${least}` : "";
  return [both, `Here they do at ${percent(alpha)}: ${finds} find a difference, ${other} do not${cannot}.`];
}

function limitsSentence({a, b}: ComparisonRow): string[] {
  if (a.timeLimitSeconds === b.timeLimitSeconds) return [];
  return [
    `Attempts are of ${formatDuration(a.timeLimitSeconds!)} for A and of ${formatDuration(b.timeLimitSeconds!)} for B, so how often one beats another is not at equal time.`,
  ];
}

import stringWidth from "string-width";
import {allocationLabel, type BudgetRow} from "../analysis/analyze.js";
import type {AttemptCostRow} from "../analysis/costPerAttempt.js";
import type {CostTable, Spending} from "../analysis/costTable.js";
import {groupBy} from "../analysis/groupBy.js";
import {formatDuration} from "../duration.js";
import type {Opened} from "./openForReading.js";
import {aboutTheData, footnotes, intervalText, markLegend, percent, type Section, scoreText, sectionsOf, seriesKey} from "./printScores.js";
import {bold, dim, table, terminalColumns, usdText, wrap} from "./terminal.js";

type Mark = (reason: string) => string;
type AllocatedRow = Omit<BudgetRow, "timeBudgetSeconds" | "corrected"> & Spending & {limitedByAttempts?: boolean};

/** The three tables of `rebench cost`, with what they are made of. */
export function costText({attempts, budgets, dollars, settings}: CostTable, opened: Opened): string {
  const notes = footnotes(
    [...attempts, ...budgets, ...dollars].flatMap((row) => [
      {reason: row.nominalReason},
      {reason: row.actualReason},
      {reason: "reason" in row ? row.reason : null},
    ]),
  );
  if (attempts.length === 0) return [aboutTheData(settings, opened), "", "No attempts match the selection."].join("\n");
  const budgetText = ({timeBudgetSeconds}: {timeBudgetSeconds: number | null}) => `${formatDuration(timeBudgetSeconds!)} in all`;
  return [
    aboutTheData(settings, opened),
    "",
    bold("US dollars per attempt"),
    ...sectionsOf(attempts, settings.by).flatMap((section) => [...plainTitle(section.title), attemptTable(section, notes.mark), ""]),
    bold("The best score of each time budget, and what it costs"),
    ...sectionsOf(budgets, settings.by).flatMap((section) => gridTables(section, budgetText, notes.mark)),
    bold(`The best score that a sum buys (${settings.cost.spend} cost)`),
    ...sectionsOf(dollars, settings.by).flatMap((section) => gridTables(section, (row) => `${usdText(row.dollars)} to spend`, notes.mark)),
    wrap(legend(settings.interval)),
    wrap(ratesText(settings.cost), ""),
    ...markLegend([...budgets, ...dollars]),
    ...(dollars.some(({limitedByAttempts}) => limitedByAttempts)
      ? [wrap("‡ the sum would pay for more attempts of that length than there are to take the best of", "  ")]
      : []),
    ...notes.lines(),
  ].join("\n");
}

const plainTitle = (title: string | null): string[] => (title === null ? [] : [title]);

const legend = (level: number) =>
  `Each cell: expected best normalized score (0 = starting solution, 1 = reference solution), its ${percent(level)} interval, the ` +
  "allocation (30m@4: the best of four 30-minute attempts) with the environments covered, and its expected cost with interval; n: attempts. " +
  "nominal: as if no answer had come from a cache of ours; actual: what was paid; wage: people's pay; assumed: a rate that was assumed.";

function ratesText({wageUsdPerHour, hours, agentUsdPerHour, gpuUsdPerHour, costFrom, pricesFrom}: CostTable["settings"]["cost"]): string {
  const paidFor = hours === "budgeted" ? "of the time limit" : "worked";
  const nominal =
    costFrom === "recorded"
      ? `as recorded, else tokens at the prices of ${pricesFrom}`
      : `tokens at the prices of ${pricesFrom}, else as recorded`;
  return [
    `People: $${wageUsdPerHour} for each hour ${paidFor}.`,
    `Agents' nominal cost: ${nominal}${agentUsdPerHour === null ? "" : `, else assumed: $${agentUsdPerHour} for each hour ${paidFor}`}.`,
    gpuUsdPerHour === null
      ? "GPUs are left out."
      : `GPUs of the environment's machine: $${gpuUsdPerHour} each for each hour ${paidFor}, in every cost.`,
  ].join(" ");
}

function attemptTable({rows}: Section<AttemptCostRow>, mark: Mark): string {
  const head = ["", "limit", "n", "nominal\nmean", "\nmedian", "actual\nmean", "\nmedian", "from"];
  const lines = rows.flatMap((row, i) => {
    const isFirst = i === 0 || seriesKey(row) !== seriesKey(rows[i - 1]!);
    const line = [
      isFirst ? row.name : "",
      formatDuration(row.timeLimitSeconds),
      row.attempts.toLocaleString("en"),
      ...moneyCells(row.nominalMeanUsd, row.nominalMedianUsd, row.nominalReason, mark),
      ...moneyCells(row.actualMeanUsd, row.actualMedianUsd, row.actualReason, mark),
      basisText(row),
    ];
    return isFirst && i > 0 ? [line.map(() => ""), line] : [line];
  });
  return table(head, lines, {aligns: ["left", ...Array<"right">(6).fill("right"), "left"]});
}

/** Mean and median; the mark of a reason where some or all are not known. */
const moneyCells = (mean: number | null, median: number | null, reason: string | null, mark: Mark): [string, string] => [
  mean === null ? `– ${mark(reason!)}` : `${usdText(mean)}${reason === null ? "" : ` ${mark(reason)}`}`,
  median === null ? "" : usdText(median),
];

const basisText = ({nominalBasis, actualBasis}: Pick<AttemptCostRow, "nominalBasis" | "actualBasis">): string =>
  [...new Set([nominalBasis, actualBasis])].filter((basis) => basis !== null).join(", ");

const GAP = 2;

/** A line for each name, a column for each budget or sum; as many side by side as the terminal takes. */
function gridTables<Row extends AllocatedRow>({title, rows}: Section<Row>, titleOf: (row: Row) => string, mark: Mark): string[] {
  const lines = [...groupBy(rows, seriesKey).values()].sort((a, b) => Number(a[0]!.kind === "agent") - Number(b[0]!.kind === "agent"));
  const columns = [...new Set(rows.map(titleOf))];
  const cells = lines.map((own) =>
    columns.map((column) =>
      cellText(
        own.find((row) => titleOf(row) === column),
        mark,
      ),
    ),
  );
  const widthOf = (texts: readonly string[]) => Math.max(0, ...texts.flatMap((text) => text.split("\n")).map((line) => stringWidth(line)));
  const [nameWidth, cellWidth] = [widthOf(lines.map(([first]) => first!.name)), widthOf([...columns, ...cells.flat()])];
  const perTable = Math.max(1, Math.floor((terminalColumns() - Math.min(nameWidth, 28)) / (cellWidth + GAP)));
  const tables: string[] = [];
  for (let i = 0; i < columns.length; i += perTable) {
    const named = lines.map((own, at) => [own[0]!.name, ...cells[at]!.slice(i, i + perTable)]);
    const spaced = named.flatMap((row, at) => (at === 0 ? [row] : [row.map(() => ""), row]));
    tables.push(...plainTitle(title), table(["", ...columns.slice(i, i + perTable)], spaced), "");
  }
  return tables;
}

function cellText(row: AllocatedRow | undefined, mark: Mark): string {
  if (row === undefined) return "";
  if (row.score === null) return `– ${mark(row.reason!)}`;
  const marks = `${row.sliced ? "†" : ""}${row.limitedByAttempts ? "‡" : ""}`;
  const how = `${allocationLabel({timeLimitSeconds: row.timeLimitSeconds!, k: row.k!})}${marks}`;
  const partial = row.environmentCount < row.environmentTotal ? "*" : "";
  return [
    `${scoreText(row.score)}${partial}`,
    intervalText(row, mark),
    `${how}  ${row.environmentCount}/${row.environmentTotal}`,
    ...spendingLines(row, mark),
  ].join("\n");
}

/** Nominal cost, its interval, and actual cost; one of them where both are the same wage or assumption. */
function spendingLines(row: Spending, mark: Mark): string[] {
  const {nominalUsd, nominalLowUsd: low, nominalHighUsd: high, nominalBasis, nominalReason, actualUsd, actualBasis, actualReason} = row;
  const isOne = nominalBasis === actualBasis && (nominalBasis === "wage" || nominalBasis === "assumed");
  const isSameGap = nominalUsd === null && actualUsd === null && nominalReason?.replace("nominal", "actual") === actualReason;
  const range = low !== null && low < high! ? [dim(`${shortUsdText(low)} to ${shortUsdText(high!).slice(1)}`)] : [];
  const actual = isOne || isSameGap ? [] : [moneyLine(actualUsd, labelOf("actual", actualBasis), actualReason, mark)];
  return [moneyLine(nominalUsd, labelOf("nominal", nominalBasis), nominalReason, mark), ...range, ...actual];
}

/** Which cost it is; or that it is a wage, or assumed in whole or in part. */
function labelOf(kind: string, basis: string | null): string {
  if (basis === "wage" || basis === "assumed") return basis;
  return basis?.includes("assumed") ? "part assumed" : kind;
}

const moneyLine = (usd: number | null, label: string, reason: string | null, mark: Mark): string =>
  usd === null ? `$ – ${mark(reason!)}` : `${usdText(usd)} ${label}`;

/** The ends of intervals: three figures. */
const shortUsdText = (usd: number): string => (usd >= 9.995 && usd < 99.95 ? `$${usd.toFixed(1)}` : usdText(usd));

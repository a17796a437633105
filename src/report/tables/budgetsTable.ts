import {allocationLabel, type BudgetRow} from "../../analysis/analyze.js";
import {groupBy} from "../../analysis/groupBy.js";
import {formatDuration} from "../../duration.js";
import {numberText} from "../formatValue.js";
import {type DataCell, missingCell, numbers, type TableData, textCell, texts} from "./tableData.js";

/** The best score of each time budget, with its interval and the allocation that gives it: people first, then agents by their best. */
export function budgetsTable(rows: readonly BudgetRow[], {interval}: {interval: number}): TableData {
  const budgets = [...new Set(rows.map(({timeBudgetSeconds}) => timeBudgetSeconds))].sort((a, b) => a - b);
  const lines = [...groupBy(rows, ({kind, agent}) => JSON.stringify([kind, agent])).values()].map((own) =>
    budgets.map((budget) => own.find(({timeBudgetSeconds}) => timeBudgetSeconds === budget)!),
  );
  const level = numberText(100 * interval, Number.isInteger(100 * interval) ? 0 : 1);
  return {
    caption: `Best normalized score that each time budget allows, its ${level} % interval, the allocation (30m@4: the best of four 30-minute attempts) and the environments covered.`,
    columns: [
      ...texts({participant: "Participant"}),
      ...numbers(Object.fromEntries(budgets.map((budget) => [`budget-${formatDuration(budget)}`, `${formatDuration(budget)} in all`]))),
    ],
    rows: lines.sort(peopleThenBest).map((own) => [textCell(own[0]!.agent), ...own.map(budgetCell)]),
    notes: marks(rows),
  };
}

function budgetCell(row: BudgetRow): DataCell {
  if (row.score === null) return missingCell(row.reason!);
  const {score, low, high, degenerate, calibrated, sliced, timeLimitSeconds, k, environmentCount, environmentTotal} = row;
  const interval = degenerate
    ? "all equal"
    : low === null || high === null
      ? "no interval"
      : `${numberText(low, 2)} to ${numberText(high, 2)}${calibrated === false ? "~" : ""}`;
  const how = `${allocationLabel({timeLimitSeconds: timeLimitSeconds!, k: k!})}${sliced ? "†" : ""}`;
  const covered = `${environmentCount}/${environmentTotal}${environmentCount < environmentTotal ? "*" : ""}`;
  return {
    value: score,
    text: `${numberText(score, 3)} (${interval}) ${how}, ${covered}`,
    href: null,
    reason: low === null ? row.reason : null,
  };
}

/** People first; agents by their score at the last budget at which one of the two has one, partial coverage after full. */
function peopleThenBest(a: readonly BudgetRow[], b: readonly BudgetRow[]): number {
  const isPartial = (own: readonly BudgetRow[]) => own.some((row) => row.score !== null && row.environmentCount < row.environmentTotal);
  const order = Number(a[0]!.kind === "agent") - Number(b[0]!.kind === "agent") || Number(isPartial(a)) - Number(isPartial(b));
  if (order !== 0) return order;
  for (let i = a.length - 1; i >= 0; --i) {
    const [left, right] = [a[i]!.score ?? Number.NEGATIVE_INFINITY, b[i]!.score ?? Number.NEGATIVE_INFINITY];
    if (left !== right) return right - left;
  }
  return a[0]!.agent < b[0]!.agent ? -1 : 1;
}

/** What the marks in the cells mean, for those that are there. */
function marks(rows: readonly BudgetRow[]): string[] {
  const shown = rows.filter(({score}) => score !== null);
  const legend: [boolean, string][] = [
    [
      shown.some((row) => row.environmentCount < row.environmentTotal),
      "* covers fewer environments than there are: not to be compared with rows that cover all.",
    ],
    [
      shown.some(({calibrated}) => calibrated === false),
      "~ the interval may hold the truth less often than it says, at this number of attempts.",
    ],
    [shown.some(({sliced}) => sliced), "† longer attempts, seen at this time in their score logs."],
  ];
  return [
    ...legend.filter(([isThere]) => isThere).map(([, text]) => text),
    ...(rows.length === 0 ? ["No attempts match the selection."] : []),
  ];
}

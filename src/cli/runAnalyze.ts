import {type Analysis, allocationLabel, analyze, type BudgetRow} from "../analysis/analyze.js";
import {formatDuration} from "../duration.js";
import {writeRows} from "../export/writeRows.js";
import {type Opened, withStore} from "./openForReading.js";
import {type AnalysisFlags, analysisOptions} from "./options.js";
import {aboutTheData, footnotes, intervalText, markLegend, printWarnings, scoreText, seriesName} from "./printScores.js";
import {table, terminalColumns, wrap} from "./terminal.js";

export async function runAnalyze({budgets, ...flags}: {budgets: number[]} & AnalysisFlags): Promise<void> {
  await withStore(flags, async (opened) => {
    const analysis = await analyze(opened.source, {...analysisOptions(flags), budgets});
    await writeRows(flags.output, analysis, analysis.budgets);
    if (flags.json) process.stdout.write(`${JSON.stringify(analysis)}\n`);
    else process.stdout.write(`${render(analysis, opened)}\n`);
    printWarnings(analysis.warnings);
  });
}

function render(analysis: Analysis, opened: Opened): string {
  const notes = footnotes();
  const budgets = [...new Set(analysis.budgets.map(({timeBudgetSeconds}) => timeBudgetSeconds))];
  const rows = [...byName(analysis.budgets)].sort(fullCoverageFirst);
  const nameWidth = Math.max(12, ...rows.map(([name]) => Math.min(name.length, 30)));
  const perTable = Math.max(1, Math.floor((terminalColumns() - nameWidth) / 17));
  const tables: string[] = [];
  for (let i = 0; i < budgets.length; i += perTable) {
    const shown = budgets.slice(i, i + perTable);
    const cells = rows.map(([name, own]) => [
      wrapName(name, nameWidth),
      ...shown.map((budget) =>
        cellText(
          own.find(({timeBudgetSeconds}) => timeBudgetSeconds === budget),
          notes.mark,
        ),
      ),
    ]);
    tables.push(
      table(
        ["", ...shown.map((budget) => `${formatDuration(budget)} in all`)],
        cells.flatMap((row, at) => (at === 0 ? [row] : [row.map(() => ""), row])),
      ),
    );
  }
  const level = Math.round(analysis.settings.interval * 1000) / 10;
  const legend =
    `Each cell: expected best normalized score (0 = starting solution, 1 = reference solution), its ${level} % interval, and the best ` +
    "allocation of the budget with the environments covered: 30m@4 is the best of four 30-minute attempts.";
  return [
    aboutTheData(analysis.settings, opened),
    "",
    ...tables.flatMap((each) => [each, ""]),
    wrap(legend),
    ...markLegend(analysis.budgets),
    ...notes.lines(),
    ...nextSteps(opened),
  ].join("\n");
}

function byName(rows: readonly BudgetRow[]): Map<string, BudgetRow[]> {
  const groups = new Map<string, BudgetRow[]>();
  for (const row of rows) groups.set(seriesName(row), [...(groups.get(seriesName(row)) ?? []), row]);
  return groups;
}

/** People first, then agents by the score at the last budgets; rows that cover fewer environments after all that cover all. */
function fullCoverageFirst([, a]: [string, BudgetRow[]], [, b]: [string, BudgetRow[]]): number {
  const isPartial = (rows: BudgetRow[]) =>
    rows.some(({score, environmentCount, environmentTotal}) => score !== null && environmentCount < environmentTotal);
  const best = (rows: BudgetRow[]) => rows.findLast(({score}) => score !== null)?.score ?? -1;
  const order = Number(a[0]!.kind === "agent") - Number(b[0]!.kind === "agent") || Number(isPartial(a)) - Number(isPartial(b));
  return order || best(b) - best(a);
}

function cellText(row: BudgetRow | undefined, mark: (reason: string) => string): string {
  if (row === undefined) return "";
  if (row.score === null) return `– ${mark(row.reason!)}`;
  const partial = row.environmentCount < row.environmentTotal ? "*" : "";
  const how = `${allocationLabel({timeLimitSeconds: row.timeLimitSeconds!, k: row.k!})}${row.sliced ? "†" : ""}`;
  return [`${scoreText(row.score)}${partial}`, intervalText(row, mark), `${how}  ${row.environmentCount}/${row.environmentTotal}`].join(
    "\n",
  );
}

const wrapName = (name: string, width: number) =>
  name
    .match(new RegExp(`.{1,${width}}(?: |$)|.{1,${width}}`, "gu"))!
    .map((part) => part.trimEnd())
    .join("\n");

function nextSteps({isSample}: Opened): string[] {
  if (!isSample) return [];
  return [
    "",
    "Next:",
    "  rebench analyze --budgets 2h,8h,32h --by environment    the same, one environment at a time",
    "  rebench attempts --top 3                                the best attempts, in natural units",
    "  rebench import FILE                                     your own attempts (JSON lines or CSV)",
    "  (in a clone of the project: npx rebench …)",
  ];
}

import {type Analysis, allocationLabel, analyze, type BudgetRow} from "../analysis/analyze.js";
import {groupBy} from "../analysis/groupBy.js";
import {formatDuration} from "../duration.js";
import {type Opened, withStore} from "./openForReading.js";
import {type AnalysisFlags, analysisOptions} from "./options.js";
import {printResult} from "./printResult.js";
import {
  aboutTheData,
  footnotes,
  intervalText,
  markLegend,
  percent,
  rowsWithMethod,
  type Section,
  scoreText,
  sectionsOf,
  seriesKey,
  titleLine,
} from "./printScores.js";
import {table, terminalColumns, wrap} from "./terminal.js";

export async function runAnalyze({budgets, ...flags}: {budgets: number[]} & AnalysisFlags): Promise<void> {
  await withStore(flags, async (opened) => {
    const analysis = await analyze(opened.source, {...analysisOptions(flags), budgets});
    await printResult(analysis, {rows: rowsWithMethod(analysis.budgets.map(flat), analysis.settings), render, flags, opened});
    if (!flags.json) process.stdout.write(nextSteps(opened));
  });
}

/** A row with the corrected score in columns of its own. */
function flat({corrected, ...row}: BudgetRow) {
  return {
    ...row,
    correctedScore: corrected?.score ?? null,
    correctedLow: corrected?.low ?? null,
    correctedHigh: corrected?.high ?? null,
    correction: corrected?.correction ?? null,
    leftOutShare: corrected?.leftOutShare ?? null,
    bestLeftOutShare: corrected?.bestLeftOutShare ?? null,
    correctedReason: corrected?.reason ?? null,
  };
}

function render(analysis: Analysis, opened: Opened): string {
  const {budgets, settings} = analysis;
  const notes = footnotes(budgets);
  const tables = sectionsOf(budgets, settings.by).flatMap((section) => sectionTables(section, notes.mark));
  const legend =
    `Each cell: expected best normalized score (0 = starting solution, 1 = reference solution), its ${percent(settings.interval)} ` +
    "interval, and the best allocation of the budget with the environments covered: 30m@4 is the best of four 30-minute attempts.";
  return [
    aboutTheData(settings, opened),
    "",
    ...(budgets.length === 0 ? ["No attempts match the selection."] : [...tables, wrap(legend), ...correctionLegend(settings)]),
    ...markLegend(budgets),
    ...notes.lines(),
  ].join("\n");
}

const correctionLegend = ({correctSelection}: Analysis["settings"]): string[] =>
  correctSelection
    ? [
        wrap(
          "Below: the score of the allocation that picking the best finds, without the optimism of picking and scoring on the same attempts, and its interval. " +
            "c: scored on attempts left out; f: fall-back, the best less the mean optimism of the picks; =: one candidate, nothing was picked.",
        ),
      ]
    : [];

type NamedRow = BudgetRow & {name: string};
const GAP = 2;
const CELL_WIDTH = 15; // "no interval (1)"
const NAME_WIDTH = 30;

/** As many budgets side by side as the terminal takes, the others in further tables below. */
function sectionTables({title, rows}: Section<BudgetRow>, mark: (reason: string) => string): string[] {
  const lines = [...groupBy(rows, seriesKey).values()].sort(bestLast);
  const budgets = [...new Set(rows.map(({timeBudgetSeconds}) => timeBudgetSeconds))].sort((a, b) => a - b);
  const nameWidth = Math.min(NAME_WIDTH, Math.max(...lines.map(([first]) => first!.name.length)));
  const perTable = Math.max(1, Math.floor((terminalColumns() - nameWidth) / (CELL_WIDTH + GAP)));
  const tables: string[] = [];
  for (let i = 0; i < budgets.length; i += perTable) {
    const shown = budgets.slice(i, i + perTable);
    const cellOf = (own: NamedRow[], budget: number) =>
      cellText(
        own.find(({timeBudgetSeconds}) => timeBudgetSeconds === budget),
        mark,
      );
    const cells = lines.map((own) => [own[0]!.name, ...shown.map((budget) => cellOf(own, budget))]);
    const spaced = cells.flatMap((row, at) => (at === 0 ? [row] : [row.map(() => ""), row]));
    tables.push(...titleLine(title), table(["", ...shown.map((budget) => `${formatDuration(budget)} in all`)], spaced), "");
  }
  return tables;
}

/**
 * People first, then agents by their score at the last budget, those without one after them by the budget before, and so on;
 * rows that cover fewer environments come after all that cover all.
 */
function bestLast(a: NamedRow[], b: NamedRow[]): number {
  const isPartial = (rows: NamedRow[]) =>
    rows.some(({score, environmentCount, environmentTotal}) => score !== null && environmentCount < environmentTotal);
  const order = Number(a[0]!.kind === "agent") - Number(b[0]!.kind === "agent") || Number(isPartial(a)) - Number(isPartial(b));
  if (order !== 0) return order;
  for (let i = a.length - 1; i >= 0; --i) {
    const [left, right] = [a[i]?.score ?? Number.NEGATIVE_INFINITY, b[i]?.score ?? Number.NEGATIVE_INFINITY];
    if (left !== right) return right - left;
  }
  return 0;
}

function cellText(row: NamedRow | undefined, mark: (reason: string) => string): string {
  if (row === undefined) return "";
  if (row.score === null) return `– ${mark(row.reason!)}`;
  const partial = row.environmentCount < row.environmentTotal ? "*" : "";
  const how = `${allocationLabel({timeLimitSeconds: row.timeLimitSeconds!, k: row.k!})}${row.sliced ? "†" : ""}`;
  const lines = [`${scoreText(row.score)}${partial}`, intervalText(row, mark), `${how}  ${row.environmentCount}/${row.environmentTotal}`];
  return [...lines, ...correctedLines(row, mark)].join("\n");
}

const CORRECTION = {"one-candidate": "=", "left-out": "c", "fall-back": "f"};

/** The corrected score under the plain one, with how it was corrected. */
function correctedLines({corrected}: BudgetRow, mark: (reason: string) => string): string[] {
  if (corrected === null) return [];
  const {score, correction} = corrected;
  if (score === null || correction === null) return [`– ${mark(corrected.reason!)}`];
  return [`${CORRECTION[correction]} ${score.toFixed(3)}`, intervalText({...corrected, degenerate: false}, mark)];
}

function nextSteps({isSample}: Opened): string {
  if (!isSample) return "";
  return `
Next:
  rebench analyze --by environment    the same, one environment at a time
  rebench attempts --top 3            the best attempts, in natural units
  rebench import FILE                 your own attempts (JSON lines or CSV)
  rebench --help                      all commands
In a clone of the project, write npx before them: npx rebench --help
`;
}

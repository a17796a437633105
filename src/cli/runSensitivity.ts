import {isConclusion} from "../analysis/flips.js";
import {groupBy} from "../analysis/groupBy.js";
import type {Difference} from "../analysis/headlines.js";
import {type Sensitivity, type SensitivityRow, sensitivity} from "../analysis/sensitivity.js";
import {formatDuration} from "../duration.js";
import {type Opened, withStore} from "./openForReading.js";
import {type AnalysisFlags, analysisOptions} from "./options.js";
import {signed, signedInterval} from "./printCurves.js";
import {printResult} from "./printResult.js";
import {aboutTheData, footnotes, percent, rowsWithStore, titleLine} from "./printScores.js";
import {clipped, printable, table, terminalColumns, wrap} from "./terminal.js";

export async function runSensitivity({budgets, ...flags}: {budgets: number[]} & AnalysisFlags): Promise<void> {
  await withStore(flags, async (opened) => {
    const result = await sensitivity(opened.source, {...analysisOptions(flags), budgets});
    await printResult(result, {rows: rowsWithStore(result.rows.map(flatRow), result.settings), render, flags, opened});
  });
}

/** A row of a file: no lists of scores, and a column for each number. */
function flatRow({scores: _, lead, againstPeople, flips, ...row}: SensitivityRow) {
  const columns = (name: string, of: Difference | null) => ({
    [`${name}First`]: of?.first ?? null,
    [`${name}Second`]: of?.second ?? null,
    [`${name}Difference`]: of?.difference ?? null,
    [`${name}Low`]: of?.low ?? null,
    [`${name}High`]: of?.high ?? null,
    [`${name}UndefinedReplicates`]: of?.undefinedReplicates ?? null,
    [`${name}Reason`]: of === null ? "no people in the selection" : of.reason,
  });
  return {...row, flips, ...columns("lead", lead), ...columns("againstPeople", againstPeople)};
}

function render({rows, notApplied, conclusions, settings}: Sensitivity, opened: Opened): string {
  const differences = rows.flatMap(({lead, againstPeople}) => [lead, ...(againstPeople ? [againstPeople] : [])]);
  const letters = lettersOf(differences);
  const notes = footnotes(differences);
  const hasPeople = rows.some(({againstPeople}) => againstPeople !== null);
  const tables = [
    ...sectionTables("Leader − runner-up", rows, (row) => row.lead, ["leader", "lead-interval"], letters, notes.mark),
    ...(hasPeople
      ? sectionTables(
          "Best agent − people",
          rows,
          (row) => row.againstPeople,
          ["agents-or-people", "agents-or-people-interval"],
          letters,
          notes.mark,
        )
      : []),
  ];
  return [
    aboutTheData(settings, opened),
    "",
    ...[...letters].map(([name, letter]) => `${letter}  ${clipped(printable(name))}`),
    ...(letters.size > 0 ? [""] : []),
    ...(rows.every(({scores}) => scores.length === 0) ? ["No attempts match the selection."] : tables),
    wrap(legend(settings)),
    "",
    ...conclusions.map((sentence) => wrap(printable(sentence), "  ")),
    ...notApplied.map(({variation, reason}) => wrap(printable(`Not applied: ${variation}: ${reason}.`), "  ")),
    ...notes.lines(),
  ].join("\n");
}

const legend = ({interval}: Sensitivity["settings"]) =>
  `Each cell: the difference of their best expected normalized scores and its ${percent(interval)} interval; allocations are chosen ` +
  "anew in each replicate. ! a conclusion is another one than as asked. Interquartile mean: of one score per environment at every k, a " +
  "quarter of the environments, rounded down, left out at each end.";

/** A letter for each participant that is in a difference, in order of appearance. */
function lettersOf(differences: readonly Difference[]): Map<string, string> {
  const names = new Set(differences.flatMap(({first, second}) => [first, second]).filter((name) => name !== null));
  return new Map([...names].map((name, i) => [name, letterOf(i)]));
}

/** A … Z, AA, AB, … */
const letterOf = (i: number): string => (i < 26 ? "" : letterOf(Math.floor(i / 26) - 1)) + String.fromCharCode(65 + (i % 26));

const GAP = 2;
const CELL_WIDTH = 15; // "−0.21 to +0.03", "no interval (1)"
const NAME_WIDTH = 28;

/** A line for each variation; as many budgets side by side as the terminal takes, the others in further tables. */
function sectionTables(
  title: string,
  rows: readonly SensitivityRow[],
  differenceIn: (row: SensitivityRow) => Difference | null,
  marked: readonly SensitivityRow["flips"][number][],
  letters: ReadonlyMap<string, string>,
  mark: (reason: string) => string,
): string[] {
  const budgets = [...new Set(rows.map(({timeBudgetSeconds}) => timeBudgetSeconds))];
  const perTable = Math.max(1, Math.floor((terminalColumns() - NAME_WIDTH) / (CELL_WIDTH + GAP)));
  const cellOf = (row: SensitivityRow) => {
    const isMarked = row.flips.some((flip) => isConclusion(flip) && marked.includes(flip));
    return cellText(differenceIn(row)!, isMarked, letters, mark);
  };
  const tables: string[] = [];
  for (let i = 0; i < budgets.length; i += perTable) {
    const shown = budgets.slice(i, i + perTable);
    const lines = [...groupBy(rows, ({variation}) => variation)].map(([variation, own]) => [
      printable(variation),
      ...shown.map((budget) => cellOf(own.find(({timeBudgetSeconds}) => timeBudgetSeconds === budget)!)),
    ]);
    tables.push(...titleLine(title), table(["", ...shown.map((budget) => `${formatDuration(budget)} in all`)], lines), "");
  }
  return tables;
}

function cellText(
  {first, second, difference, low, high, reason}: Difference,
  isMarked: boolean,
  letters: ReadonlyMap<string, string>,
  mark: (reason: string) => string,
): string {
  if (difference === null) return `– ${mark(reason!)}`;
  const who = `${letters.get(first!)} − ${letters.get(second!)}`;
  const interval = low === null || high === null ? `no interval ${mark(reason!)}` : signedInterval(low, high);
  return `${who} ${signed(difference)}${isMarked ? " !" : ""}\n${interval}`;
}

import {type ComparisonRow, compare} from "../analysis/compare.js";
import type {ComparisonPoint} from "../analysis/comparisonPoint.js";
import {unusedWarnings} from "../analysis/unusedOptions.js";
import {RebenchError} from "../errors.js";
import type {CompareFlags} from "./compareCommand.js";
import {withStore} from "./openForReading.js";
import {analysisOptions} from "./options.js";
import {printResult} from "./printResult.js";
import {rowsWithStore} from "./printScores.js";

/** @param onePoint Options given that only a comparison at one point has a use for, such as `--alpha`. */
export async function runCompare(
  a: string | undefined,
  b: string | undefined,
  flags: CompareFlags,
  onePoint: readonly string[],
): Promise<void> {
  const pair = pairOf(a, b, flags);
  const point = pointOf(flags);
  if (pair !== null && point === null) return runCurves(pair, flags, onePoint);
  await withStore(flags, async (opened) => {
    const result = await compare(opened.source, {...optionsOf(flags), ...testOptions(flags), pair, point: point!});
    const {renderComparison} = await import("./printComparison.js");
    const rows = rowsWithStore(result.rows.map(flatRow), result.settings);
    await printResult(result, {rows, render: renderComparison, flags, opened});
  });
}

async function runCurves([a, b]: readonly [string, string], flags: CompareFlags, onePoint: readonly string[]): Promise<void> {
  const [{compareCurves}, {renderCurves}] = await Promise.all([import("../analysis/compareCurves.js"), import("./printCurves.js")]);
  await withStore(flags, async (opened) => {
    const result = await compareCurves(opened.source, {...optionsOf(flags), a, b, budgets: flags.budgets ?? null});
    const unused = unusedWarnings(onePoint, "tests are made at one point: with --at, or with --budget");
    const noted = {...result, warnings: [...unused, ...result.warnings]};
    await printResult(noted, {rows: rowsWithStore(result.rows, result.settings), render: renderCurves, flags, opened});
  });
}

const testOptions = ({alpha, power, permutations}: CompareFlags) => ({alpha, power, permutations});
const optionsOf = ({
  at: _,
  budget: __,
  budgets: ___,
  all: ____,
  alpha: _____,
  power: ______,
  permutations: _______,
  ...flags
}: CompareFlags) => analysisOptions(flags);

/** The two to compare; null for every pair. */
function pairOf(a: string | undefined, b: string | undefined, {all, agents, at, budget}: CompareFlags): [string, string] | null {
  if (all) {
    if (a !== undefined) throw usage(`"${a}" and --all do not go together`, "Choose participants with --agents, or leave --all out.");
    if (at === undefined && budget === undefined) {
      throw usage("--all compares at one point, and none is given", "Add --at, such as --at 30m@4, or --budget, such as --budget 8h.");
    }
    return null;
  }
  if (a === undefined || b === undefined) {
    const found = a === undefined ? "nobody to compare" : `nobody to compare "${a}" with`;
    throw usage(found, 'Name two, such as: rebench compare "agent one" human --at 8h@1; or every pair: rebench compare --all --at 8h@1.');
  }
  if (agents != null) throw usage("--agents chooses the pairs of --all, and two participants are named", "Leave --agents out.");
  return [a, b];
}

function pointOf({at, budget, budgets, alpha, power}: CompareFlags): ComparisonPoint | null {
  if (at !== undefined && budget !== undefined) throw usage("--at and --budget do not go together", "Choose one of them.");
  if (power <= alpha) throw usage(`--power ${power} is not above --alpha ${alpha}`, "Power is usually 0.8, and alpha 0.05.");
  const point = at ?? (budget === undefined ? null : {budgetSeconds: budget});
  if (budgets !== undefined && point !== null) {
    throw usage("--budgets is for curves, and --at or --budget asks for one point", "Leave --budgets out, or the other one.");
  }
  return point;
}

const usage = (problem: string, hint: string) => new RebenchError("usage", {problem, hint});

/** A row as it goes into a file: `agentA`, `difference`, `differenceLow`, `permutationP`, … for what JSON nests. */
function flatRow({a, b, leftOut, adjusted, ...row}: ComparisonRow): Record<string, unknown> {
  const none = {test: null, p: null, holm: null, benjaminiHochberg: null, comparisons: null};
  const nested = Object.entries({...row, adjusted: adjusted ?? none});
  return {
    ...suffixed(a, "A"),
    ...suffixed(b, "B"),
    ...Object.fromEntries(nested.flatMap(([name, value]) => columnsOf(name, value))),
    leftOut: leftOut.map(({environment}) => environment),
  };
}

const suffixed = (side: object, suffix: string) => Object.fromEntries(Object.entries(side).map(([name, value]) => [name + suffix, value]));

function columnsOf(name: string, value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[name, value]];
  return Object.entries(value).map(([part, inner]) => [
    part === "value" ? name : name + part.charAt(0).toUpperCase() + part.slice(1),
    inner,
  ]);
}

import {RebenchError} from "../errors.js";
import {leadAt} from "../score/crossover.js";
import {budgetDifference} from "./budgetDifference.js";
import {
  allocationsOf,
  allocationText,
  type BudgetReplicates,
  type BudgetScore,
  budgetReplicates,
  budgetScores,
  within,
} from "./candidates.js";
import {type Context, contextOf, type Source} from "./context.js";
import {type Crossover, curveCrossover, type NamedCrossing, noCrossover} from "./curveCrossover.js";
import {schemeWarnings, uncalibratedScores} from "./intervalWarnings.js";
import type {Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {BOTH_SIDES_RULE, PEOPLE_RULE, type Settings, scoreRules, settingsOf} from "./settingsInForce.js";
import {DIFFERENCES, withoutUnused} from "./unusedOptions.js";

export type CompareCurvesOptions = AnalysisOptions & {
  /** Labels; people are `human`. */
  a: string;
  b: string;
  /** Seconds; null: of the doublings from 30 minutes to 64 hours those for which both have an allocation, and one a score. */
  budgets: readonly number[] | null;
};

/** Both participants at one budget, over the environments that both have. */
export type CurveRow = {
  timeBudgetSeconds: number;
  a: string;
  b: string;
  scoreA: number | null;
  scoreB: number | null;
  /** Such as `30m@4`. */
  allocationA: string | null;
  allocationB: string | null;
  /** a − b, with its interval. */
  difference: number | null;
  low: number | null;
  high: number | null;
  /** Who has the higher score; null where they are equal, or one has none. */
  leader: string | null;
  undefinedReplicates: number;
  /** Why there is no difference, or no interval. */
  reason: string | null;
};

export type CurvesComparison = {
  a: string;
  b: string;
  /** Those that both have: the same at every budget. */
  environments: string[];
  /** Those that one of them alone has: left out. */
  onlyA: string[];
  onlyB: string[];
  crossover: Crossover;
  crossings: NamedCrossing[];
  rows: CurveRow[];
  rules: typeof RULES;
  settings: Settings;
  warnings: Warning[];
};

/** Rules of this comparison that no option changes, as sentences. */
const RULES = {
  curve: "the best allocation of each budget that covers every environment both have",
  between: "linear in log2 of the budget between neighbouring budgets that both have; never extrapolated",
  replicates: "allocations chosen anew in each, both curves and the crossover computed again",
  interval:
    "percentile, of the first budget from which the side leads that the lead passes to; beyond the budgets where it leads at the first, or never",
} as const;

const DOUBLINGS = Array.from({length: 8}, (_, power) => 1800 * 2 ** power);

/** Two curves of best score against time budget: who leads where, and the budget at which the lead passes over. */
export async function compareCurves(source: Source, options: CompareCurvesOptions): Promise<CurvesComparison> {
  const {a, b} = options;
  checkOptions(options);
  const {options: used, warnings} = withoutUnused(options, {...DIFFERENCES, common: "only what both have is ever compared"});
  const own = {...used, agents: [a, b]};
  const context = await contextOf(source, own, () => []);
  const [all, other] = [a, b].map((name) => context.series.find(({agent}) => agent === name) ?? null);
  const [namesA, namesB] = [environmentsOf(all!), environmentsOf(other!)];
  // --require-all asks for all seven: a budget at which one of them lacks one is then left out
  const environments = (options.requireAll && all ? all.expected : namesA).filter((name) => options.requireAll || namesB.includes(name));
  const sides = all && other ? [within(all, environments), within(other, environments)] : null;
  const budgets = [...new Set(options.budgets ?? (sides ? defaultGrid(sides, own) : []))].sort((left, right) => left - right);
  const result = sides && environments.length > 0 ? compared(sides, budgets, own, context) : nothing(all!, other!, budgets, own);
  const budgetsSeconds = result.rows.map(({timeBudgetSeconds}) => timeBudgetSeconds);
  return {
    a,
    b,
    environments,
    onlyA: namesA.filter((name) => !namesB.includes(name)),
    onlyB: namesB.filter((name) => !namesA.includes(name)),
    ...result,
    rules: RULES,
    settings: settingsOf(context, own, {a, b, budgetsSeconds}, {...scoreRules(own), ...BOTH_SIDES_RULE, ...PEOPLE_RULE}),
    warnings: [...warnings, ...context.warnings, ...schemeWarnings(context.selected.attempts, own), ...result.warnings],
  };
}

function checkOptions({a, b, by}: CompareCurvesOptions): void {
  if (a === b)
    throw new RebenchError("usage", {problem: `"${a}" is compared with itself`, hint: "Name two participants; people are: human."});
  if (by !== null) {
    throw new RebenchError("usage", {
      problem: `--by ${by}: curves are compared as a whole`,
      hint: "Choose what counts with --environments, or leave --by out.",
    });
  }
}

const environmentsOf = (series: Series | null) => [...new Set(series?.attempts.map(({environment}) => environment))].sort();

const defaultGrid = (sides: readonly Series[], options: AnalysisOptions) =>
  DOUBLINGS.filter((budget) => sides.every((series) => allocationsOf(series, budget, options).length > 0));

type Compared = Pick<CurvesComparison, "crossover" | "crossings" | "rows" | "warnings">;

/** What each budget gives a participant, and in every replicate; in the order of budgets. */
type Side = {scores: BudgetScore[]; replicates: BudgetReplicates[]};

function compared(series: readonly Series[], budgets: readonly number[], options: CompareCurvesOptions, {cellOptions}: Context): Compared {
  const [a, b] = series.map((each): Side => {
    const scores = budgetScores(each, budgets, options, cellOptions);
    return {scores, replicates: budgetReplicates(each, scores, options)};
  });
  const rows = budgets.map((_, i) => rowOf(a!, b!, i, options));
  const shared = rows.flatMap(({difference}, i) => (difference === null ? [] : [i]));
  const curveOf = (name: string, {scores, replicates}: Side) => ({
    name,
    scores: shared.map((i) => scores[i]!.chosen!.score),
    replicates: shared.map((i) => replicates[i]!),
  });
  const sharedBudgets = shared.map((i) => budgets[i]!);
  const shown = rows.filter(({scoreA, scoreB}) => options.budgets !== null || scoreA !== null || scoreB !== null);
  const chosen = [a!, b!].flatMap(({scores}, side) =>
    scores.flatMap((each) =>
      each.chosen ? [{label: `${side === 0 ? options.a : options.b} ${allocationText(each.chosen)}`, parts: each.chosen.parts}] : [],
    ),
  );
  const warnings = uncalibratedScores(chosen, options);
  return {rows: shown, warnings, ...curveCrossover(sharedBudgets, curveOf(options.a, a!), curveOf(options.b, b!), options)};
}

function rowOf(sideA: Side, sideB: Side, i: number, options: CompareCurvesOptions): CurveRow {
  const {a, b} = options;
  const [own, other] = [sideA.scores[i]!, sideB.scores[i]!];
  const row = {timeBudgetSeconds: own.timeBudgetSeconds, a, b, ...scoresOf(own, other)};
  if (own.chosen === null || other.chosen === null) {
    const reasons = [...(own.chosen ? [] : [`${a}: ${own.reason}`]), ...(other.chosen ? [] : [`${b}: ${other.reason}`])];
    return {...row, ...NO_DIFFERENCE, reason: reasons.join("; ")};
  }
  const lead = leadAt([own.chosen.score], [other.chosen.score], 0);
  const {difference, ...ends} = budgetDifference(
    {score: own.chosen.score, ...sideA.replicates[i]!},
    {score: other.chosen.score, ...sideB.replicates[i]!},
    options,
  );
  return {...row, difference, leader: lead === 0 ? null : lead > 0 ? a : b, ...ends};
}

const NO_DIFFERENCE = {difference: null, low: null, high: null, leader: null, undefinedReplicates: 0};

const scoresOf = (a: BudgetScore, b: BudgetScore) => ({
  scoreA: a.chosen?.score ?? null,
  scoreB: b.chosen?.score ?? null,
  allocationA: a.chosen && allocationText(a.chosen),
  allocationB: b.chosen && allocationText(b.chosen),
});

/** Where one of them has no attempts, or they share no environment. */
function nothing(sideA: Series | null, sideB: Series | null, budgets: readonly number[], {a, b}: CompareCurvesOptions): Compared {
  const missing = [...(sideA ? [] : [a]), ...(sideB ? [] : [b])];
  const reason =
    missing.length > 0 ? `no attempts of ${missing.join(" and ")} are in the selection` : `${a} and ${b} have no environment in common`;
  const scores = {scoreA: null, scoreB: null, allocationA: null, allocationB: null};
  return {
    crossover: noCrossover(reason),
    crossings: [],
    warnings: [],
    rows: budgets.map((timeBudgetSeconds) => ({timeBudgetSeconds, a, b, ...scores, ...NO_DIFFERENCE, reason})),
  };
}

import type {Rates} from "../cost/attemptCost.js";
import type {PriceList} from "../cost/priceList.js";
import {formatDuration} from "../duration.js";
import {RebenchError} from "../errors.js";
import type {PlanCell} from "../score/planPopulation.js";
import {attemptUsage} from "../store/attemptUsage.js";
import {type ComparisonPoint, pointLabel} from "./comparisonPoint.js";
import {type Context, contextOf, type Source} from "./context.js";
import {costOfAttempts} from "./costOfAttempts.js";
import {noPlan, type PlanCheck, type PlanCurveRow, type Planned, type PlanParts, planFrom} from "./planFrom.js";
import {attemptPrices, type PlanRow, planRows} from "./planRows.js";
import {type PlanSide, type PlanSides, planSides} from "./planSides.js";
import {planWarnings} from "./planWarnings.js";
import type {Series} from "./series.js";
import {seriesNamed} from "./seriesNamed.js";
import {type AnalysisOptions, DEFAULT_OPTIONS, type Warning} from "./settings.js";
import {BOTH_SIDES_RULE, PEOPLE_RULE, type Settings, scoreRules, settingsOf} from "./settingsInForce.js";
import {both, type LeftOut} from "./sharedEnvironments.js";
import {UNCORRECTED, unusedWarnings, withoutUnused} from "./unusedOptions.js";

export type PlanCommandOptions = AnalysisOptions & {
  /** Labels; people are `human`. */
  pair: readonly [a: string, b: string];
  point: ComparisonPoint;
  /** Of the two-sided test at the end of the study. */
  alpha: number;
  /** Wanted chance to find the effect, in (alpha, 1). */
  power: number;
  /** True difference a − b to be found; null for the observed one. */
  effect: number | null;
  /** Attempts by variance and cost, rather than the same number everywhere. */
  optimal: boolean;
  /** Studies to check the plan on; null for no check. */
  check: number | null;
  rates: Rates;
  prices: PriceList;
};

/** One side of the plan. */
export type PlannedSide = {
  agent: string;
  kind: "agent" | "human";
  timeLimitSeconds: number | null;
  k: number | null;
  slicedFromSeconds: number | null;
  attemptsAtHand: number;
  /** Observed. */
  score: number | null;
};

export type PlanSummary = Planned & {
  a: PlannedSide;
  b: PlannedSide;
  environments: string[];
  leftOut: LeftOut[];
  /** a − b. */
  observedDifference: number | null;
  effect: number | null;
  effectFrom: "observed" | "given";
  alpha: number;
  wantedPower: number;
  allocation: "equal" | "optimal";
  /** What the optimal allocation saves; null for an equal one. */
  cheapestBy: "dollars" | "hours" | null;
};

export type Plan = {
  plan: PlanSummary;
  rows: PlanRow[];
  curve: PlanCurveRow[];
  check: PlanCheck | null;
  settings: Settings;
  warnings: Warning[];
};

/** Rules of a plan that no option changes, as sentences. */
const RULES = {
  population:
    "new attempts are drawn from those at hand in each environment, their spread widened by √(n / (n − 1)), moved so that the difference is the effect",
  test: "two-sided z test of the difference of mean score@k; standard error √(Σ n / (n − 1) · exact bootstrap variance of score@k) / environments",
  numberOfAttempts:
    "smallest with the power by normal approximation with the exact variance of score@k of n attempts; where 4,000 simulated studies differ by more than 1.5 points, smallest with it in simulated studies",
  least: "k attempts, and two",
  range: "attempts at hand resampled within environments, at most 2,000 replicates; quantiles of the number by normal approximation",
  hours: "attempts × time limit",
  dollars: "attempts × mean nominal cost of an attempt at hand in that environment; people: wage × time limit",
} as const;

const STREAMS = {
  randomStreams:
    'xoroshiro128+ from SHA-256 of (seed, "plan", both names, limit and k or budget, "range" or what is simulated, side, environment)',
} as const;

const Z_TEST = "a plan is about attempts within environments and a z test";
const UNUSED = {
  ...{resample: Z_TEST, intervalMethod: Z_TEST, resampleSize: Z_TEST, ...UNCORRECTED},
  ...{common: "only what both have is ever planned for", threads: "a plan is made in one thread"},
};

/** A range is precise enough with these, however many replicates intervals have. */
const MOST_RANGE_REPLICATES = 2000;

/**
 * How many attempts two participants need to be told apart at one time limit and k, or at one budget, from those at hand.
 *
 * @throws RebenchError `usage` for a participant compared with itself, a breakdown, `--too-few clamp`, or power not above alpha.
 */
export async function plan(source: Source, options: PlanCommandOptions): Promise<Plan> {
  checkOptions(options);
  const {pair, point, alpha, power, effect, optimal, check, rates} = options;
  const used = withoutUnused(options, UNUSED);
  const own = {...used.options, agents: [...pair], bootstrap: Math.min(options.bootstrap, MOST_RANGE_REPLICATES)};
  const context = await contextOf(source, own, () => []);
  const series = both(pair, (agent) => seriesNamed(agent, context.series));
  const sides = planSides(series, point, own, context.cellOptions);
  const {parts, summary, warnings} = await planned(sides, own, context);
  const rules = {...scoreRules(own), ...BOTH_SIDES_RULE, ...("budgetSeconds" in point && PEOPLE_RULE), ...STREAMS};
  const asked = {pair: [...pair], ...("budgetSeconds" in point ? {budget: formatDuration(point.budgetSeconds)} : {at: pointLabel(point)})};
  return {
    plan: {...summaryOf(series, sides, own), ...parts.planned, cheapestBy: summary},
    rows: parts.rows,
    curve: parts.curve,
    check: parts.check,
    settings: settingsOf(context, own, {...asked, alpha, power, effect, optimal, check, rates, ...RULES}, rules),
    warnings: [...context.warnings, ...warnings, ...used.warnings, ...fewerReplicates(options), ...planWarnings(sides, parts, own)],
  };
}

/** The default number of replicates is nobody's wish. */
function fewerReplicates({bootstrap}: AnalysisOptions): Warning[] {
  const isAsked = bootstrap > MOST_RANGE_REPLICATES && bootstrap !== DEFAULT_OPTIONS.bootstrap;
  return unusedWarnings(isAsked ? [`--bootstrap ${bootstrap}`] : [], `a range has at most ${MOST_RANGE_REPLICATES} replicates`);
}

type Outcome = {parts: PlanParts; summary: PlanSummary["cheapestBy"]; warnings: readonly Warning[]};

async function planned(found: PlanSides, options: PlanCommandOptions, context: Context): Promise<Outcome> {
  if ("reason" in found) {
    return {parts: {planned: noPlan(found.reason), rows: [], curve: [], check: null}, summary: null, warnings: []};
  }
  const {sides, environments} = found;
  const usage = await attemptUsage(context.source.connection, {agents: options.agents, environments});
  const {rates, prices, pair, point, seed} = options;
  const costs = costOfAttempts(sideAttempts(context, environments), usage, {rates, prices, unpriced: "skip"});
  const perAttempt = attemptPrices(sides, costs, options);
  const rows = planRows(sides, perAttempt);
  const inDollars = perAttempt.every(({usd}) => usd !== null && usd > 0);
  const cells = cellsOf(sides, rows, inDollars);
  const parts = planFrom(cells, rows, {
    ...options,
    effect: options.effect ?? sides[0].score - sides[1].score,
    isEffectGiven: options.effect !== null,
    key: [seed, "plan", ...pair, pointLabel(point)],
    replicates: options.bootstrap,
    level: options.interval,
  });
  return {parts, summary: options.optimal ? (inDollars ? "dollars" : "hours") : null, warnings: costs.warnings};
}

/** The selection without what the plan is not about, so that nothing is said of its costs. */
const sideAttempts = ({selected}: Context, environments: readonly string[]) => ({
  ...selected,
  attempts: selected.attempts.filter(({environment}) => environments.includes(environment)),
});

function cellsOf(sides: readonly [PlanSide, PlanSide], rows: readonly PlanRow[], inDollars: boolean): PlanCell[] {
  const parts = both(sides, ({parts}, side) => parts.map((part) => ({...part, side}))).flat();
  return parts.map(({side, environment, k, scores}, i) => {
    const costPerAttempt = inDollars ? rows[i]!.costPerAttemptUsd! : rows[i]!.timeLimitSeconds / 3600;
    return {side, environment, k, scores, costPerAttempt};
  });
}

function summaryOf(series: readonly [Series, Series], found: PlanSides, {effect, alpha, power, optimal}: PlanCommandOptions) {
  const sides = "sides" in found ? found.sides : null;
  const [a, b] = both(series, (each, i) => plannedSide(each, sides?.[i] ?? null));
  const observedDifference = sides && sides[0].score - sides[1].score;
  return {
    ...{a, b, environments: found.environments, leftOut: found.leftOut, observedDifference},
    ...{effect: effect ?? observedDifference, effectFrom: effect === null ? ("observed" as const) : ("given" as const)},
    ...{alpha, wantedPower: power, allocation: optimal ? ("optimal" as const) : ("equal" as const)},
  };
}

function plannedSide({agent, kind}: Series, side: PlanSide | null): PlannedSide {
  const {timeLimitSeconds, k, slicedFromSeconds} = side?.allocation ?? {timeLimitSeconds: null, k: null, slicedFromSeconds: null};
  const attemptsAtHand = side?.parts.reduce((sum, {scores}) => sum + scores.length, 0) ?? 0;
  return {agent, kind, timeLimitSeconds, k, slicedFromSeconds, attemptsAtHand, score: side?.score ?? null};
}

function checkOptions({pair: [a, b], by, tooFew, alpha, power, effect}: PlanCommandOptions): void {
  if (a === b) throw usage(`"${a}" cannot be told apart from itself`, "Name two participants; people are: human.");
  if (by !== null) throw usage(`--by ${by}: a plan is for participants as a whole`, "Choose what counts with --environments.");
  if (tooFew === "clamp") throw usage("--too-few clamp: a plan needs the k that it is for", "Use --too-few null or drop.");
  if (effect === 0) throw usage("--effect 0: no study finds a difference of 0", "Give the difference that matters, such as --effect 0.1.");
  if (power <= alpha) throw usage(`--power ${power} is not above --alpha ${alpha}`, "Power is usually 0.8, and alpha 0.05.");
}

const usage = (problem: string, hint: string) => new RebenchError("usage", {problem, hint});

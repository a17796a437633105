import {RebenchError} from "../errors.js";
import {equalLadder, firstEnough, type Ladder, MOST_ATTEMPTS, optimalLadder} from "./attemptLadder.js";
import {type PlanCell, type PlanPopulation, planPopulation, tableKeeper} from "./planPopulation.js";
import type {Estimator} from "./scoreAtK.js";
import {type SimulatedStudies, type SimulationOptions, simulateStudies} from "./simulateStudies.js";
import {ratioForPower, studyPower} from "./studyPower.js";

export type PlanOptions = {
  /** True difference of mean score@k that the study should find, side 0 less side 1. Not 0. */
  effect: number;
  /** Level of the two-sided test, in (0, 1). */
  alpha: number;
  /** Wanted chance to find the difference, in (alpha, 1). */
  power: number;
  estimator: Estimator;
  /** Names the random streams of the simulations, the seed first. */
  key: readonly (string | number)[];
};

/** How many attempts, and what they achieve. */
export type SamplePlan = {
  /** By cell, in the order given. */
  attempts: readonly number[];
  cost: number;
  /** Standard error of the difference that the plan expects. */
  standardError: number;
  /** Chance to find the effect: by `method`. */
  power: number;
  /** What the normal approximation says, and what simulated studies gave; null where there are too many attempts to simulate. */
  normalPower: number;
  simulated: SimulatedStudies | null;
  /** The attempts in all that the normal approximation asks for. */
  normalAttempts: number;
  /** The number of attempts follows from the normal approximation where simulated studies bear it out, else from them. */
  method: "normal approximation" | "simulation";
};

/** Studies that a plan is tried on; the Monte Carlo error of a power of 0.8 is then 0.006. */
export const STUDIES = 4000;
/** The normal approximation stands where simulated power differs from it by no more than this. */
const AGREEMENT = 0.015;
/** Attempts drawn for one trial beyond which a plan is not simulated unasked: about a second. */
const MOST_DRAWS = 4e7;
/** False alarms may be this many times alpha before more attempts are advised. */
const LEVEL_KEPT = 1.5;

/** Everything that plans for the same cells share: populations with their variances, and what the test needs. */
export type Planner = {
  /** The fewest attempts, the same number in every cell. */
  equal(): SamplePlan;
  /** The cheapest attempts, as each cell's variance and cost make them worth; `equal()` where that costs no more. */
  optimal(): SamplePlan;
  /** The same design with about `factor` times as many attempts, and its power by the method of `plan`; tried on studies only where that asks for it. */
  scaled(plan: SamplePlan, factor: number): SamplePlan;
  /** Studies other than those that the plan was tried on. */
  check(plan: SamplePlan, studies: number): SimulatedStudies;
  /**
   * The plan, or the first larger one of the same design on a coarse grid, in which the test keeps its level: false alarms at most
   * 1.5 alpha. Null where none was found that can be simulated.
   */
  keepingLevel(plan: SamplePlan): SamplePlan | null;
};

/**
 * Plans a study that tells two sides apart: attempts of each in each environment, so that a two-sided z test of the difference of mean
 * score@k finds `effect` with the wanted power.
 *
 * New attempts are taken to be drawn from those at hand (`planPopulation`), moved so that the difference is `effect`. The variance of
 * score@k of n of them is exact, not s² / n; with E environments that of the difference is Σ var / E² over all cells, and the
 * power follows by normal approximation. Where n is near k or most scores are 0 that is off, so the plan is tried on simulated studies
 * that estimate their own standard error, and where these disagree the number of attempts is the smallest that has the power there.
 *
 * @param cells Each environment once for each side.
 * @throws RebenchError `undefined-statistic` for no effect, a cell with a single attempt, no spread anywhere, or more attempts than a
 * million in an environment; `usage` unless 0 < alpha < power < 1.
 */
export function samplePlan(cells: readonly PlanCell[], options: PlanOptions): Planner {
  const needed = ratioForPower(options.power, options.alpha);
  if (options.effect === 0) throw undefinedBecause("the difference to be found is 0", "Give the difference that matters: --effect 0.1.");
  const populations = cells.map((cell) => planPopulation(cell, options.estimator));
  if (populations.every(({gaps}) => gaps.length === 0)) {
    throw undefinedBecause(
      "all attempts of each side are equal in every environment, so there is no spread to plan with",
      "Add attempts that differ.",
    );
  }
  const design: Design = {populations, options, needed, trials: new Map(), tablesOf: tableKeeper(options.estimator)};
  const ladders = {equal: equalLadder(populations), optimal: optimalLadder(populations)};
  const equal = once(() => smallest(design, ladders.equal));
  const scaled = (plan: SamplePlan, factor: number): SamplePlan => {
    const isEqual = plan.attempts.every((n) => n === plan.attempts[0]);
    const attempts = scaledAttempts(isEqual ? ladders.equal : ladders.optimal, sum(plan.attempts) * factor);
    return studyOf(design, attempts, plan.method, plan.normalAttempts, plan.method === "simulation");
  };
  return {
    equal,
    optimal: once(() => cheaper(smallest(design, ladders.optimal), equal())),
    scaled,
    check: ({attempts}, studies) => simulate(design, attempts, studies, "check"),
    keepingLevel: (plan) => keepingLevel(plan, (factor) => tried(design, scaled(plan, factor)), options.alpha),
  };
}

type Design = {
  populations: readonly PlanPopulation[];
  options: PlanOptions;
  /** What effect / standard error has to be for the wanted power. */
  needed: number;
  /** Simulated studies by their attempts. */
  trials: Map<string, SimulatedStudies>;
  tablesOf: SimulationOptions["tablesOf"];
};
type Attempts = readonly number[];

/** The first design of a ladder that has the power. */
function smallest(design: Design, ladder: Ladder): SamplePlan {
  const {effect, alpha, power} = design.options;
  const step = firstEnough(ladder, (attempts) => Math.abs(ratioOf(design, attempts)) >= design.needed);
  if (step === null) throw tooMany(effect);
  const total = sum(ladder(step)!);
  const found = studyOf(design, ladder(step)!, "normal approximation", total);
  if (found.simulated === null || Math.abs(found.simulated.power - found.normalPower) <= AGREEMENT) return found;
  const powerOf = (attempts: Attempts) => trial(design, attempts, "search")?.power ?? studyPower(ratioOf(design, attempts), alpha);
  const grain = Math.max(1, Math.floor(step * 0.01)); // finer than simulated power can tell
  const better = firstEnough(ladder, (attempts) => powerOf(attempts) >= power, step, grain);
  if (better === null) throw tooMany(effect);
  return studyOf(design, ladder(better)!, "simulation", total); // tried on other studies than those that the search saw
}

const cheaper = (plan: SamplePlan, other: SamplePlan): SamplePlan => (plan.cost < other.cost ? plan : other);

function scaledAttempts(ladder: Ladder, total: number): Attempts {
  const step = firstEnough(ladder, (attempts) => sum(attempts) >= total - 1e-9);
  return ladder(step ?? 0)!;
}

const LARGER = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 16, 20];

const tried = (design: Design, plan: SamplePlan): SamplePlan => ({...plan, simulated: trial(design, plan.attempts, "trial")});

function keepingLevel(plan: SamplePlan, times: (factor: number) => SamplePlan, alpha: number): SamplePlan | null {
  for (const factor of LARGER) {
    const larger = factor === 1 ? plan : times(factor);
    if (larger.simulated === null) return null;
    if (larger.simulated.falseAlarms <= LEVEL_KEPT * alpha) return larger;
  }
  return null;
}

function studyOf(design: Design, attempts: Attempts, method: SamplePlan["method"], normalAttempts: number, isSimulated = true): SamplePlan {
  const {populations, options} = design;
  const simulated = isSimulated ? trial(design, attempts, "trial") : null;
  const normalPower = studyPower(ratioOf(design, attempts), options.alpha);
  return {
    attempts,
    cost: sum(attempts.map((n, i) => n * populations[i]!.cell.costPerAttempt)),
    standardError: standardError(populations, attempts),
    power: method === "simulation" && simulated !== null ? simulated.power : normalPower,
    normalPower,
    simulated,
    normalAttempts,
    method,
  };
}

/** Simulated studies with these attempts, the same ones whenever asked; null where that would take too long. */
function trial(design: Design, attempts: Attempts, purpose: string): SimulatedStudies | null {
  if (sum(attempts) * STUDIES > MOST_DRAWS) return null;
  const name = `${purpose} ${attempts.join()}`;
  const known = design.trials.get(name) ?? simulate(design, attempts, STUDIES, purpose);
  design.trials.set(name, known);
  return known;
}

function simulate({populations, options, tablesOf}: Design, attempts: Attempts, studies: number, purpose: string): SimulatedStudies {
  const {effect, alpha, key} = options;
  return simulateStudies(populations, attempts, {effect, alpha, tablesOf, studies, key: [...key, purpose]});
}

const ratioOf = ({populations, options}: Design, attempts: Attempts): number =>
  expectedEffect(populations, attempts, options.effect) / standardError(populations, attempts);

/** The difference that n attempts estimate on average: the effect, and with replacement what each side's score@k falls short of it. */
function expectedEffect(populations: readonly PlanPopulation[], attempts: readonly number[], effect: number): number {
  const biases = populations.map(({cell, biasAt}, i) => (cell.side === 0 ? 1 : -1) * biasAt(attempts[i]!));
  return effect + sum(biases) / (populations.length / 2);
}

/** √(Σ var / E²) over the cells. */
function standardError(populations: readonly PlanPopulation[], attempts: readonly number[]): number {
  return Math.sqrt(sum(populations.map(({varianceAt}, i) => varianceAt(attempts[i]!)))) / (populations.length / 2);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function once<T>(work: () => T): () => T {
  let done: {value: T} | null = null;
  return () => {
    done = done ?? {value: work()};
    return done.value;
  };
}

const undefinedBecause = (problem: string, hint: string) => new RebenchError("undefined-statistic", {problem, hint});

const tooMany = (effect: number) =>
  undefinedBecause(
    `a difference of ${Number(effect.toPrecision(3))} takes more than ${MOST_ATTEMPTS.toLocaleString("en")} attempts in each environment`,
    "Give a larger difference: --effect.",
  );

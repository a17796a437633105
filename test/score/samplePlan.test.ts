import {readFileSync} from "node:fs";
import {join} from "node:path";
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import {equalLadder, firstEnough, optimalLadder} from "../../src/score/attemptLadder.js";
import {type PlanCell, planPopulation, tableKeeper} from "../../src/score/planPopulation.js";
import {planRange} from "../../src/score/planRange.js";
import {type PlanOptions, samplePlan} from "../../src/score/samplePlan.js";
import type {Estimator} from "../../src/score/scoreAtK.js";
import {scoreAtKVariance} from "../../src/score/scoreAtKVariance.js";
import {simulateStudies} from "../../src/score/simulateStudies.js";
import {ratioForPower, studyPower} from "../../src/score/studyPower.js";

type Sides = [number[][], number[][]];
type Fixture = {
  formula: {effect: number; alpha: number; power: number; scores: Sides; attempts: number; achieved: number}[];
  variance: {scores: number[]; k: number; draws: number; estimator: Estimator; variance: number}[];
  power: {
    name: string;
    k: number;
    attempts: [number, number];
    effect: number;
    estimator: Estimator;
    scores: Sides;
    studies: number;
    power: number;
    falseAlarms: number;
  }[];
};
const folder = join(import.meta.dirname, "..", "fixtures", "plan");
const fixture = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as Fixture;

const cellsOf = (sides: readonly (readonly number[][])[], k: number, costs: readonly number[] = [1, 1]): PlanCell[] =>
  sides.flatMap((environments, side) =>
    environments.map((scores, e) => ({side: side as 0 | 1, environment: `e${e}`, k, scores, costPerAttempt: costs[side]!})),
  );

const options = (changes: Partial<PlanOptions> = {}): PlanOptions => ({
  effect: 0.3,
  alpha: 0.05,
  power: 0.8,
  estimator: "without-replacement",
  key: [1, "test"],
  ...changes,
});

const total = (attempts: readonly number[]) => attempts.reduce((sum, n) => sum + n, 0);

/** Scores of one side: `environments` lists of `size`. */
function drawn(name: string, environments: number, size: number, draw: (uniform: () => number) => number): number[][] {
  const random = randomStream("plan test", name);
  return Array.from({length: environments}, () => Array.from({length: size}, () => draw(random.uniform)));
}
const bell = (uniform: () => number) => uniform() + uniform() + uniform() - 1.5;
const skewed = (uniform: () => number) => -0.5 * Math.log(1 - uniform());
const mostlyZero = (uniform: () => number) => (uniform() < 0.85 ? 0 : 0.2 + uniform());

describe("against references made with scipy and numpy", () => {
  it.each(fixture.formula)("k = 1: $attempts attempts find $effect at $alpha with power $power, as the formula says", (design) => {
    const plan = samplePlan(cellsOf(design.scores, 1), options(design));
    const {attempts, normalPower} = plan.equal();
    if (plan.equal().method === "normal approximation") {
      expect(attempts).toEqual(attempts.map(() => design.attempts));
      expect(normalPower).toBeCloseTo(design.achieved, 9);
    } else expect(plan.equal().normalAttempts).toBe(design.attempts * attempts.length);
  });

  it.each(fixture.variance)("variance of score@$k of $draws draws, $estimator", ({scores, variance, ...draws}) => {
    expect(scoreAtKVariance(scores, draws)).toBeCloseTo(variance, 10);
  });

  it.each(fixture.power)("power and false alarms of simulated studies: $name", (design) => {
    const {k, attempts, effect, estimator, scores, studies} = design;
    const cells = cellsOf(scores, k);
    const populations = cells.map((cell) => planPopulation(cell, estimator));
    const own = 10_000;
    const found = simulateStudies(
      populations,
      cells.map(({side}) => attempts[side]!),
      {effect, alpha: 0.05, tablesOf: tableKeeper(estimator), studies: own, key: ["reference"]},
    );
    for (const name of ["power", "falseAlarms"] as const) {
      const error = Math.sqrt(design[name] * (1 - design[name]) * (1 / studies + 1 / own));
      expect(Math.abs(found[name] - design[name]), name).toBeLessThan(4 * error);
    }
  });
});

describe("the plan has the power it says, to within 3 points in other simulated studies", () => {
  const STUDIES = 4000;
  const noise = 3 * Math.sqrt((0.8 * 0.2) / STUDIES);
  const designs: [name: string, k: number, Sides, effect: number, power: number][] = [
    ["k = 1", 1, [drawn("a", 5, 30, bell), drawn("b", 5, 30, bell)], 0.2, 0.8],
    ["k = 1, very few attempts", 1, [drawn("a", 2, 30, bell), drawn("b", 2, 30, bell)], 1.2, 0.8],
    ["k = 4", 4, [drawn("a", 5, 30, bell), drawn("b", 5, 30, bell)], 0.15, 0.9],
    ["unequal variances and sizes", 1, [drawn("a", 3, 12, bell), drawn("b", 3, 60, (u) => 5 * bell(u))], 0.8, 0.8],
    ["skewed, k = 4", 4, [drawn("a", 5, 40, skewed), drawn("b", 5, 40, skewed)], 0.35, 0.8],
    ["mostly zeros, k = 1", 1, [drawn("a", 3, 40, mostlyZero), drawn("b", 3, 40, mostlyZero)], 0.5, 0.8],
    ["mostly zeros, n close to k", 4, [drawn("a", 7, 40, mostlyZero), drawn("b", 7, 40, mostlyZero)], 0.55, 0.8],
    ["n close to k = 16", 16, [drawn("a", 7, 40, skewed), drawn("b", 7, 40, skewed)], 1, 0.7],
  ];

  it.each(designs)("%s", (_name, k, sides, effect, power) => {
    const planner = samplePlan(cellsOf(sides, k, [1, 5]), options({effect, power}));
    for (const plan of [planner.equal(), planner.optimal()]) {
      const checked = planner.check(plan, STUDIES);
      expect(Math.abs(checked.power - plan.power)).toBeLessThan(0.03 + noise);
      // simulated plans are tried once more after the search, on other studies
      expect(plan.power).toBeGreaterThan(power - noise);
    }
    expect(planner.optimal().cost).toBeLessThanOrEqual(planner.equal().cost);
  });

  it("is needed: the normal approximation alone is off by more where n is close to k", () => {
    const cells = cellsOf([drawn("a", 7, 40, mostlyZero), drawn("b", 7, 40, mostlyZero)], 4);
    const {method, normalPower, power, simulated} = samplePlan(cells, options({effect: 0.55})).equal();
    expect(method).toBe("simulation");
    expect(power).toBe(simulated!.power);
    expect(Math.abs(normalPower - power)).toBeGreaterThan(0.03);
  });
});

describe("a plan", () => {
  const sides: Sides = [drawn("a", 3, 20, bell), drawn("b", 3, 20, (u) => 3 * bell(u))];

  it("is the smallest equal number that reaches the power by formula", () => {
    const cells = cellsOf(sides, 2);
    const {attempts, method} = samplePlan(cells, options()).equal();
    expect(method).toBe("normal approximation");
    const powerWith = (n: number) => {
      const populations = cells.map((cell) => planPopulation(cell, "without-replacement"));
      const variance = populations.reduce((sum, {varianceAt}) => sum + varianceAt(n), 0) / 9;
      return studyPower(0.3 / Math.sqrt(variance), 0.05);
    };
    expect(new Set(attempts).size).toBe(1);
    expect(powerWith(attempts[0]!)).toBeGreaterThanOrEqual(0.8);
    expect(powerWith(attempts[0]! - 1)).toBeLessThan(0.8);
  });

  it("takes more for more power, a stricter test, or a smaller effect", () => {
    const needed = (changes: Partial<PlanOptions>) => total(samplePlan(cellsOf(sides, 2), options(changes)).equal().attempts);
    const base = needed({});
    for (const harder of [{power: 0.95}, {alpha: 0.001}, {effect: 0.2}]) expect(needed(harder)).toBeGreaterThan(base);
    expect(needed({effect: -0.3})).toBe(base);
  });

  it("never costs more with optimal attempts than with equal ones, and puts them where the variance is", () => {
    const score = fc.double({min: 0, max: 2, noNaN: true});
    const side = fc.array(fc.array(score, {minLength: 4, maxLength: 8}), {minLength: 2, maxLength: 2});
    const numbers = fc.record({
      k: fc.integer({min: 1, max: 3}),
      effect: fc.double({min: 0.4, max: 1, noNaN: true}),
      cost: fc.double({min: 0.05, max: 20, noNaN: true}),
    });
    fc.assert(
      fc.property(side, side, numbers, (a, b, {k, effect, cost}) => {
        fc.pre([...a, ...b].some((scores) => Math.max(...scores) - Math.min(...scores) > 0.1));
        const planner = samplePlan(cellsOf([a, b], k, [1, cost]), options({effect}));
        expect(planner.optimal().cost).toBeLessThanOrEqual(planner.equal().cost + 1e-9);
        for (const n of [...planner.optimal().attempts, ...planner.equal().attempts]) expect(n).toBeGreaterThanOrEqual(Math.max(k, 2));
      }),
      {seed: 11, numRuns: 25},
    );
    const {attempts, cost} = samplePlan(cellsOf(sides, 1), options()).optimal();
    expect(Math.min(...attempts.slice(3))).toBeGreaterThan(Math.max(...attempts.slice(0, 3))); // b varies three times as much
    expect(cost).toBeLessThan(samplePlan(cellsOf(sides, 1), options()).equal().cost);
  });

  it("follows Neyman's n ∝ σ / √cost at k = 1", () => {
    const one = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]];
    const cells = cellsOf([one, one.map((scores) => scores.map((score) => 2 * score))], 1, [1, 9]);
    const {attempts} = samplePlan(cells, options({effect: 0.5})).optimal();
    // σ ratio 2, √cost ratio 3
    expect(attempts[1]! / attempts[0]!).toBeGreaterThan(0.64);
    expect(attempts[1]! / attempts[0]!).toBeLessThan(0.69);
  });

  it("is the same each time, and depends on the seed in simulated numbers alone", () => {
    const plan = (seed: number) => samplePlan(cellsOf(sides, 2), options({key: [seed]})).equal();
    expect(plan(1)).toEqual(plan(1));
    expect(plan(2)).toEqual({...plan(1), simulated: expect.anything()});
    expect(plan(2).simulated).not.toEqual(plan(1).simulated);
  });

  it("says when more attempts would keep the level of the test, and how many", () => {
    const cells = cellsOf([drawn("a", 7, 40, mostlyZero), drawn("b", 7, 40, mostlyZero)], 4);
    const planner = samplePlan(cells, options({effect: 0.55}));
    const plan = planner.equal();
    expect(plan.simulated!.falseAlarms).toBeGreaterThan(0.075);
    const larger = planner.keepingLevel(plan)!;
    expect(larger.simulated!.falseAlarms).toBeLessThanOrEqual(0.075);
    expect(total(larger.attempts)).toBeGreaterThan(total(plan.attempts));
    const calm = samplePlan(cellsOf(sides, 1), options());
    expect(calm.keepingLevel(calm.equal())).toBe(calm.equal());
  });
});

describe("awkward samples", () => {
  const failing = (sides: Sides, k = 1, changes: Partial<PlanOptions> = {}) => {
    const planner = () => samplePlan(cellsOf(sides, k), options(changes));
    return expect(() => planner().equal());
  };
  const undefinedBecause = (problem: string) =>
    expect.objectContaining({code: "undefined-statistic", problem: expect.stringContaining(problem)});

  it("are undefined for one attempt, no spread, no effect, or an effect that nobody finds", () => {
    failing([[[0.5]], [[0.1, 0.2]]]).toThrow(undefinedBecause("one attempt only in e0"));
    failing([[[0, 0, 0]], [[0, 0]]]).toThrow(undefinedBecause("no spread"));
    failing([[[0, 1]], [[0, 1]]], 1, {effect: 0}).toThrow(undefinedBecause("is 0"));
    failing([[[0, 1]], [[0, 1]]], 1, {effect: 1e-6}).toThrow(undefinedBecause("more than 1,000,000 attempts"));
  });

  it("refuse power that is not above alpha", () => {
    failing([[[0, 1]], [[0, 1]]], 1, {power: 0.05}).toThrow(expect.objectContaining({code: "usage"}));
    failing([[[0, 1]], [[0, 1]]], 1, {power: 1}).toThrow(expect.objectContaining({code: "usage"}));
  });

  it("are fine with two attempts, one environment, one side without spread, and different k", () => {
    const cells: PlanCell[] = [
      {side: 0, environment: "e", k: 4, scores: [0, 1], costPerAttempt: 1},
      {side: 1, environment: "e", k: 1, scores: [0.3, 0.3, 0.3], costPerAttempt: 1},
    ];
    const planner = samplePlan(cells, options({effect: 0.5}));
    const {attempts, power} = planner.equal();
    expect(attempts[0]).toBe(attempts[1]);
    expect(attempts[0]).toBeGreaterThanOrEqual(4);
    expect(power).toBeGreaterThan(0.78);
    expect(planner.optimal().attempts[1]).toBe(2); // nothing to learn there
  });
});

describe("ladders", () => {
  const populations = cellsOf([drawn("a", 2, 9, bell), drawn("b", 2, 9, skewed)], 3).map((cell) =>
    planPopulation(cell, "without-replacement"),
  );

  it("start at the fewest attempts and grow", () => {
    expect([equalLadder(populations)(0), optimalLadder(populations)(0)]).toEqual([
      [3, 3, 3, 3],
      [3, 3, 3, 3],
    ]);
    const optimal = optimalLadder(populations);
    for (let step = 1; step < 200; ++step) {
      expect(total(optimal(step)!)).toBeGreaterThan(total(optimal(step - 1)!));
    }
  });

  it("find the first step that is enough, from any start, and null where none is", () => {
    const ladder = (step: number) => (step > 500 ? null : [step]);
    for (const wanted of [0, 1, 17, 499, 500]) {
      for (const start of [0, 1, 40, 500]) expect(firstEnough(ladder, ([n]) => n! >= wanted, start)).toBe(wanted);
    }
    expect(firstEnough(ladder, () => false)).toBeNull();
  });
});

describe("the range of the number", () => {
  const request = (changes: Partial<PlanOptions & {isEffectGiven: boolean}> = {}) => ({
    ...options(changes),
    isEffectGiven: true,
    replicates: 300,
    level: 0.9,
    ...changes,
  });
  const sides: Sides = [drawn("a", 3, 20, bell), drawn("b", 3, 20, bell)];

  it("holds the number itself, and narrows with more attempts at hand", () => {
    const width = (size: number) => {
      const cells = cellsOf([drawn("a", 3, size, bell), drawn("b", 3, size, bell)], 1);
      const {low, high} = planRange(cells, request());
      const {attempts} = samplePlan(cells, options()).equal();
      expect(low!).toBeLessThanOrEqual(attempts[0]!);
      expect(high!).toBeGreaterThanOrEqual(attempts[0]!);
      return high! / low!;
    };
    expect(width(320)).toBeLessThan(width(20));
  });

  it("agrees with planning for each resample", () => {
    // one environment and two attempts: four resamples of each side, equal or not
    const cells = cellsOf([[[0, 1]], [[0, 1]]], 1);
    const numbers = [0, 1, 2].map((varying) => {
      // s² of a resample is 1/2 or 0; the number follows from the sum over both sides
      let n = 2;
      while (studyPower(0.9 / Math.sqrt((varying * 0.5) / n), 0.05) < 0.8) ++n;
      return n;
    });
    const {low, high, beyond} = planRange(cells, {...request({effect: 0.9}), replicates: 500, level: 0.99});
    expect([low, high, beyond]).toEqual([numbers[0], numbers[2], 0]);
  });

  it("is wider where the effect is estimated too, and open where resamples hardly differ", () => {
    const observed: Sides = [sides[0].map((scores) => scores.map((score) => score + 0.5)), sides[1]];
    const mean = (all: number[][]) => total(all.flat()) / all.flat().length;
    const effect = mean(observed[0]) - mean(observed[1]);
    const given = planRange(cellsOf(observed, 1), request({effect}));
    const estimated = planRange(cellsOf(observed, 1), {...request({effect}), isEffectGiven: false});
    expect(estimated.low!).toBeLessThan(given.low!);
    expect(estimated.high ?? Number.POSITIVE_INFINITY).toBeGreaterThan(given.high!);
    const same = planRange(cellsOf([sides[0], sides[0]], 1), {...request(), isEffectGiven: false, level: 0.999});
    expect([same.high, same.beyond > 0]).toEqual([null, true]);
  });
});

it("power and the ratio it needs are each other's inverse; alpha at no difference", () => {
  for (const alpha of [0.001, 0.05, 0.2]) {
    expect(studyPower(0, alpha)).toBeCloseTo(alpha, 12);
    for (const power of [0.25, 0.8, 0.99]) {
      expect(studyPower(ratioForPower(power, alpha), alpha)).toBeCloseTo(power, 12);
      expect(studyPower(-ratioForPower(power, alpha), alpha)).toBeCloseTo(power, 12);
    }
  }
  // scipy.stats.norm.ppf(.975) + scipy.stats.norm.ppf(.8), which leaves out the other tail
  expect(ratioForPower(0.8, 0.05)).toBeCloseTo(2.8015852, 5);
});

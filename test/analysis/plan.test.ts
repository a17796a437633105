import {describe, expect, it} from "vitest";
import type {Source} from "../../src/analysis/context.js";
import {DEFAULT_RATES} from "../../src/analysis/costOptions.js";
import {type PlanCommandOptions, plan} from "../../src/analysis/plan.js";
import {readPrices} from "../../src/cost/readPrices.js";
import {randomStream} from "../../src/random.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {attemptsOf, options, PERSON, sourceOf} from "./stores.js";

const prices = readPrices();
const planOptions = (changes: Partial<PlanCommandOptions> = {}): PlanCommandOptions => ({
  ...options(),
  pair: ["A", "B"],
  point: {timeLimitSeconds: 1800, k: 2},
  alpha: 0.05,
  power: 0.8,
  effect: null,
  optimal: false,
  check: null,
  rates: DEFAULT_RATES,
  prices,
  ...changes,
});

const ENVIRONMENTS = ["fix_embedding", "optimize_kernel", "scaling_law"];

/** n scores around a mean, the same whenever asked. */
function scores(name: string, n: number, mean: number, spread = 0.3): number[] {
  const random = randomStream("plan analysis", name);
  return Array.from({length: n}, () => Math.max(0, mean + spread * (random.uniform() + random.uniform() - 1)));
}

const both = (fieldsOf: (agent: string, environment: string) => Partial<AttemptInput> = () => ({}), n = 20): AttemptInput[] =>
  ["A", "B"].flatMap((agent) =>
    ENVIRONMENTS.flatMap((environment) =>
      attemptsOf(scores(agent + environment, n, agent === "A" ? 0.6 : 0.5), {agent, environment, ...fieldsOf(agent, environment)}),
    ),
  );
const people = (n: number) =>
  ENVIRONMENTS.flatMap((environment) =>
    scores(`human${environment}`, n, 0.8).map(
      (finalScore, i) =>
        attemptsOf([finalScore], {participant: {...PERSON, person: `${environment}-${i}`}, environment, timeLimitSeconds: 28_800})[0]!,
    ),
  );

describe("a plan", () => {
  it("adds up: attempts, hours and recorded dollars of both sides in every environment", async () => {
    const cost = (agent: string, environment: string) => (agent === "A" ? 4 : environment === "scaling_law" ? 9 : 6);
    const source = await sourceOf(both((agent, environment) => ({nominalCostUsd: cost(agent, environment)})));
    const result = await plan(source, planOptions({check: 1000}));
    const {rows, plan: summary, curve, check} = result;
    const n = summary.attemptsEach!;
    expect(rows.map(({agent, environment}) => [agent, environment])).toEqual(
      ["A", "B"].flatMap((agent) => ENVIRONMENTS.map((environment) => [agent, environment])),
    );
    for (const row of rows) {
      expect(row).toMatchObject({attempts: n, hours: n / 2, attemptsAtHand: 20, costBasis: "recorded", costReason: null});
      expect(row.costUsd).toBeCloseTo(n * cost(row.agent, row.environment), 9);
      expect(row.k).toBe(row.environment === "scaling_law" ? 1 : 2); // its scores are hidden
    }
    expect(summary).toMatchObject({
      attempts: 6 * n,
      hours: 3 * n,
      costReason: null,
      allocation: "equal",
      effectFrom: "observed",
      reason: null,
    });
    expect(summary.costUsd).toBeCloseTo(n * (3 * 4 + 6 + 6 + 9), 9);
    expect(summary.effect).toBeCloseTo(summary.a.score! - summary.b.score!, 12);
    expect(summary.power).toBeGreaterThan(0.78);
    expect(summary.range!.low!).toBeLessThanOrEqual(n);
    expect(curve.map(({attempts}) => attempts)).toContain(6 * n);
    const powers = curve.map(({power}) => power);
    expect([...powers].sort((a, b) => a - b)).toEqual(powers);
    expect(Math.abs(check!.power! - summary.power!)).toBeLessThan(0.03 + 3 * check!.powerError!);
    expect(check!.pointsOff).toBeCloseTo(100 * (check!.power! - summary.power!), 9);
  });

  it("is cheaper with optimal attempts where costs differ, and says what equal ones would take", async () => {
    const source = await sourceOf(both((agent) => ({nominalCostUsd: agent === "A" ? 1 : 30})));
    const {plan: optimal} = await plan(source, planOptions({optimal: true}));
    const {plan: equal} = await plan(source, planOptions());
    expect(optimal).toMatchObject({allocation: "optimal", cheapestBy: "dollars", attemptsEach: null});
    expect(optimal.equal).toMatchObject({attemptsEach: equal.attemptsEach, attempts: equal.attempts, costUsd: equal.costUsd});
    expect(optimal.costUsd!).toBeLessThan(0.8 * equal.costUsd!);
  });

  it("pays people a wage, and knows no dollars for agents without any, unless a rate is assumed", async () => {
    const source = await sourceOf([...both(), ...people(12)]);
    const asked = planOptions({pair: ["A", "human"], point: {budgetSeconds: 28_800}, optimal: true, effect: 0.3});
    const unknown = await plan(source, asked);
    expect(unknown.plan).toMatchObject({costUsd: null, cheapestBy: "hours", b: {kind: "human", timeLimitSeconds: 28_800, k: 1}});
    expect(unknown.plan.costReason).toMatch(/^A: no cost and no token usage are recorded/);
    expect(unknown.plan.a).toMatchObject({timeLimitSeconds: 1800, k: 16});
    const human = unknown.rows.filter(({agent}) => agent === "human");
    for (const row of human) {
      expect(row).toMatchObject({costBasis: "wage", hours: row.attempts! * 8});
      expect(row.costUsd).toBeCloseTo(row.attempts! * 1855, 6);
    }
    const rates = {...DEFAULT_RATES, agentUsdPerHour: 15.375};
    const assumed = await plan(source, {...asked, rates});
    expect(assumed.plan).toMatchObject({cheapestBy: "dollars", costReason: null});
    expect(assumed.rows[0]).toMatchObject({costBasis: "assumed", costPerAttemptUsd: expect.closeTo(15.375 / 2, 9)});
  });

  it("follows --effect, and is the same each time", async () => {
    const source = await sourceOf(both());
    const observed = await plan(source, planOptions());
    expect(await plan(source, planOptions())).toEqual(observed);
    const {effect} = observed.plan;
    const given = await plan(source, planOptions({effect}));
    expect(given.plan).toMatchObject({effectFrom: "given", attempts: observed.plan.attempts});
    const half = await plan(source, planOptions({effect: effect! / 2}));
    expect(half.plan.attempts! / observed.plan.attempts!).toBeGreaterThan(3);
    expect(half.plan.observedDifference).toBe(effect);
  });

  it("does not depend on who else is in the store", async () => {
    const attempts = both();
    const alone = await plan(await sourceOf(attempts), planOptions());
    const others = attemptsOf(scores("C", 30, 0.9), {agent: "C", environment: "rust_codecontests"});
    const among = await plan(await sourceOf([...attempts, ...others]), planOptions());
    expect([among.plan, among.rows]).toEqual([alone.plan, alone.rows]);
  });
});

describe("no plan, and the reason", () => {
  const reasonOf = async (source: Source, changes: Partial<PlanCommandOptions> = {}) => {
    const {plan: summary, rows, curve, check} = await plan(source, planOptions({check: 100, ...changes}));
    expect([summary.attempts, summary.power, summary.range, curve, check]).toEqual([null, null, null, [], null]);
    for (const row of rows) expect([row.attempts, row.hours, row.costUsd]).toEqual([null, null, null]);
    return summary.reason;
  };
  const sided = (a: number[], b: number[]) => sourceOf([...attemptsOf(a, {agent: "A"}), ...attemptsOf(b, {agent: "B"})]);

  it.each([
    ["one attempt", [0.5], [0.1, 0.2], 1, "one attempt only in fix_embedding"],
    ["too few attempts for k", [0.5, 0.6, 0.1], [0.1, 0.2], 3, "B: too few attempts for k = 3: fix_embedding (n = 2)"],
    ["no difference", [0.1, 0.5], [0.5, 0.1], 1, "the difference to be found is 0"],
    ["no spread", [0.5, 0.5], [0, 0, 0], 1, "all attempts of each side are equal in every environment"],
    ["zeros alone", [0, 0], [0, 0], 1, "the difference to be found is 0"],
  ])("%s", async (_name, a, b, k, reason) => {
    expect(await reasonOf(await sided(a, b), {point: {timeLimitSeconds: 1800, k}})).toContain(reason);
  });

  it("no environment in common, or no attempts there", async () => {
    const apart = await sourceOf([
      ...attemptsOf([0, 1], {agent: "A"}),
      ...attemptsOf([0, 1], {agent: "B", environment: "optimize_kernel"}),
    ]);
    expect(await reasonOf(apart)).toContain("no environment in which both have attempts");
    const source = await sourceOf(both());
    expect(await reasonOf(source, {point: {timeLimitSeconds: 7200, k: 1}})).toContain("no attempts at 2h");
  });

  it("an effect that no budget finds", async () => {
    expect(await reasonOf(await sourceOf(both()), {effect: 1e-6})).toContain("more than 1,000,000 attempts");
  });

  it("is an error where the question makes no sense", async () => {
    const source = await sourceOf(both());
    for (const [changes, problem] of [
      [{pair: ["A", "A"]}, "cannot be told apart from itself"],
      [{by: "category"}, "--by category"],
      [{tooFew: "clamp"}, "--too-few clamp"],
      [{effect: 0}, "--effect 0"],
      [{power: 0.05}, "--power 0.05 is not above --alpha 0.05"],
    ] as const) {
      await expect(plan(source, planOptions(changes as Partial<PlanCommandOptions>))).rejects.toThrow(problem);
    }
    await expect(plan(source, planOptions({pair: ["A", "nobody"]}))).rejects.toThrow('no agent "nobody"');
  });
});

describe("what a reader should know", () => {
  const codesOf = async (source: Source, changes: Partial<PlanCommandOptions>) =>
    (await plan(source, planOptions(changes))).warnings.map(({code}) => code);

  it("few attempts, people in it twice, slices, and options that do nothing", async () => {
    const logs = ENVIRONMENTS.flatMap((environment) =>
      scores(environment, 4, 0.7).map(
        (score) =>
          attemptsOf([score], {
            participant: PERSON,
            environment,
            timeLimitSeconds: 28_800,
            finalScoreRule: environment === "scaling_law" ? "last" : "best",
            scoreLog: [{workingSeconds: 1000, score}],
          })[0]!,
      ),
    );
    const source = await sourceOf([...both(), ...logs]);
    const codes = await codesOf(source, {
      pair: ["A", "human"],
      point: {budgetSeconds: 1800},
      effect: 0.06,
      resample: "people",
      intervalMethod: "bca",
    });
    expect(codes).toEqual(["option-unused", "few-attempts", "planned-from-slices", "repeated-people"]);
  });

  it("a test that does not keep its level, and from when on it would", async () => {
    const zeros = (agent: string, value: number) =>
      ENVIRONMENTS.flatMap((environment) => attemptsOf([...Array<number>(17).fill(0), value, value / 2, value / 3], {agent, environment}));
    const source = await sourceOf([...zeros("A", 2), ...zeros("B", 1.5)]);
    const {plan: summary, warnings} = await plan(source, planOptions({point: {timeLimitSeconds: 1800, k: 4}, effect: 1.2}));
    expect(summary.falseAlarms!).toBeGreaterThan(0.075);
    expect(summary.attemptsKeepingLevel!).toBeGreaterThan(summary.attempts!);
    expect(warnings.map(({code}) => code)).toContain("level-not-kept");
  });
});

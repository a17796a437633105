import {describe, expect, it} from "vitest";
import {type CostOptions, DEFAULT_RATES} from "../../src/analysis/costOptions.js";
import {costTable} from "../../src/analysis/costTable.js";
import type {Rates} from "../../src/cost/attemptCost.js";
import {parsePriceList} from "../../src/cost/priceList.js";
import {readPrices} from "../../src/cost/readPrices.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import fixture from "../fixtures/cost/costs.json" with {type: "json"};
import {attempt, attemptsOf, logged, options, otherWarnings, PERSON, sourceOf, withoutTierSmall} from "./stores.js";

const prices = parsePriceList(fixture.prices, "fixture");
const costOptions = ({rates, ...changes}: Partial<Omit<CostOptions, "rates">> & {rates?: Partial<Rates>} = {}): CostOptions => ({
  ...options(),
  rates: {...DEFAULT_RATES, ...rates},
  prices,
  pricesFrom: "fixture",
  unpriced: "error",
  budgets: [1800],
  dollars: [],
  spend: "nominal",
  ...changes,
});
const tableOf = async (records: AttemptInput[], changes: Parameters<typeof costOptions>[0] = {}) =>
  costTable(await sourceOf(records), costOptions(changes));
const human = (fields: Partial<AttemptInput> = {}) =>
  attempt({participant: PERSON, timeLimitSeconds: 28_800, workingSeconds: 28_800, ...fields});
const usage = (fields: object = {}) => [
  {model: "alpha-1", input: 1e6, output: 1e6, cacheRead: 0, cacheWrite: 0, reasoning: null, ...fields},
];

describe("the best score that a sum buys", () => {
  const records = fixture.attempts.map(({score, ...rest}) => attempt({...rest, finalScore: score}));

  it("is that of all allocations that fit, found by listing every subset (test/fixtures/cost/make_costs.py)", async () => {
    const {dollars} = await tableOf(records, {dollars: fixture.dollars.map((each) => each.dollars)});
    for (const [i, expected] of fixture.dollars.entries()) {
      const {k, timeLimitSeconds, score, nominalUsd} = dollars[i]!;
      expect([dollars[i]!.dollars, k]).toEqual([expected.dollars, expected.k]);
      if (expected.k === null) continue;
      expect(timeLimitSeconds).toBe(expected.timeLimitSeconds);
      expect(score).toBeCloseTo(expected.score!, 10);
      expect(nominalUsd).toBeCloseTo(expected.nominalUsd!, 9);
    }
  });

  it("says what the cheapest would cost where nothing fits, and where attempts rather than money are the limit", async () => {
    const {dollars} = await tableOf(records, {dollars: [5, 40, 1000]});
    expect(dollars[0]).toMatchObject({
      score: null,
      k: null,
      timeBudgetSeconds: null,
      nominalUsd: null,
      reason: "30m@1: costs $7.61; 2h@1: costs $34.69",
    });
    expect(dollars.map(({limitedByAttempts}) => limitedByAttempts)).toEqual([false, false, true]);
  });

  it("can be what was paid", async () => {
    const paid = attemptsOf([0.1, 0.9], {nominalCostUsd: 10, actualCostUsd: 4});
    const [nominal, actual] = await Promise.all((["nominal", "actual"] as const).map((spend) => tableOf(paid, {spend, dollars: [9]})));
    expect(nominal!.dollars[0]).toMatchObject({k: null, reason: "30m@1: costs $10.00"});
    expect(actual!.dollars[0]).toMatchObject({k: 2, score: 0.9, actualUsd: 8, nominalUsd: 20});
    expect(actual!.settings.cost.spend).toBe("actual");
  });

  it("has no answer without costs, and all attempts for nothing at no cost", async () => {
    expect((await tableOf(attemptsOf([0.1, 0.9]), {dollars: [9]})).dollars[0]).toMatchObject({
      k: null,
      reason: "30m: nominal cost unknown: no cost and no token usage are recorded (--agent-hourly would assume a rate)",
    });
    expect((await tableOf(attemptsOf([0.1, 0.9], {nominalCostUsd: 0}), {dollars: [9]})).dollars[0]).toMatchObject({k: 2, nominalUsd: 0});
  });

  it("with fewer attempts in some environments: none, those alone that have them, or the best of all they have", async () => {
    const own = [
      ...attemptsOf([0, 1, 0.5], {nominalCostUsd: 1}),
      ...attemptsOf([0.2], {nominalCostUsd: 5, environment: "optimize_kernel"}),
    ];
    const row = async (tooFew: CostOptions["tooFew"]) => (await tableOf(own, {tooFew, dollars: [9]})).dollars[0];
    expect(await row("null")).toMatchObject({k: 1, environmentCount: 2, nominalUsd: 3});
    expect(await row("drop")).toMatchObject({k: 1, environmentCount: 2, nominalUsd: 3}); // the widest coverage comes first
    expect(await row("clamp")).toMatchObject({k: 3, environmentCount: 2, score: 0.6, nominalUsd: 9});
    expect((await tableOf(own, {tooFew: "drop", dollars: [2.5]})).dollars[0]).toMatchObject({k: 2, environmentCount: 1, nominalUsd: 2});
  });

  it("buys people whole 8-hour attempts, or one seen at the whole minute that it pays for", async () => {
    const people = [
      logged(
        [
          [3600, 0.2],
          [7200, 0.4],
          [20_000, 0.8],
        ],
        {participant: PERSON, workingSeconds: 28_800},
      ),
      human({finalScore: 1, scoreLog: [{workingSeconds: 28_000, score: 1}], finalScoreRule: "best"}),
    ];
    const {dollars} = await tableOf(people, {dollars: [100, 470, 1854.99, 1855, 3710, 9999]});
    expect(dollars.map(({k, timeLimitSeconds, score}) => [k, timeLimitSeconds! / 60, score])).toEqual([
      [1, 25, 0],
      [1, 121, 0.2],
      [1, 479, 0.9],
      [1, 480, 0.9],
      [2, 480, 1],
      [2, 480, 1],
    ]);
    expect(dollars.every(({dollars, nominalUsd}) => nominalUsd! <= dollars)).toBe(true);
    const whole = await tableOf(people, {dollars: [100], allowSlices: "none"});
    expect(whole.dollars[0]).toMatchObject({k: null, reason: "8h@1: costs $1855.00"});
  });

  it("never sees people for longer than the sum pays for, when they are paid for the time they worked", async () => {
    const stopped = logged([[600, 0.3]], {participant: PERSON, workingSeconds: 3600});
    const {dollars} = await tableOf([stopped, logged([[9000, 0.7]], {participant: PERSON, workingSeconds: 28_800})], {
      rates: {hours: "actual"},
      dollars: [100, 300, 700, 1000],
    });
    expect(dollars.every(({dollars, k, nominalUsd}) => k === 1 && nominalUsd! <= dollars)).toBe(true);
  });
});

describe("the best score of a budget", () => {
  it("costs k attempts: $1,855 for people's 8 hours and four times that for 32", async () => {
    const people = [0.1, 0.2, 0.3, 0.4, 0.9].map((finalScore) => human({finalScore}));
    const {budgets, attempts} = await tableOf(people, {budgets: [28_800, 115_200]});
    expect(budgets).toMatchObject([
      {k: 1, nominalUsd: 1855, nominalLowUsd: 1855, nominalHighUsd: 1855, actualUsd: 1855, nominalBasis: "wage"},
      {k: 4, nominalUsd: 7420, actualUsd: 7420},
    ]);
    expect(attempts).toMatchObject([{attempts: 5, nominalMeanUsd: 1855, nominalMedianUsd: 1855, nominalKnown: 5, nominalUnknown: 0}]);
  });

  it("METR's dollar_equivalent is kept and never taken for a cost", async () => {
    const {attempts} = await tableOf([human({sourceFields: {dollar_equivalent: 300}}), attempt({sourceFields: {dollar_equivalent: 300}})], {
      rates: {agentUsdPerHour: null},
    });
    expect(attempts.map(({nominalMeanUsd}) => nominalMeanUsd)).toEqual([null, 1855]);
  });

  it("averages environments alike, with an interval of k mean costs", async () => {
    const [cheap, dear] = [
      [1, 2, 3],
      [10, 30],
    ];
    const records = [
      ...cheap.map((nominalCostUsd) => attempt({nominalCostUsd})),
      ...dear.map((nominalCostUsd) => attempt({nominalCostUsd, environment: "optimize_kernel"})),
    ];
    const {budgets, attempts} = await tableOf(records, {budgets: [1800, 3600], bootstrap: 4000});
    expect(budgets[0]!.nominalUsd).toBeCloseTo((2 + 20) / 2, 12);
    expect(attempts[0]!.nominalMeanUsd).toBeCloseTo(46 / 5, 12);
    expect(budgets[1]).toMatchObject({k: 2, nominalUsd: 22});
    // both dear attempts are the same one, 10 or 30, in a quarter of the resamples each: the ends lie there, the cheap ones within 1 to 3
    const [low, high] = [budgets[0]!.nominalLowUsd!, budgets[0]!.nominalHighUsd!];
    expect(low).toBeGreaterThanOrEqual((1 + 10) / 2);
    expect(low).toBeLessThan((5 / 3 + 10) / 2);
    expect(high).toBeLessThanOrEqual((3 + 30) / 2);
    expect(high).toBeGreaterThan((7 / 3 + 30) / 2);
    expect(budgets[1]!.nominalLowUsd).toBeCloseTo(2 * low, 12);
    expect(budgets[0]!.actualReason).toBe("actual cost unknown: what was paid is not recorded");
  });

  it("is of the attempts whose cost is known, the others counted; unknown where an environment has none", async () => {
    const known = [attempt({nominalCostUsd: 4}), attempt({nominalCostUsd: 6}), attempt({tokenUsage: usage({output: null})})];
    expect((await tableOf(known)).budgets[0]).toMatchObject({nominalUsd: 5, nominalKnown: 2, nominalUnknown: 1});
    const {budgets, attempts} = await tableOf([...known, attempt({environment: "optimize_kernel"})]);
    expect(budgets[0]).toMatchObject({
      nominalUsd: null,
      nominalReason:
        "nominal cost unknown in optimize_kernel: the number of output tokens of alpha-1 is not recorded (1); no cost and no token usage are recorded (--agent-hourly would assume a rate) (1)",
    });
    expect(attempts[0]).toMatchObject({attempts: 4, nominalKnown: 2, nominalUnknown: 2, nominalMeanUsd: 5});
  });

  it("counts what an attempt cost whose score counts 0, and not what is left out", async () => {
    const cheated = attempt({nominalCostUsd: 9, flags: [{flag: "cheating"}]});
    const lost = attempt({nominalCostUsd: 1000, status: "error"});
    expect((await tableOf([attempt({nominalCostUsd: 1}), cheated, lost])).budgets[0]).toMatchObject({score: 0.25, nominalUsd: 5});
  });

  it("one attempt: a cost without an interval, and why", async () => {
    expect((await tableOf([attempt({nominalCostUsd: 9})])).budgets[0]).toMatchObject({
      nominalUsd: 9,
      nominalLowUsd: null,
      nominalReason: "no interval: one attempt only in fix_embedding",
    });
  });

  it("has a row without a cost where there is no allocation", async () => {
    expect((await tableOf(attemptsOf([1]), {budgets: [60]})).budgets[0]).toMatchObject({
      score: null,
      nominalUsd: null,
      nominalReason: "there is no allocation to pay for",
    });
  });

  it("agents seen before their limit: what they had spent then is not known, but for an assumed rate", async () => {
    const seen = logged([[600, 0.4]], {timeLimitSeconds: 3600, nominalCostUsd: 5});
    expect((await tableOf([seen])).budgets[0]).toMatchObject({sliced: true, nominalUsd: null});
    const {budgets} = await tableOf([{...seen, nominalCostUsd: null}], {rates: {agentUsdPerHour: 15.375}});
    expect(budgets[0]).toMatchObject({nominalUsd: 7.6875, nominalBasis: "assumed"});
  });
});

describe("selection", () => {
  const records = [
    ...attemptsOf([0.5], {agent: "A", nominalCostUsd: 1}),
    ...attemptsOf([0.5], {agent: "A", nominalCostUsd: 3, environment: "optimize_kernel"}),
    ...attemptsOf([0.5], {agent: "B", nominalCostUsd: 7}),
  ];

  it("--common: costs of the environments that all rows share", async () => {
    const {attempts, budgets, dollars} = await tableOf(records, {common: true, dollars: [50]});
    expect(attempts.map(({nominalMeanUsd}) => nominalMeanUsd)).toEqual([1, 7]);
    expect(budgets.map(({nominalUsd}) => nominalUsd)).toEqual([1, 7]);
    expect(dollars.map(({environments, nominalUsd}) => [environments, nominalUsd])).toEqual([
      [["fix_embedding"], 1],
      [["fix_embedding"], 7],
    ]);
  });

  it("--common with none in common: no score, at no sum", async () => {
    const apart = [records[0]!, attempt({agent: "C", environment: "optimize_kernel", nominalCostUsd: 1})];
    const {budgets, dollars} = await tableOf(apart, {common: true, dollars: [50]});
    expect([...budgets, ...dollars].map(({score}) => score)).toEqual([null, null, null, null]);
  });

  it("by environment and by category", async () => {
    const byEnvironment = await tableOf(records, {by: "environment", dollars: [2]});
    expect(byEnvironment.budgets.map(({environment, nominalUsd}) => [environment, nominalUsd])).toEqual([
      ["fix_embedding", 1],
      ["optimize_kernel", 3],
      ["fix_embedding", 7],
    ]);
    expect(byEnvironment.dollars.map(({k}) => k)).toEqual([1, null, null]);
    const byCategory = await tableOf(records, {by: "category", dollars: [2]});
    // A can pay for 30m@1 over both its environments, (1 + 3) / 2; each category then costs what it costs
    expect(byCategory.dollars.filter(({agent}) => agent === "A").map(({group, k, nominalUsd}) => [group, k, nominalUsd])).toEqual([
      ["loss", 1, 1],
      ["runtime", 1, 3],
    ]);
  });

  it("does not change with the seed's resamples of others, and no row changes when others are left out", async () => {
    const many = [
      ...records,
      ...attemptsOf([0.1, 0.9], {agent: "A", nominalCostUsd: 2}),
      ...attemptsOf([0.3, 0.2], {agent: "B", nominalCostUsd: 5}),
    ];
    const all = await tableOf(many, {dollars: [6]});
    const own = await tableOf(many, {agents: ["B"], dollars: [6]});
    expect(own.budgets).toEqual(all.budgets.filter(({agent}) => agent === "B"));
    expect(own.dollars).toEqual(all.dollars.filter(({agent}) => agent === "B"));
  });
});

describe("prices", () => {
  it("of the day on which an attempt began; the latest where that is not known, counted", async () => {
    const priced = (startedAt: string | null) => attempt({tokenUsage: usage(), startedAt});
    const {attempts, settings, warnings} = await tableOf([
      priced("2024-06-30T23:59:59Z"),
      priced("2024-07-01T00:00:00Z"),
      priced(null),
      priced("2023-01-01T00:00:00Z"),
    ]);
    expect(attempts[0]!.nominalMeanUsd).toBeCloseTo((40 + 12.5 + 12.5 + 40) / 4, 12);
    expect(attempts[0]).toMatchObject({nominalBasis: "priced", actualMeanUsd: null, actualReason: "what was paid is not recorded"});
    expect(settings.cost.prices).toMatchObject([
      {model: "alpha-1", from: "2024-01-01", attempts: 2, undated: 0, before: 1},
      {model: "alpha-1", from: "2024-07-01", attempts: 2, undated: 1, before: 0},
    ]);
    expect(otherWarnings(warnings)).toEqual([
      {
        code: "undated-attempts",
        agent: null,
        message: "the latest price is used for attempts whose day is not known: alpha-1 from 2024-07-01 (1 attempt)",
      },
      {
        code: "before-first-price",
        agent: null,
        message: "the first price is used for attempts that began before it: alpha-1 from 2024-01-01 (1 attempt)",
      },
    ]);
  });

  it("a model without one is an error that names it and those near to it, or unknown and counted", async () => {
    const records = [
      attempt({tokenUsage: usage({model: "alpha-2"})}),
      attempt({tokenUsage: usage({model: "alpha-2"})}),
      attempt({nominalCostUsd: 3}),
    ];
    await expect(tableOf(records)).rejects.toMatchObject({
      code: "usage",
      problem: 'the price list has no price for:\n  "alpha-2", of 2 attempts; did you mean "alpha-1" or "Alpha"?',
      hint: expect.stringContaining("--unpriced skip"),
    });
    const {attempts, warnings} = await tableOf(records, {unpriced: "skip"});
    expect(attempts[0]).toMatchObject({nominalMeanUsd: 3, nominalUnknown: 2, nominalReason: "the price list has no model alpha-2"});
    expect(otherWarnings(warnings)).toEqual([
      {code: "unpriced", agent: null, message: "2 attempts without a cost: the price list has no price for alpha-2"},
    ]);
  });

  it("none is needed where the cost is recorded, unless it is to come from tokens", async () => {
    const records = [attempt({tokenUsage: usage({model: "omega"}), nominalCostUsd: 3})];
    expect((await tableOf(records)).attempts[0]).toMatchObject({nominalMeanUsd: 3, nominalBasis: "recorded"});
    await expect(tableOf(records, {rates: {costFrom: "tokens"}})).rejects.toMatchObject({code: "usage"});
  });

  it("that are not certain are named", async () => {
    const list = parsePriceList(
      {
        ...fixture.prices,
        models: [{name: "alpha-1", prices: [{from: "2024-01-01", input: 1, output: 1, source: "rumour", certain: false}]}],
      },
      "rumours",
    );
    const {warnings} = await tableOf([attempt({tokenUsage: usage()})], {prices: list});
    expect(otherWarnings(warnings)).toMatchObject([
      {code: "uncertain-prices", message: "prices that the list marks as not certain: alpha-1 from 2024-01-01 (1 attempt)"},
    ]);
  });

  it("are checked against recorded costs: more than 1 % apart is said, with the worst attempt", async () => {
    const at = (id: string, nominalCostUsd: number) =>
      attempt({id, nominalCostUsd, tokenUsage: usage(), startedAt: "2025-01-01T00:00:00Z"});
    const {warnings, attempts} = await tableOf([at("a", 12.5), at("b", 12.4), at("c", 12.3), at("d", 14)]);
    expect(otherWarnings(warnings)).toEqual([
      {
        code: "off-list-price",
        agent: "A",
        message:
          "A: recorded nominal costs differ by more than 1 % from their tokens at list price in 2 attempts; most in d, $14.0000 recorded and $12.5000 at list price",
      },
    ]);
    expect(attempts[0]!.nominalMeanUsd).toBeCloseTo(12.8, 12);
    const fromTokens = await tableOf([at("a", 12.5), at("d", 14)], {rates: {costFrom: "tokens"}});
    expect(fromTokens.attempts[0]).toMatchObject({nominalMeanUsd: 12.5, nominalBasis: "priced"});
  });

  it("cached answers: paid less than nominal is as it should be, more is said", async () => {
    const {attempts, warnings} = await tableOf([
      attempt({id: "x", nominalCostUsd: 10, actualCostUsd: 0}),
      attempt({id: "y", nominalCostUsd: 10, actualCostUsd: 11}),
    ]);
    expect(attempts[0]).toMatchObject({nominalMeanUsd: 10, actualMeanUsd: 5.5});
    expect(otherWarnings(warnings)).toMatchObject([
      {code: "paid-over-nominal", message: expect.stringContaining("in 1 attempt; most in y, $11.0000 paid and $10.0000 nominal")},
    ]);
  });

  it("of the bundled list give the sample's own costs", async () => {
    const tokenUsage = usage({model: "synthetic-model-a", input: 29e6, output: 499e3});
    const {attempts} = await tableOf([attempt({tokenUsage})], {prices: readPrices()});
    expect(attempts[0]!.nominalMeanUsd).toBeCloseTo(122.986, 12); // the paper's $123
  });
});

describe("GPU hours", () => {
  it("are the machine's, from environment.json", async () => {
    const records = [
      attempt({nominalCostUsd: 1, timeLimitSeconds: 3600}),
      attempt({nominalCostUsd: 1, timeLimitSeconds: 3600, environment: "scaling_law"}),
    ];
    const {budgets} = await tableOf(records, {rates: {gpuUsdPerHour: 2}, budgets: [3600]});
    expect(budgets[0]!.nominalUsd).toBe((1 + 2 + (1 + 12)) / 2); // 1 and 6 H100s
  });

  it("of a machine that is not known are an error", async () => {
    const small = {environment: "scaling_law", tier: "small", scoreScale: "raw", startingScore: 0, referenceScore: 1} as const;
    const source = await sourceOf([attempt({...small, nominalCostUsd: 1})], withoutTierSmall());
    await expect(costTable(source, costOptions({rates: {gpuUsdPerHour: 2}}))).rejects.toMatchObject({
      code: "usage",
      problem: "--gpu-hourly: how many GPUs the machine of scaling_law has at tier small is not known",
    });
    expect((await tableOf([attempt({...small, nominalCostUsd: 1})])).attempts[0]!.nominalMeanUsd).toBe(1);
  });
});

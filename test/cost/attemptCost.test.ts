import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {attemptCost, type CostFacts, type Rates} from "../../src/cost/attemptCost.js";

const RATES: Rates = {wageUsdPerHour: 231.875, hours: "budgeted", agentUsdPerHour: null, gpuUsdPerHour: null, costFrom: "recorded"};
const facts = (changes: Partial<CostFacts> = {}): CostFacts => ({
  kind: "agent",
  timeLimitSeconds: 8 * 3600,
  workingSeconds: 7 * 3600,
  nominalCostUsd: null,
  actualCostUsd: null,
  priced: null,
  gpus: 4,
  ...changes,
});
const usd = (cost: ReturnType<typeof attemptCost>) => [cost.nominal.usd, cost.actual.usd];

describe("people", () => {
  it("cost the paper's $1,855 for 8 hours, whatever they worked, and $231.875 an hour of it with --hours actual", () => {
    expect(attemptCost(facts({kind: "human"}), RATES)).toEqual({nominal: {usd: 1855, basis: "wage"}, actual: {usd: 1855, basis: "wage"}});
    expect(usd(attemptCost(facts({kind: "human"}), {...RATES, hours: "actual"}))).toEqual([1623.125, 1623.125]);
  });

  it("have an unknown cost where the time worked is wanted and not recorded", () => {
    const cost = attemptCost(facts({kind: "human", workingSeconds: null}), {...RATES, hours: "actual"});
    expect(cost.nominal).toEqual({usd: null, reason: "the time worked is not recorded"});
  });

  it("cost their beginning when seen earlier, and no more than was worked", () => {
    const human = facts({kind: "human", workingSeconds: 3600});
    expect(usd(attemptCost(human, RATES, 7200))).toEqual([463.75, 463.75]);
    expect(usd(attemptCost(human, {...RATES, hours: "actual"}, 7200))).toEqual([231.875, 231.875]);
  });

  it("cost what was paid, where a record says so", () => {
    expect(attemptCost(facts({kind: "human", actualCostUsd: 1500}), RATES)).toEqual({
      nominal: {usd: 1855, basis: "wage"},
      actual: {usd: 1500, basis: "recorded"},
    });
  });
});

describe("agents", () => {
  const priced = {usd: 120};
  it("nominal as recorded, else from tokens; the other way about with costFrom tokens", () => {
    const both = facts({nominalCostUsd: 100, priced});
    expect(attemptCost(both, RATES).nominal).toEqual({usd: 100, basis: "recorded"});
    expect(attemptCost(both, {...RATES, costFrom: "tokens"}).nominal).toEqual({usd: 120, basis: "priced"});
    expect(attemptCost(facts({nominalCostUsd: 100}), {...RATES, costFrom: "tokens"}).nominal).toEqual({usd: 100, basis: "recorded"});
    expect(attemptCost(facts({priced}), RATES).nominal).toEqual({usd: 120, basis: "priced"});
  });

  it("actual as recorded, answers from a cache unpaid; never from tokens", () => {
    expect(usd(attemptCost(facts({nominalCostUsd: 100, actualCostUsd: 0, priced}), RATES))).toEqual([100, 0]);
    expect(attemptCost(facts({priced}), RATES).actual).toEqual({usd: null, reason: "what was paid is not recorded"});
  });

  it("without cost and tokens: unknown, or assumed and labelled so at the paper's $123 for 8 hours", () => {
    expect(attemptCost(facts(), RATES).nominal).toEqual({
      usd: null,
      reason: "no cost and no token usage are recorded (--agent-hourly would assume a rate)",
    });
    const assumed = {usd: 123, basis: "assumed"};
    expect(attemptCost(facts(), {...RATES, agentUsdPerHour: 15.375})).toEqual({nominal: assumed, actual: assumed});
  });

  it("nothing is assumed where something is recorded, even when that is no cost", () => {
    const unknown = facts({priced: {usd: null, reason: "no price", unpriced: "m"}});
    expect(attemptCost(unknown, {...RATES, agentUsdPerHour: 15}).nominal).toEqual({usd: null, reason: "no price"});
    expect(usd(attemptCost(facts({actualCostUsd: 7}), {...RATES, agentUsdPerHour: 15}))).toEqual([null, 7]);
  });

  it("seen earlier: not known, but for an assumed rate", () => {
    expect(usd(attemptCost(facts({nominalCostUsd: 100, actualCostUsd: 90}), RATES, 3600))).toEqual([null, null]);
    expect(usd(attemptCost(facts(), {...RATES, agentUsdPerHour: 15}, 3600))).toEqual([15, 15]);
  });
});

describe("GPUs", () => {
  it("are added to every cost that is known, for the hours that are paid for", () => {
    const rates = {...RATES, gpuUsdPerHour: 2};
    expect(usd(attemptCost(facts({nominalCostUsd: 100}), rates))).toEqual([164, null]);
    expect(attemptCost(facts({nominalCostUsd: 100}), rates).nominal).toMatchObject({basis: "with GPUs"});
    expect(usd(attemptCost(facts({nominalCostUsd: 100, actualCostUsd: 1}), {...rates, hours: "actual"}))).toEqual([156, 57]);
    expect(usd(attemptCost(facts({kind: "human", gpus: 0}), rates))).toEqual([1855, 1855]);
    expect(attemptCost(facts({nominalCostUsd: 100, workingSeconds: null}), {...rates, hours: "actual"}).nominal).toEqual({
      usd: null,
      reason: "the time worked is not recorded",
    });
  });

  it("cost in proportion to rate, count and time", () => {
    const amount = fc.double({min: 0, max: 100, noNaN: true});
    fc.assert(
      fc.property(amount, fc.integer({min: 0, max: 8}), fc.integer({min: 1, max: 200_000}), (rate, gpus, timeLimitSeconds) => {
        const base = facts({kind: "human", gpus, timeLimitSeconds});
        const [without, withGpus] = [RATES, {...RATES, gpuUsdPerHour: rate}].map((rates) => attemptCost(base, rates).nominal.usd!);
        expect(withGpus! - without!).toBeCloseTo((rate * gpus * timeLimitSeconds) / 3600, 6);
      }),
    );
  });
});

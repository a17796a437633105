import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {priceFinder} from "../../src/cost/priceFinder.js";
import {parsePriceList} from "../../src/cost/priceList.js";
import {type TokenUsage, tokenCost, usageCost} from "../../src/cost/tokenCost.js";
import fixture from "../fixtures/cost/costs.json" with {type: "json"};

const prices = parsePriceList(fixture.prices, "fixture");
const find = priceFinder(prices);
const costOf = (usage: Partial<TokenUsage>, day: string | null = "2025-01-01") =>
  usageCost([{model: "alpha-1", input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: null, ...usage}], day, find).cost;

describe("against exact costs (test/fixtures/cost/make_costs.py)", () => {
  it.each(fixture.cases)("$day $tokenUsage", ({day, tokenUsage, usd}) => {
    const {cost} = usageCost(tokenUsage, day, find);
    expect(cost.usd).not.toBeNull();
    expect(Math.abs(cost.usd! - usd)).toBeLessThanOrEqual(1e-11 * usd);
  });
});

const count = fc.integer({min: 0, max: 50_000_000});
const anyUsage = fc
  .record({input: count, output: count, cacheRead: count, cacheWrite: count, share: fc.double({min: 0, max: 1, noNaN: true})})
  .map(({share, ...tokens}) => ({...tokens, reasoning: Math.floor(share * tokens.output)}));
const model = fc.constantFrom("alpha-1", "beta-1", "gamma-1");
const withoutCache = (name: string) => (name === "alpha-1" ? {} : {cacheRead: 0, cacheWrite: 0});

describe("properties", () => {
  it("is linear in the tokens of every kind", () => {
    fc.assert(
      fc.property(model, anyUsage, anyUsage, fc.integer({min: 0, max: 9}), (name, a, b, times) => {
        const usd = (usage: typeof a) => costOf({...usage, model: name, ...withoutCache(name)}).usd!;
        const kinds = ["input", "output", "cacheRead", "cacheWrite", "reasoning"] as const;
        const sum = Object.fromEntries(kinds.map((kind) => [kind, a[kind] + times * b[kind]])) as typeof a;
        expect(usd(sum)).toBeCloseTo(usd(a) + times * usd(b), 6);
      }),
    );
  });

  it("bills reasoning once: never above output at the dearer of the two prices, whatever the share", () => {
    fc.assert(
      fc.property(anyUsage, ({input, output, reasoning}) => {
        const usage = {input, output, reasoning};
        expect(costOf(usage)).toEqual(costOf({...usage, reasoning: null})); // no price of its own: no matter how much
        const own = costOf({...usage, model: "beta-1"}).usd!;
        expect(own).toBeGreaterThanOrEqual((input * 1.1 + output * 4.4) / 1e6 - 1e-9);
        expect(own).toBeLessThanOrEqual((input * 1.1 + output * 6.6) / 1e6 + 1e-9);
      }),
    );
  });

  it("never falls when there are more tokens", () => {
    fc.assert(
      fc.property(model, anyUsage, fc.constantFrom("input", "output"), (name, usage, kind) => {
        const base = {...usage, model: name, ...withoutCache(name)};
        expect(costOf({...base, [kind]: base[kind] + 1}).usd!).toBeGreaterThan(costOf(base).usd!);
      }),
    );
  });
});

describe("awkward cases", () => {
  it("no tokens cost nothing, and that is known", () => {
    expect(costOf({})).toEqual({usd: 0});
    expect(usageCost([], null, find)).toEqual({cost: {usd: 0}, used: []});
  });

  it.each(["input", "output", "cacheRead", "cacheWrite"] as const)("%s null: unknown, not 0", (kind) => {
    expect(costOf({input: 5, output: 5, [kind]: null})).toEqual({
      usd: null,
      reason: `the number of ${kind} tokens of alpha-1 is not recorded`,
      unpriced: null,
    });
  });

  it("cache tokens that the list has no price for: null is fine, more than 0 is not", () => {
    expect(costOf({model: "gamma-1", cacheRead: null, cacheWrite: null, reasoning: 0})).toEqual({usd: 0});
    expect(costOf({model: "gamma-1", cacheRead: 1, reasoning: 0})).toEqual({
      usd: null,
      reason: "the price list has no cacheRead price for gamma-1",
      unpriced: "gamma-1 (cacheRead tokens)",
    });
  });

  it("reasoning null: fine within output, unknown where it is billed apart", () => {
    expect(costOf({output: 1e6})).toEqual({usd: 10});
    for (const name of ["beta-1", "gamma-1"]) {
      expect(costOf({model: name, output: 1})).toMatchObject({
        usd: null,
        reason: `the number of reasoning tokens of ${name} is not recorded`,
      });
    }
  });

  it("more reasoning than output cannot be part of it", () => {
    expect(costOf({output: 5, reasoning: 6})).toMatchObject({
      usd: null,
      reason: "more reasoning tokens (6) than output tokens (5) of alpha-1, although they are part of them",
    });
  });

  it("one model without a price leaves the whole cost unknown, and is named before anything else that is", () => {
    const known = {input: null, output: 1, cacheRead: 0, cacheWrite: 0, reasoning: null};
    const {cost, used} = usageCost(
      [
        {model: "alpha-1", ...known},
        {model: "delta", ...known},
      ],
      null,
      find,
    );
    expect(cost).toEqual({usd: null, reason: "the price list has no model delta", unpriced: "delta"});
    expect(used).toHaveLength(1);
  });

  it("takes prices as they are given", () => {
    const price = {input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75, reasoning: null};
    const usage = {model: "m", input: 1e6, output: 1e6, cacheRead: 1e6, cacheWrite: 1e6, reasoning: 1e6};
    expect(tokenCost(usage, {price, reasoningInOutput: true})).toEqual({usd: 22.05});
  });
});

import {readFileSync} from "node:fs";
import {join} from "node:path";
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {type CrossingShares, crossoverInterval, type IntervalEnd} from "../../src/score/crossoverInterval.js";

const HOUR = 3600;

type Case = {
  budgets: number[];
  a: number[][];
  b: number[][];
  to: "a" | "b";
  level: number;
  low: IntervalEnd;
  high: IntervalEnd;
  shares: CrossingShares;
};
const reference = JSON.parse(readFileSync(join(import.meta.dirname, "..", "fixtures", "crossover", "crossover.json"), "utf8")) as {
  replicates: Case[];
};

/** Replicates given as differences a − b, one list for each replicate. */
function ofDifferences(budgets: number[], replicates: readonly (readonly number[])[], leadsAfter: "a" | "b" | null = "b", level = 0.5) {
  const a = budgets.map((_, i) => Float64Array.from(replicates, (each) => each[i]!));
  return crossoverInterval(
    budgets,
    a,
    budgets.map(() => new Float64Array(replicates.length)),
    {leadsAfter, level},
  );
}

const TWO = [8 * HOUR, 32 * HOUR];
const [crosses, back, aAhead, bAhead, equal] = [
  [1, -1],
  [-1, 1],
  [1, 1],
  [-1, -1],
  [0, 0],
];
const none = {crossesToA: 0, crossesToB: 0, aAheadThroughout: 0, bAheadThroughout: 0, equalThroughout: 0};

describe("the replicates", () => {
  it("are counted by their first crossing, or by who is ahead throughout", () => {
    const {shares} = ofDifferences(TWO, [crosses!, crosses!, back!, aAhead!, bAhead!, bAhead!, equal!, [0, 1], [-1, 0], [1, -1]]);
    expect(shares).toEqual({crossesToA: 0.1, crossesToB: 0.3, aAheadThroughout: 0.2, bAheadThroughout: 0.3, equalThroughout: 0.1});
  });

  it("are left out and counted where a score is undefined", () => {
    const {shares, undefinedReplicates} = ofDifferences(TWO, [crosses!, [Number.NaN, 1], aAhead!, [1, Number.NaN]]);
    expect([shares, undefinedReplicates]).toEqual([{...none, crossesToB: 0.5, aAheadThroughout: 0.5}, 2]);
  });

  it("must be two at least", () => {
    expect(() => ofDifferences(TWO, [crosses!])).toThrow("an interval needs two bootstrap replicates or more, found 1");
    expect(() => ofDifferences(TWO, [crosses!, [Number.NaN, 1]])).toThrow("found 1");
  });
});

describe("the ends", () => {
  const at = (hours: number) => ({bound: "at", budgetSeconds: expect.closeTo(hours * HOUR, 6)});
  const below = {bound: "below", budgetSeconds: 8 * HOUR};
  const above = {bound: "above", budgetSeconds: 32 * HOUR};

  it("are quantiles in log₂ T", () => {
    const replicates = [
      [1, -1],
      [3, -1],
      [1, -3],
      [1, -1],
      [1, -1],
    ]; // 16, 22.6, 11.3, 16, 16 h: the middle half is 16 h
    expect(ofDifferences(TWO, replicates)).toMatchObject({low: at(16), high: at(16)});
    expect(
      ofDifferences(TWO, [
        [3, -1],
        [1, -3],
      ]),
    ).toMatchObject({low: at(8 * 2 ** 0.75), high: at(8 * 2 ** 1.25)}); // a quarter in from 2^0.5 and 2^1.5
  });

  it("are below the first budget where the side that the lead passes to has it already, whether or not it keeps it", () => {
    for (const already of [bAhead!, back!, [0, -1]]) {
      expect(ofDifferences(TWO, [already, already, crosses!, crosses!, crosses!])).toMatchObject({low: below, high: at(16)});
    }
    expect(ofDifferences(TWO, [aAhead!, aAhead!, back!, back!, back!], "a")).toMatchObject({low: below, high: at(16)});
  });

  it("are above the last budget where it never leads", () => {
    for (const never of [aAhead!, equal!, [1, 0]]) {
      expect(ofDifferences(TWO, [never, never, crosses!, crosses!, crosses!])).toMatchObject({low: at(16), high: above});
    }
  });

  it("are never interpolated towards a replicate without a crossing", () => {
    // four replicates: the quartiles lie at places 0.75 and 2.25
    expect(ofDifferences(TWO, [bAhead!, crosses!, crosses!, aAhead!])).toMatchObject({low: below, high: above});
    expect(ofDifferences(TWO, [bAhead!, aAhead!])).toMatchObject({low: below, high: above});
    expect(ofDifferences(TWO, [bAhead!, bAhead!])).toMatchObject({low: below, high: below});
    expect(ofDifferences(TWO, [aAhead!, aAhead!])).toMatchObject({low: above, high: above});
  });

  it("are exact order statistics where the level says so, rounding or not", () => {
    const replicates = [bAhead!, ...Array.from({length: 9}, () => crosses!), aAhead!]; // 11: 80 % is from the second to the tenth
    expect(ofDifferences(TWO, replicates, "b", 0.8)).toMatchObject({low: at(16), high: at(16)});
  });

  it("are none where no direction is asked about", () => {
    expect(ofDifferences(TWO, [crosses!, aAhead!], null)).toMatchObject({low: null, high: null, shares: {crossesToB: 0.5}});
  });
});

it("agrees with numpy", () => {
  expect(reference.replicates.length).toBeGreaterThan(8);
  for (const {budgets, a, b, to, level, low, high, shares} of reference.replicates) {
    const floats = (rows: number[][]) => rows.map((row) => Float64Array.from(row));
    const found = crossoverInterval(budgets, floats(a), floats(b), {leadsAfter: to, level});
    for (const [kind, share] of Object.entries(shares)) expect(found.shares[kind as keyof CrossingShares]).toBeCloseTo(share, 10);
    for (const [end, expected] of [
      [found.low!, low],
      [found.high!, high],
    ] as const) {
      expect(end.bound).toBe(expected.bound);
      expect(end.budgetSeconds / expected.budgetSeconds).toBeCloseTo(1, 9);
    }
  }
});

it("is the same for either order of the curves, and its ends are in order and within the budgets", () => {
  const replicates = fc.array(fc.array(fc.integer({min: -2, max: 2}), {minLength: 3, maxLength: 3}), {minLength: 2, maxLength: 30});
  const budgets = [HOUR, 2 * HOUR, 8 * HOUR];
  const place = ({bound, budgetSeconds}: IntervalEnd) =>
    bound === "at" ? budgetSeconds : bound === "below" ? 0 : Number.POSITIVE_INFINITY;
  fc.assert(
    fc.property(replicates, fc.double({min: 0.01, max: 0.99, noNaN: true}), (differences, level) => {
      const found = ofDifferences(budgets, differences, "a", level);
      const exchanged = ofDifferences(
        budgets,
        differences.map((each) => each.map((value) => -value)),
        "b",
        level,
      );
      expect([exchanged.low, exchanged.high]).toEqual([found.low, found.high]);
      expect(exchanged.shares).toEqual({
        crossesToA: found.shares.crossesToB,
        crossesToB: found.shares.crossesToA,
        aAheadThroughout: found.shares.bAheadThroughout,
        bAheadThroughout: found.shares.aAheadThroughout,
        equalThroughout: found.shares.equalThroughout,
      });
      expect(Object.values(found.shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(place(found.low!)).toBeLessThanOrEqual(place(found.high!));
      for (const {bound, budgetSeconds} of [found.low!, found.high!]) {
        if (bound === "at") expect(budgetSeconds >= HOUR * (1 - 1e-12) && budgetSeconds <= 8 * HOUR * (1 + 1e-12)).toBe(true);
      }
    }),
  );
});

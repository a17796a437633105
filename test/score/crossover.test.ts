import {readFileSync} from "node:fs";
import {join} from "node:path";
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {type Crossing, crossings} from "../../src/score/crossover.js";

const HOUR = 3600;

type Case = {budgets: number[]; a: number[]; b: number[]; crossings: Crossing[]};
const reference = JSON.parse(readFileSync(join(import.meta.dirname, "..", "fixtures", "crossover", "crossover.json"), "utf8")) as {
  curves: Case[];
};

/** Crossings of a curve with 0. */
const ofDifferences = (hours: readonly number[], differences: readonly number[]) =>
  crossings(
    hours.map((each) => each * HOUR),
    differences,
    differences.map(() => 0),
  ).map(({budgetSeconds, untilSeconds, leadsAfter}) => [budgetSeconds / HOUR, untilSeconds / HOUR, leadsAfter]);

describe("crossings", () => {
  it("are halfway in log₂ T where the differences are −1 and +1", () => {
    expect(ofDifferences([8, 32], [-1, 1])).toEqual([[16, 16, "a"]]);
    expect(ofDifferences([8, 32], [1, -1])).toEqual([[16, 16, "b"]]);
    expect(ofDifferences([1, 16], [3, -1])).toEqual([[8, 8, "b"]]); // three of the four doublings
  });

  it("are all found, the first one first", () => {
    expect(ofDifferences([1, 4, 16, 64], [1, -1, 1, -1])).toEqual([
      [2, 2, "b"],
      [8, 8, "a"],
      [32, 32, "b"],
    ]);
  });

  it("are not where the curves touch, or are equal at an end", () => {
    expect(ofDifferences([1, 2, 4], [1, 0, 1])).toEqual([]);
    expect(ofDifferences([1, 2, 4, 8], [-1, 0, 0, -1])).toEqual([]);
    expect(ofDifferences([1, 2, 4], [0, 1, 0])).toEqual([]);
    expect(ofDifferences([1, 2], [0, 0])).toEqual([]);
    expect(ofDifferences([8], [1])).toEqual([]);
  });

  it("are where the curves are equal, if another one leads after than before", () => {
    expect(ofDifferences([1, 2, 4], [-1, 0, 1])).toEqual([[2, 2, "a"]]);
    expect(ofDifferences([1, 2, 4, 8], [1, 0, 0, -1])).toEqual([[2, 4, "b"]]);
  });

  it("do not come from rounding", () => {
    const [a, b] = [
      [0.1 + 0.2, 0.5, 0.1 + 0.2],
      [0.3, 0.4, 0.3],
    ]; // 0.30000000000000004 is 0.3
    expect(crossings([HOUR, 2 * HOUR, 4 * HOUR], a!, b!)).toEqual([]);
    expect(crossings([HOUR, 2 * HOUR, 4 * HOUR], b!, a!)).toEqual([]);
  });

  it("agree with numpy", () => {
    expect(reference.curves.flatMap((each) => each.crossings).length).toBeGreaterThan(40);
    for (const {budgets, a, b, crossings: expected} of reference.curves) {
      const found = crossings(budgets, a, b);
      expect(found.map(({leadsAfter}) => leadsAfter)).toEqual(expected.map(({leadsAfter}) => leadsAfter));
      for (const [i, {budgetSeconds, untilSeconds}] of found.entries()) {
        expect(budgetSeconds / expected[i]!.budgetSeconds).toBeCloseTo(1, 10);
        expect(untilSeconds / expected[i]!.untilSeconds).toBeCloseTo(1, 10);
      }
    }
  });
});

describe("any two curves", () => {
  const score = fc.oneof(fc.integer({min: -2, max: 2}), fc.double({min: -2, max: 2, noNaN: true}));
  const curves = fc.integer({min: 1, max: 8}).chain((n) =>
    fc.record({
      a: fc.array(score, {minLength: n, maxLength: n}),
      b: fc.array(score, {minLength: n, maxLength: n}),
    }),
  );
  const grid = (n: number) => Array.from({length: n}, (_, i) => 1800 * 2 ** i);

  it("cross where they do the other way round, exactly, with sides exchanged", () => {
    fc.assert(
      fc.property(curves, ({a, b}) => {
        const exchanged = crossings(grid(a.length), b, a).map((each) => ({...each, leadsAfter: each.leadsAfter === "a" ? "b" : "a"}));
        expect(crossings(grid(a.length), a, b)).toEqual(exchanged);
      }),
    );
  });

  it("cross within their budgets, in order, the lead going back and forth", () => {
    fc.assert(
      fc.property(curves, ({a, b}) => {
        const budgets = grid(a.length);
        const found = crossings(budgets, a, b);
        for (const [i, {budgetSeconds, untilSeconds, leadsAfter}] of found.entries()) {
          expect(budgetSeconds).toBeGreaterThanOrEqual(i === 0 ? budgets[0]! : found[i - 1]!.untilSeconds);
          expect(untilSeconds).toBeGreaterThanOrEqual(budgetSeconds);
          expect(untilSeconds).toBeLessThanOrEqual(budgets.at(-1)!);
          if (i > 0) expect(leadsAfter).not.toBe(found[i - 1]!.leadsAfter);
        }
      }),
    );
  });
});

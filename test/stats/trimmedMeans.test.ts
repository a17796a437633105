import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {percentileRank} from "../../src/stats/percentileRank.js";
import {trimmedMean} from "../../src/stats/trimmedMean.js";
import {weightedTrimmedMean} from "../../src/stats/weightedTrimmedMean.js";

const numbers = (least = 1) => fc.array(fc.double({min: -10, max: 10, noNaN: true}), {minLength: least, maxLength: 30});
const ones = (values: readonly unknown[]) => values.map(() => 1);

describe("weightedTrimmedMean", () => {
  it("takes fractions of the values at the cuts", () => {
    // by hand: half of the 1 and half of the 4 are left; then a quarter of the second and of the fourth is gone
    expect(weightedTrimmedMean([4, 1, 3], [1, 1, 1], 1 / 6)).toBeCloseTo((0.5 * 1 + 3 + 0.5 * 4) / 2, 14);
    expect(weightedTrimmedMean([1, 2, 3, 4, 100], ones([1, 2, 3, 4, 5]), 0.25)).toBeCloseTo((0.75 * 2 + 3 + 0.75 * 4) / 2.5, 14);
  });

  it("of whole weights is the one of values written out so often", () => {
    const weighted = fc.array(fc.tuple(fc.double({min: -10, max: 10, noNaN: true}), fc.integer({min: 0, max: 5})), {minLength: 1});
    const property = fc.property(weighted, fc.integer({min: 1, max: 7}), (pairs, scale) => {
      fc.pre(pairs.some(([, weight]) => weight > 0));
      const [values, weights] = [pairs.map(([value]) => value), pairs.map(([, weight]) => weight)];
      const written = pairs.flatMap(([value, weight]) => Array.from({length: 4 * weight}, () => value)); // a multiple of 4
      const expected = trimmedMean(written, written.length / 4);
      const scaled = weights.map((weight) => weight / scale);
      expect(weightedTrimmedMean(values, scaled, 0.25)).toBeCloseTo(expected, 9);
    });
    fc.assert(property);
  });

  it("lies between the extremes, moves with the values, and is the mean where nothing is cut", () => {
    fc.assert(
      fc.property(numbers(), fc.double({min: 0, max: 0.49, noNaN: true}), (values, share) => {
        const result = weightedTrimmedMean(values, ones(values), share);
        expect(result).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(result).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        const shifted = values.map((value) => 2 * value + 3);
        expect(weightedTrimmedMean(shifted, ones(values), share)).toBeCloseTo(2 * result + 3, 8);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(weightedTrimmedMean(values, ones(values), 0)).toBeCloseTo(mean, 9);
      }),
    );
  });

  it("gives equal values back exactly, and refuses what has no mean", () => {
    expect(weightedTrimmedMean([0.1, 0.1, 0.1], [0.3, 0.1, 0.7], 0.25)).toBe(0.1);
    expect(weightedTrimmedMean([7], [0.1], 0.4)).toBe(7);
    expect(() => weightedTrimmedMean([], [], 0.25)).toThrow(expect.objectContaining({code: "undefined-statistic"}));
    expect(() => weightedTrimmedMean([1], [0], 0.25)).toThrow(expect.objectContaining({code: "undefined-statistic"}));
    expect(() => weightedTrimmedMean([1], [1], 0.5)).toThrow(expect.objectContaining({code: "usage"}));
  });
});

describe("trimmedMean", () => {
  it("leaves out the ends, ties among them, and refuses to leave out all", () => {
    expect(trimmedMean([9, 1, 1, 5, 9], 1)).toBe(5);
    expect(trimmedMean([0.1, 0.1, 0.1], 1)).toBe(0.1);
    expect(() => trimmedMean([1, 2], 1)).toThrow(expect.objectContaining({code: "undefined-statistic"}));
  });

  it("does not depend on how far out the values are that it leaves out", () => {
    const property = fc.property(numbers(4), (values) => {
      const cut = Math.floor(values.length / 4);
      const ascending = [...values].sort((a, b) => a - b);
      const farther = ascending.map((value, i) => (i < cut ? value - 100 : i >= values.length - cut ? value + 100 : value));
      expect(trimmedMean(farther, cut)).toBeCloseTo(trimmedMean(values, cut), 9);
    });
    fc.assert(property);
  });
});

describe("percentileRank", () => {
  it("counts ties for half, also those that differ by rounding only", () => {
    expect(percentileRank([0, 0, 0], 0)).toBe(0.5);
    expect(percentileRank([0.1 + 0.2, 1], 0.3)).toBe(0.25);
    expect(percentileRank([1, 2, 3], 4)).toBe(1);
    expect(percentileRank([1, 2, 3], 2, [1, 0, 3])).toBe(0.25);
    expect(() => percentileRank([], 1)).toThrow(expect.objectContaining({code: "undefined-statistic"}));
  });

  it("is in [0, 1], never falls as the value rises, and turns with the sign", () => {
    const property = fc.property(numbers(), fc.double({min: -12, max: 12, noNaN: true}), (values, value) => {
      const rank = percentileRank(values, value);
      expect(rank).toBeGreaterThanOrEqual(0);
      expect(rank).toBeLessThanOrEqual(percentileRank(values, value + 1));
      const turned = values.map((each) => -each);
      expect(percentileRank(turned, -value)).toBeCloseTo(1 - rank, 12);
    });
    fc.assert(property);
  });
});

import fc from "fast-check";
import {expect, it} from "vitest";
import {quantile, quantiles} from "../../src/stats/quantile.js";

it.each([
  // numpy 2.4.6: [float(np.quantile([0.1, 0.4, 0.2, 0.9, 0.3, 0.35, 0.35], p)) for p in (0, .025, .1, .25, .5, .75, .975, 1)]
  [0, 0.1],
  [0.025, 0.115],
  [0.1, 0.16000000000000003],
  [0.25, 0.25],
  [0.5, 0.35],
  [0.75, 0.375],
  [0.975, 0.8249999999999998],
  [1, 0.9],
])("agrees with numpy.quantile at p = %f", (p, expected) => {
  expect(quantile([0.1, 0.2, 0.3, 0.35, 0.35, 0.4, 0.9], p)).toBeCloseTo(expected, 14);
});

it("is the number itself where there is one, and undefined where there is none", () => {
  expect(quantile([3], 0.025)).toBe(3);
  expect(() => quantile([], 0.5)).toThrow(expect.objectContaining({code: "undefined-statistic"}));
});

it("rises with p from the least to the greatest", () => {
  const values = fc.array(fc.double({min: -1e6, max: 1e6, noNaN: true}), {minLength: 1, maxLength: 30});
  const share = fc.double({min: 0, max: 1, noNaN: true});
  fc.assert(
    fc.property(values, share, share, (unsorted, p, q) => {
      const ascending = Float64Array.from(unsorted).sort();
      const [low, high] = [Math.min(p, q), Math.max(p, q)].map((each) => quantile(ascending, each));
      expect(low).toBeLessThanOrEqual(high! + 1e-9);
      expect(low).toBeGreaterThanOrEqual(ascending[0]!);
      expect(high).toBeLessThanOrEqual(ascending.at(-1)! + 1e-9);
    }),
    {seed: 5, numRuns: 500},
  );
});

it("finds several quantiles of unsorted numbers, the same as of sorted ones", () => {
  const numbers = fc.array(fc.oneof(fc.integer({min: 0, max: 5}), fc.double({noNaN: true, min: -9, max: 9})), {
    minLength: 1,
    maxLength: 700,
  });
  fc.assert(
    fc.property(numbers, fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 5}), (values, ps) => {
      const ascending = Float64Array.from(values).sort();
      expect(quantiles(values, ps)).toEqual(ps.map((p) => quantile(ascending, p)));
    }),
  );
  expect(() => quantiles([], [0.5])).toThrow("no numbers");
});

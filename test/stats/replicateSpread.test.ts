import fc from "fast-check";
import {expect, it} from "vitest";
import {replicateSpread} from "../../src/stats/replicateSpread.js";

it("is the quantiles and the standard deviation of the replicates", () => {
  // numpy: x = np.array([3., 1., 4., 1., 5.]); np.quantile(x, [.1, .9]); x.std(ddof=1)
  const {low, high, standardError, undefinedReplicates} = replicateSpread(Float64Array.of(3, 1, 4, 1, 5), 0.8);
  expect([low, high, undefinedReplicates]).toEqual([1, 4.6, 0]);
  expect(standardError).toBeCloseTo(1.78885438199983, 12);
});

it("leaves out replicates that are not defined, and counts them", () => {
  fc.assert(
    fc.property(fc.array(fc.double({min: -5, max: 5, noNaN: true}), {minLength: 2, maxLength: 40}), fc.nat(9), (values, holes) => {
      const expected = replicateSpread(Float64Array.from(values), 0.9);
      const mixed = Float64Array.from([...Array<number>(holes).fill(Number.NaN), ...values]);
      expect(replicateSpread(mixed, 0.9)).toEqual({...expected, undefinedReplicates: holes});
      expect(expected.low).toBeLessThanOrEqual(expected.high);
    }),
  );
});

it("has no spread where all are equal", () => {
  expect(replicateSpread(new Float64Array(5).fill(0.1), 0.95)).toEqual({low: 0.1, high: 0.1, standardError: 0, undefinedReplicates: 0});
});

it("is undefined for fewer than two numbers", () => {
  expect(() => replicateSpread(Float64Array.of(Number.NaN, 1), 0.95)).toThrow("1 of 2 bootstrap replicates");
});

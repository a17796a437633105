import {expect, it} from "vitest";
import {smallestDifference} from "../../src/stats/smallestDifference.js";
import {reference} from "./compareFixture.js";

it.each(reference.smallestDifference)("is scipy's at alpha $alpha and power $power", ({standardError, alpha, power, value}) => {
  expect(smallestDifference(standardError, {alpha, power})).toBeCloseTo(value, 9);
});

it("grows with the standard error and the power, and shrinks with alpha", () => {
  const at = (standardError: number, alpha: number, power: number) => smallestDifference(standardError, {alpha, power});
  expect(at(2, 0.05, 0.8)).toBeCloseTo(2 * at(1, 0.05, 0.8), 12);
  expect(at(1, 0.05, 0.9)).toBeGreaterThan(at(1, 0.05, 0.8));
  expect(at(1, 0.1, 0.8)).toBeLessThan(at(1, 0.05, 0.8));
});

it.each([
  [0, 0.05, 0.8],
  [Number.NaN, 0.05, 0.8],
  [1, 0.8, 0.05],
  [1, 0.05, 1],
  [1, 0, 0.8],
])("is undefined for a standard error of %d, alpha %d and power %d", (standardError, alpha, power) => {
  expect(() => smallestDifference(standardError, {alpha, power})).toThrow("undefined");
});

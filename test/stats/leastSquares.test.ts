import {expect, it} from "vitest";
import {leastSquares} from "../../src/stats/leastSquares.js";

it("is the line of exact arithmetic", () => {
  // Python's fractions: slope = Sxy / Sxx, intercept = mean y − slope · mean x, R² = Sxy² / (Sxx Syy)
  const {slope, intercept, rSquared} = leastSquares([
    [180, 0.2],
    [433, 0.5],
    [495, 0.1],
    [746, 0.9],
    [1651, 0.7],
  ]);
  expect(slope).toBeCloseTo(0.00034621841444832144, 14);
  expect(intercept).toBeCloseTo(0.23730089147172667, 12);
  expect(rSquared).toBeCloseTo(0.34521376279925264, 12);
});

it("goes through two points, and has no R² where y does not vary", () => {
  expect(
    leastSquares([
      [1, 3],
      [3, 7],
    ]),
  ).toEqual({slope: 2, intercept: 1, rSquared: 1});
  expect(
    leastSquares([
      [1, 0.1],
      [3, 0.1],
      [4, 0.1],
    ]),
  ).toEqual({slope: expect.closeTo(0, 15), intercept: expect.closeTo(0.1, 15), rSquared: null});
});

it("is not defined for points of one x", () => {
  for (const points of [
    [],
    [[1, 1]],
    [
      [1, 1],
      [1, 2],
    ],
  ] as [number, number][][])
    expect(() => leastSquares(points)).toThrow(expect.objectContaining({code: "undefined-statistic"}));
});

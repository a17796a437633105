import fc from "fast-check";
import {expect, it} from "vitest";
import {normalizedScore, rawScore} from "../../src/score/normalize.js";

it("is 0 at the starting score and 1 at the reference, for either direction, with no floor and no cap", () => {
  const kernel = {startingScore: 1.56, referenceScore: 0.47}; // ln ms, lower is better (arXiv 2411.15114, Table 2)
  expect(normalizedScore(1.56, kernel)).toBeCloseTo(0, 15);
  expect(normalizedScore(0.47, kernel)).toBe(1);
  expect(normalizedScore(2.65, kernel)).toBeCloseTo(-1, 12);
  expect(normalizedScore(-0.62, kernel)).toBeCloseTo(2, 12);
  expect(normalizedScore(0.695, {startingScore: 0.54, referenceScore: 0.85})).toBeCloseTo(0.5, 12);
});

it("is undone by rawScore", () => {
  const number = fc.double({min: -100, max: 100, noNaN: true});
  fc.assert(
    fc.property(number, number, number, (raw, startingScore, referenceScore) => {
      fc.pre(Math.abs(referenceScore - startingScore) > 1e-3);
      const constants = {startingScore, referenceScore};
      expect(rawScore(normalizedScore(raw, constants), constants)).toBeCloseTo(raw, 8);
    }),
    {seed: 4},
  );
});

import fc from "fast-check";
import {expect, it} from "vitest";
import {probabilityOfImprovement} from "../../src/stats/probabilityOfImprovement.js";
import {reference} from "./compareFixture.js";

it.each(reference.improvement)("is the share of pairs, ties half, as in scipy: $a against $b", ({a, b, probability}) => {
  expect(probabilityOfImprovement(a, b)).toBeCloseTo(probability, 12);
});

it("adds up to 1 with the sides exchanged, whatever the order and the scale", () => {
  const sample = fc.array(fc.integer({min: -5, max: 5}), {minLength: 1, maxLength: 12});
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const probability = probabilityOfImprovement(a, b);
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
      expect(probabilityOfImprovement(b, a)).toBeCloseTo(1 - probability, 12);
      expect(probabilityOfImprovement([...a].reverse(), b)).toBe(probability);
      expect(probabilityOfImprovement(a, a)).toBe(0.5);
      const scaled = (values: number[]) => values.map((value) => 3 * value + 1);
      expect(probabilityOfImprovement(scaled(a), scaled(b))).toBe(probability);
    }),
  );
});

it("takes 0 and −0 for equal", () => {
  expect(probabilityOfImprovement([0], [-0])).toBe(0.5);
});

it("is undefined where a side is empty", () => {
  expect(() => probabilityOfImprovement([], [1])).toThrow("values on both sides");
  expect(() => probabilityOfImprovement([1], [])).toThrow("values on both sides");
});

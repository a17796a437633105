import fc from "fast-check";
import {expect, it} from "vitest";
import {thin} from "../../src/simulate/thin.js";

it("leaves short lists as they are", () => {
  expect(thin([1, 2, 3], {keep: 1, limit: 3})).toEqual([1, 2, 3]);
  expect(thin([], {keep: -1, limit: 1})).toEqual([]);
});

it("keeps order, the limit and the chosen entry", () => {
  const lists = fc.tuple(fc.integer({min: 1, max: 300}), fc.nat(), fc.integer({min: 1, max: 20}));
  fc.assert(
    fc.property(lists, ([length, seed, limit]) => {
      const keep = seed % length;
      const kept = thin(
        Array.from({length}, (_, i) => i),
        {keep, limit},
      );
      expect(kept).toContain(keep);
      expect(kept.length).toBeLessThanOrEqual(limit);
      expect([...kept].sort((a, b) => a - b)).toEqual(kept);
    }),
  );
});

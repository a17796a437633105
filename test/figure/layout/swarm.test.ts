import fc from "fast-check";
import {expect, it} from "vitest";
import {swarm} from "../../../src/figure/layout/swarm.js";

it("moves points apart that would cover each other, by whole diameters", () => {
  expect(swarm([10, 10, 10, 10], 5, 30)).toEqual([0, 5, -5, 10]);
  expect(swarm([10, 12, 15], 5, 30)).toEqual([0, 5, 0]);
  expect(swarm([], 5, 30)).toEqual([]);
});

it("keeps points a diameter apart where there is room, and always inside", () => {
  const heights = fc.array(fc.integer({min: 0, max: 100}), {maxLength: 20});
  fc.assert(
    fc.property(heights, (all) => {
      const offsets = swarm(all, 5, 500);
      offsets.forEach((offset, i) => {
        for (let j = 0; j < i; ++j) expect(Math.hypot(offset - offsets[j]!, all[i]! - all[j]!)).toBeGreaterThan(5 - 1e-6);
      });
      expect(Math.max(0, ...swarm(all, 5, 8).map(Math.abs))).toBeLessThanOrEqual(8);
    }),
  );
});

it("spreads a crowd evenly over the room, as fast as it has to be", () => {
  const offsets = swarm(new Array<number>(3000).fill(7), 5, 20).sort((a, b) => a - b);
  expect(offsets[0]).toBeLessThan(-19);
  expect(offsets.at(-1)).toBeGreaterThan(19);
  expect(offsets.filter((offset) => offset < 0).length / 3000).toBeCloseTo(0.5, 1);
});

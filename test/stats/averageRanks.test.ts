import fc from "fast-check";
import {expect, it} from "vitest";
import {averageRanks} from "../../src/stats/averageRanks.js";

it("gives equal values the mean of their ranks", () => {
  expect(averageRanks([0.5, -1, 0.5, 3, 0.5])).toEqual([3, 1, 3, 5, 3]);
  expect(averageRanks([0, 0])).toEqual([1.5, 1.5]);
  expect(averageRanks([7])).toEqual([1]);
  expect(averageRanks([])).toEqual([]);
});

it("is one more than the values below plus half of the others that tie", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({min: -4, max: 4})), (values) => {
      const expected = values.map((x) => values.filter((y) => y < x).length + (values.filter((y) => y === x).length + 1) / 2);
      expect(averageRanks(values)).toEqual(expected);
    }),
  );
});

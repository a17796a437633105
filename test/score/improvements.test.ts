import fc from "fast-check";
import {expect, it} from "vitest";
import {improvements} from "../../src/score/improvements.js";

const log = (...entries: [number, number | null][]) => ({
  workingSeconds: entries.map(([seconds]) => seconds),
  scores: entries.map(([, score]) => score),
});

it("are new bests above 0: ties, what is not valid and what is lower do not count", () => {
  expect(improvements(log([1, 0], [2, null], [3, 0.2], [4, 0.2], [5, 0.1], [6, 0.3]), 100)).toEqual([3, 6]);
  expect(improvements(log([1, -1], [2, -0.5]), 100)).toEqual([]);
  expect(improvements(log(), 100)).toEqual([]);
});

it("count until 1 % after the limit, and nothing later", () => {
  expect(improvements(log([100, 0.1], [101, 0.2], [101.1, 0.3]), 100)).toEqual([100, 101]);
});

it("begin with the first score above 0 and end with the first time of the best one", () => {
  const entries = fc.array(fc.option(fc.constantFrom(-1, 0, 0.25, 0.5, 1)), {maxLength: 20});
  const property = fc.property(entries, (scores) => {
    const workingSeconds = scores.map((_, i) => i);
    const times = improvements({workingSeconds, scores}, 100);
    const above = scores.findIndex((score) => score !== null && score > 0);
    expect(times.length > 0).toBe(above >= 0);
    if (above < 0) return;
    const values = scores.map((score): number => score ?? -1);
    expect([times[0], times.at(-1)]).toEqual([above, values.indexOf(Math.max(...values))]);
  });
  fc.assert(property);
});

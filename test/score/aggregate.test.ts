import {describe, expect, it} from "vitest";
import {aggregateScore, defaultKs, type EnvironmentScores, partsAtK} from "../../src/score/aggregate.js";

const visible = (environment: string, ...scores: number[]): EnvironmentScores => ({environment, combine: "best", scores});
const hidden = (environment: string, ...scores: number[]): EnvironmentScores => ({environment, combine: "mean", scores});

const reasonOf = (environments: EnvironmentScores[], k: number, tooFew: "null" | "drop" | "clamp" = "null") => {
  const found = partsAtK(environments, k, tooFew);
  return "reason" in found ? found.reason : null;
};
const scoreOf = (environments: EnvironmentScores[], k: number, tooFew: "null" | "drop" | "clamp" = "null") => {
  const found = partsAtK(environments, k, tooFew);
  return "parts" in found
    ? {score: aggregateScore(found.parts, "without-replacement"), names: found.parts.map((p) => p.environment)}
    : null;
};

describe("availability", () => {
  it("needs k attempts in every environment with visible scores, and names those that lack them", () => {
    const both = [visible("a", 0, 1, 2), visible("b", 0, 1)];
    expect(scoreOf(both, 2)).not.toBeNull();
    expect(reasonOf(both, 3)).toBe("too few attempts for k = 3: b (n = 2)");
  });

  it("names three environments at most, the fewest attempts first", () => {
    const four = [visible("a", 0, 1, 2), visible("b", 0), visible("c", 0, 1), visible("d", 0, 1)];
    expect(reasonOf(four, 4)).toBe("too few attempts for k = 4: b (n = 1), c (n = 2), d (n = 2) and 1 more");
  });

  it("is never decided by hidden scores beside visible ones", () => {
    expect(scoreOf([visible("a", 0, 1), hidden("h", 0.5)], 2)).toEqual({score: 0.75, names: ["a", "h"]});
    expect(reasonOf([visible("a", 0, 1), hidden("h", 1, 2, 3, 4)], 3)).toContain("a (n = 2)");
  });

  it.each(["null", "drop", "clamp"] as const)("is k = 1 only where all scores are hidden (%s)", (tooFew) => {
    const only = [hidden("h", 1, 2, 3, 4)];
    expect(scoreOf(only, 1, tooFew)).toEqual({score: 2.5, names: ["h"]});
    expect(reasonOf(only, 2, tooFew)).toMatch(/h \(n = 4\) has hidden scores.*only k = 1/);
  });

  it("is nowhere without attempts", () => {
    expect(reasonOf([], 1)).toBe("no attempts");
  });
});

describe("too few", () => {
  const some = [visible("a", 0, 1, 2, 3), visible("b", 5, 7), hidden("h", 1, 2)];

  it("drop averages the environments that have k attempts, and the hidden ones", () => {
    expect(scoreOf(some, 4, "drop")).toEqual({score: (3 + 1.5) / 2, names: ["a", "h"]});
    expect(reasonOf(some, 5, "drop")).toBe("no environment has k = 5 attempts: b (n = 2), a (n = 4)"); // at least one visible
  });

  it("clamp takes the best of all there are, as METR's code", () => {
    expect(scoreOf(some, 4, "clamp")).toEqual({score: (3 + 7 + 1.5) / 3, names: ["a", "b", "h"]});
    expect(scoreOf(some, 1000, "clamp")).toEqual({score: (3 + 7 + 1.5) / 3, names: ["a", "b", "h"]});
  });
});

it("averages environments without weights, whatever their n", () => {
  expect(scoreOf([visible("a", ...Array<number>(99).fill(0)), visible("b", 1)], 1)!.score).toBe(0.5);
});

it("offers powers of two up to the smallest n among visible environments", () => {
  const n = (count: number) => Array.from({length: count}, (_, i) => i);
  expect(defaultKs([visible("a", ...n(17)), visible("b", ...n(10)), hidden("h", 1)])).toEqual([1, 2, 4, 8]);
  expect(defaultKs([visible("a", ...n(8))])).toEqual([1, 2, 4, 8]);
  expect(defaultKs([visible("a", 1)])).toEqual([1]);
  expect(defaultKs([hidden("h", ...n(64))])).toEqual([1]);
  expect(defaultKs([])).toEqual([1]);
});

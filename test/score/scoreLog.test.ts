import {describe, expect, it} from "vitest";
import {scoreAtTime, scoreWithinLimit, wallSeconds} from "../../src/score/scoreLog.js";

const log = {workingSeconds: [100, 200, 300, 400], scores: [0.2, null, 0.9, 0.5]};

describe("a score log seen at a time", () => {
  it("gives the best valid entry until then, that second included", () => {
    expect(scoreAtTime(log, 99, "best", null)).toBeNull();
    expect(scoreAtTime(log, 100, "best", null)).toBe(0.2);
    expect(scoreAtTime(log, 299.9, "best", null)).toBe(0.2);
    expect(scoreAtTime(log, 300, "best", null)).toBe(0.9);
  });

  it("keeps its last value after the attempt ended", () => {
    expect(scoreAtTime(log, 1e6, "best", null)).toBe(0.9);
  });

  it("follows the rule of the environment", () => {
    expect(scoreAtTime(log, 1e6, "last", null)).toBe(0.5);
    expect(scoreAtTime(log, 250, "last", null)).toBe(0.2); // the entry at 200 s was not valid
    expect(scoreAtTime(log, 1e6, "first", null)).toBe(0.2);
  });

  it("moves with pauses on the wall clock", () => {
    const pauses = {atWorkingSeconds: [50, 250], seconds: [30, 1000]};
    expect(scoreAtTime(log, 100, "best", pauses)).toBeNull();
    expect(scoreAtTime(log, 130, "best", pauses)).toBe(0.2);
    expect(scoreAtTime(log, 1329, "best", pauses)).toBe(0.2);
    expect(scoreAtTime(log, 1330, "best", pauses)).toBe(0.9);
  });
});

describe("late entries", () => {
  const late = (workingSeconds: number, limit: number) =>
    scoreWithinLimit({workingSeconds: [10, workingSeconds], scores: [0.1, 0.8]}, limit, "best");

  it.each([1800, 7200, 28_800])("count until the limit of %i s + 1 %, exactly that included", (limit) => {
    const last = (limit * 101) / 100;
    expect(late(last, limit)).toBe(0.8);
    expect(late(last + 0.001, limit)).toBe(0.1);
  });

  it("are cut off at the written decimal for every limit of whole seconds up to 12 h", () => {
    for (let limit = 1; limit <= 43_200; ++limit) {
      const last = Number(`${Math.floor((limit * 101) / 100)}.${String((limit * 101) % 100).padStart(2, "0")}`);
      expect(late(last, limit)).toBe(0.8);
    }
  });

  it("leave nothing where nothing came in time", () => {
    expect(scoreWithinLimit({workingSeconds: [200], scores: [0.8]}, 100, "best")).toBeNull();
    expect(scoreWithinLimit({workingSeconds: [], scores: []}, 100, "best")).toBeNull();
  });
});

it("adds to working time every pause that began before", () => {
  const pauses = {atWorkingSeconds: [0, 40, 100], seconds: [2, 5, 7]};
  expect([0, 1, 40, 41, 100, 101].map((working) => wallSeconds(working, pauses))).toEqual([0, 3, 42, 48, 107, 115]);
});

import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {type Allocation, agentAllocations, chooseAllocation, humanAllocations, slicedAllocations} from "../../src/score/allocations.js";

const HOUR = 3600;
const made = (hours: number, k: number): Allocation => ({timeLimitSeconds: hours * HOUR, k, slicedFromSeconds: null});
const slice = (hours: number, fromHours: number): Allocation => ({
  timeLimitSeconds: hours * HOUR,
  k: 1,
  slicedFromSeconds: fromHours * HOUR,
});
const limits = (native: number[], logged: number[] = []) => ({
  native: native.map((hours) => hours * HOUR),
  logged: logged.map((hours) => hours * HOUR),
});

describe("agents", () => {
  it("may make T/t attempts for each limit t that divides T", () => {
    expect(agentAllocations(8 * HOUR, limits([0.5, 2, 3, 8, 16]), "missing")).toEqual([made(0.5, 16), made(2, 4), made(8, 1)]);
    expect(agentAllocations(3 * HOUR, limits([2, 8]), "missing")).toEqual([]);
  });

  it("never get a k that does not divide the budget", () => {
    const seconds = fc.integer({min: 1, max: 200_000});
    fc.assert(
      fc.property(seconds, fc.uniqueArray(seconds, {minLength: 1, maxLength: 6}), (budget, native) => {
        native.sort((a, b) => a - b);
        const allocations = agentAllocations(budget, {native, logged: native}, "none");
        for (const {k, timeLimitSeconds} of allocations) expect(k * timeLimitSeconds).toBe(budget);
        expect(allocations.length).toBe(native.filter((limit) => budget % limit === 0).length);
      }),
      {seed: 3, numRuns: 500},
    );
  });

  it("are seen in longer logs only where none were made at T, unless all or no slices are wanted", () => {
    const both = limits([2, 8], [2, 8]);
    expect(agentAllocations(2 * HOUR, both, "missing")).toEqual([made(2, 1)]);
    expect(agentAllocations(2 * HOUR, both, "all")).toEqual([made(2, 1), slice(2, 8)]);
    expect(agentAllocations(1 * HOUR, both, "missing")).toEqual([slice(1, 2), slice(1, 8)]);
    expect(agentAllocations(1 * HOUR, both, "none")).toEqual([]);
    expect(agentAllocations(1 * HOUR, limits([8]), "missing")).toEqual([]); // no logs
  });

  it("are never seen at their own limit or later", () => {
    expect(slicedAllocations(8 * HOUR, limits([8], [8]), "all")).toEqual([]);
    expect(slicedAllocations(16 * HOUR, limits([8], [8]), "all")).toEqual([]);
  });
});

describe("people", () => {
  it("are one attempt seen at T up to their limit, and only multiples of it beyond", () => {
    const people = limits([8], [8]);
    expect(humanAllocations(2 * HOUR, people, "missing")).toEqual([slice(2, 8)]);
    expect(humanAllocations(8 * HOUR, people, "missing")).toEqual([made(8, 1)]);
    expect(humanAllocations(32 * HOUR, people, "missing")).toEqual([made(8, 4)]);
    expect(humanAllocations(12 * HOUR, people, "missing")).toEqual([]);
    expect(humanAllocations(2 * HOUR, limits([8]), "missing")).toEqual([]);
  });

  it("never make several short attempts in the place of a long one", () => {
    expect(humanAllocations(8 * HOUR, limits([2, 8]), "missing")).toEqual([made(8, 1)]);
    expect(humanAllocations(4 * HOUR, limits([2, 8], [8]), "missing")).toEqual([slice(4, 8)]);
    expect(humanAllocations(2 * HOUR, limits([2, 8], [8]), "missing")).toEqual([made(2, 1)]);
    expect(humanAllocations(4 * HOUR, limits([2, 8]), "missing")).toEqual([]);
  });

  it("count in attempts of 8 h, whatever other limits some had", () => {
    expect(humanAllocations(8 * HOUR, limits([4]), "missing")).toEqual([]);
    expect(humanAllocations(16 * HOUR, limits([4]), "missing")).toEqual([]);
    expect(humanAllocations(4 * HOUR, limits([4]), "missing")).toEqual([made(4, 1)]);
    expect(humanAllocations(32 * HOUR, limits([8, 10, 16]), "missing")).toEqual([made(8, 4)]);
    expect(humanAllocations(12 * HOUR, limits([8, 16], [16]), "missing")).toEqual([]);
  });
});

describe("the choice", () => {
  const scored = (allocation: Allocation, score: number | null, environmentCount = 7) => ({...allocation, score, environmentCount});

  it("is coverage first, then the score", () => {
    const narrow = scored(made(8, 1), 0.9, 2);
    const [short, long] = [scored(made(0.5, 16), 0.5), scored(made(2, 4), 0.4)];
    expect(chooseAllocation([narrow, short, long])).toBe(short);
    expect(chooseAllocation([narrow])).toBe(narrow);
  });

  it("breaks ties by fewer and longer attempts, rounding aside", () => {
    const sum = 0.1 + 0.2; // 0.30000000000000004
    expect(chooseAllocation([scored(made(0.5, 16), sum), scored(made(8, 1), 0.3), scored(made(2, 4), sum)])).toMatchObject({k: 1});
    expect(chooseAllocation([scored(made(0.5, 16), 0), scored(made(2, 4), 0)])).toMatchObject({k: 4});
    expect(chooseAllocation([scored(made(0.5, 16), -0.1), scored(made(2, 4), -0.2)])).toMatchObject({k: 16});
  });

  it("prefers attempts made at T to a slice, whatever it scored, unless the slice covers more", () => {
    const [native, seen] = [scored(made(2, 1), 0.1), scored(slice(2, 8), 0.9)];
    expect(chooseAllocation([seen, native])).toBe(native);
    const wider = scored(slice(2, 8), 0.05, 8);
    expect(chooseAllocation([wider, native])).toBe(wider);
    const several = scored(made(0.5, 4), 0.2); // several short attempts compete with a slice on score
    expect(chooseAllocation([several, seen])).toBe(seen);
  });

  it("is none where nothing has a score", () => {
    expect(chooseAllocation([])).toBeNull();
    expect(chooseAllocation([scored(made(8, 1), null)])).toBeNull();
  });
});

import {readFileSync} from "node:fs";
import {join} from "node:path";
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import type {EnvironmentScores, Part} from "../../src/score/aggregate.js";
import {type AggregateReplicatesOptions, aggregateReplicates} from "../../src/score/aggregateReplicates.js";
import {countedScoreAtK} from "../../src/score/countedScoreAtK.js";
import {humanPercentile} from "../../src/score/humanPercentile.js";
import {interquartileMean} from "../../src/score/interquartileMean.js";
import {optimalityGap} from "../../src/score/optimalityGap.js";
import {performanceProfile} from "../../src/score/performanceProfile.js";
import {scoreAtK} from "../../src/score/scoreAtK.js";

type Row = {k: number; interquartileMean: number; optimalityGap: number; humanPercentile: number | null};
type Case = {name: string; environments: Record<string, number[]>; people: Record<string, number[]>; profile: number[]; rows: Row[]};
type Fixture = {thresholds: number[]; gamma: number; cases: Case[]};

// made by test/fixtures/aggregates/make_aggregates.py with numpy and scipy, to 12 significant digits
const file = join(import.meta.dirname, "..", "fixtures", "aggregates", "aggregates.json");
const {cases, thresholds, gamma} = JSON.parse(readFileSync(file, "utf8")) as Fixture;
const WITHOUT = "without-replacement" as const;

const environmentsOf = (scores: Record<string, number[]>): EnvironmentScores[] =>
  Object.entries(scores).map(([environment, own]) => ({environment, combine: "best", scores: own}));
const partsOf = (scores: Record<string, number[]>, k: number): Part[] => environmentsOf(scores).map((each) => ({...each, k}));

describe.each(cases)("$name, by scipy and numpy", ({environments, people, profile, rows}) => {
  it.each(rows)("at k = $k", ({k, ...expected}) => {
    const parts = partsOf(environments, k);
    expect(interquartileMean(parts, k, WITHOUT)).toBeCloseTo(expected.interquartileMean, 10);
    expect(optimalityGap(parts, k, gamma, WITHOUT)).toBeCloseTo(expected.optimalityGap, 10);
    if (expected.humanPercentile !== null) {
      expect(humanPercentile(parts, environmentsOf(people), WITHOUT)).toBeCloseTo(expected.humanPercentile, 9);
    } else {
      const undefinedStatistic = expect.objectContaining({code: "undefined-statistic"});
      expect(() => humanPercentile(parts, environmentsOf(people), WITHOUT)).toThrow(undefinedStatistic);
    }
  });

  it("has the profile", () => {
    performanceProfile(environmentsOf(environments), thresholds).forEach((share, i) => {
      expect(share).toBeCloseTo(profile[i]!, 10);
    });
  });
});

const scores = fc.array(fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({min: -2, max: 3, noNaN: true})), {minLength: 2, maxLength: 12});
const several = fc.array(scores, {minLength: 1, maxLength: 7});
const asParts = (lists: readonly number[][], k = 1): Part[] =>
  lists.map((own, i) => ({environment: `e${i}`, combine: "best", scores: own, k}));

describe("properties", () => {
  it("no statistic depends on the order of attempts or environments", () => {
    const property = fc.property(several, fc.constantFrom(1, 2), (lists, k) => {
      const turned = lists.map((own) => [...own].reverse()).reverse();
      expect(interquartileMean(asParts(turned, k), k, WITHOUT)).toBeCloseTo(interquartileMean(asParts(lists, k), k, WITHOUT), 10);
      expect(optimalityGap(asParts(turned, k), k, 1, WITHOUT)).toBeCloseTo(optimalityGap(asParts(lists, k), k, 1, WITHOUT), 10);
      performanceProfile(asParts(turned), [0, 1]).forEach((share, i) => {
        expect(share).toBeCloseTo(performanceProfile(asParts(lists), [0, 1])[i]!, 10);
      });
    });
    fc.assert(property);
  });

  it("the gap is γ − mean where nothing reaches γ, and 0 where everything does", () => {
    const property = fc.property(several, (lists) => {
      const parts = asParts(lists);
      const mean = parts.reduce((sum, {scores: own}) => sum + scoreAtK(own, 1), 0) / parts.length;
      expect(optimalityGap(parts, 1, 3, WITHOUT)).toBeCloseTo(3 - mean, 10);
      expect(optimalityGap(parts, 1, -2, WITHOUT)).toBe(0);
      expect(optimalityGap(parts, 1, 1, WITHOUT)).toBeGreaterThanOrEqual(1 - mean - 1e-12);
    });
    fc.assert(property);
  });

  it("the profile never rises, and the area under it is the mean score", () => {
    const property = fc.property(several, (lists) => {
      const parts = asParts(lists);
      const grid = [...new Set([-2, ...lists.flat(), 3])].sort((a, b) => a - b);
      const shares = performanceProfile(parts, grid);
      shares.slice(1).forEach((share, i) => {
        expect(share).toBeLessThanOrEqual(shares[i]! + 1e-12);
      });
      const area = grid.slice(1).reduce((sum, each, i) => sum + (each - grid[i]!) * shares[i]!, -2); // X = −2 + ∫ [X > τ] dτ
      const mean = parts.reduce((sum, {scores: own}) => sum + scoreAtK(own, 1), 0) / parts.length;
      expect(area).toBeCloseTo(mean, 10);
    });
    fc.assert(property);
  });

  it("people among themselves are at 50 on average, and a better agent is never below", () => {
    const property = fc.property(several, fc.double({min: 0, max: 2, noNaN: true}), (lists, better) => {
      const people = asParts(lists);
      const [first] = lists;
      const own = first!.map((score) => humanPercentile(asParts([[score]]), people.slice(0, 1), WITHOUT));
      expect(own.reduce((sum, each) => sum + each, 0) / own.length).toBeCloseTo(50, 9);
      const raised = lists.map((list) => list.map((score) => score + better));
      expect(humanPercentile(asParts(raised), people, WITHOUT)).toBeGreaterThanOrEqual(humanPercentile(people, people, WITHOUT) - 1e-9);
    });
    fc.assert(property);
  });

  it("hidden scores count with their mean at k > 1", () => {
    const parts: Part[] = [
      {environment: "a", combine: "best", scores: [0, 1], k: 2},
      {environment: "b", combine: "mean", scores: [0, 0.5], k: 1},
    ];
    expect(interquartileMean(parts, 2, WITHOUT)).toBe((1 + 0.25) / 2);
    expect(optimalityGap(parts, 2, 1, WITHOUT)).toBe(0.375);
  });

  it("no environments have no statistic", () => {
    const undefinedStatistic = expect.objectContaining({code: "undefined-statistic"});
    for (const k of [1, 2]) {
      expect(() => interquartileMean([], k, WITHOUT)).toThrow(undefinedStatistic);
      expect(() => optimalityGap([], k, 1, WITHOUT)).toThrow(undefinedStatistic);
    }
    expect(() => performanceProfile([], [0])).toThrow(undefinedStatistic);
  });
});

describe("replicates", () => {
  const draw = (name: string, n: number) => {
    const random = randomStream("scores", name);
    return Array.from({length: n}, () => Math.max(0, 2 * random.uniform() - 0.6));
  };
  const lists = {a: draw("a", 9), b: draw("b", 6), c: draw("c", 11), d: draw("d", 5)};
  const people = environmentsOf({a: draw("pa", 7), c: draw("pc", 4), x: draw("px", 3)});
  const options: AggregateReplicatesOptions = {
    replicates: 1100, // more than one block of streams
    seed: 1,
    estimator: WITHOUT,
    gamma: 1,
    agent: "A",
    timeLimitSeconds: 1800,
    people,
    thresholds: [0, 0.5, 1],
  };
  const all = [1, 3].map((k) => ({parts: partsOf(lists, k), k}));
  const full = aggregateReplicates(all, environmentsOf(lists), options);

  /** The attempts of resample `index` of one environment, drawn literally from the stream that its name gives. */
  function resampled(index: number, environment: string, own: readonly number[], ...key: (string | number)[]): number[] {
    const random = randomStream(...key, environment, Math.floor(index / 1024));
    let drawn: number[] = [];
    for (let i = 0; i <= index % 1024; ++i) drawn = own.map(() => own[random.below(own.length)]!);
    return drawn;
  }

  it("are the statistics of resamples that are drawn literally", () => {
    for (const replicate of [0, 1, 7, 1023, 1024, 1099]) {
      const own = environmentsOf(lists).map((each) => ({
        ...each,
        scores: resampled(replicate, each.environment, each.scores, 1, "aggregates", "A", 1800),
      }));
      const theirs = people.map((each) => ({
        ...each,
        scores: resampled(replicate, each.environment, each.scores, 1, "aggregates", "people"),
      }));
      for (const [i, k] of [1, 3].entries()) {
        const parts = own.map((each) => ({...each, k}));
        const found = full.requests[i]!;
        expect(found.interquartileMean[replicate]).toBeCloseTo(interquartileMean(parts, k, WITHOUT), 12);
        expect(found.optimalityGap[replicate]).toBeCloseTo(optimalityGap(parts, k, 1, WITHOUT), 12);
        expect(found.humanPercentile![replicate]).toBeCloseTo(humanPercentile(parts, theirs, WITHOUT), 10);
      }
      performanceProfile(own, options.thresholds).forEach((share, j) => {
        expect(full.profile[j]![replicate]).toBeCloseTo(share, 12);
      });
    }
  });

  it("do not depend on which other k, environments or thresholds were asked for", () => {
    const alone = aggregateReplicates([all[1]!], [], {...options, thresholds: []});
    expect(alone.requests[0]).toEqual(full.requests[1]);
    const {a, b} = lists;
    const two = aggregateReplicates(
      [
        {parts: partsOf({a}, 1), k: 1},
        {parts: partsOf({b}, 1), k: 1},
      ],
      [],
      options,
    );
    const both = aggregateReplicates([{parts: partsOf({a, b}, 1), k: 1}], [], options);
    both.requests[0]!.optimalityGap.forEach((gap, i) => {
      expect(gap).toBeCloseTo((two.requests[0]!.optimalityGap[i]! + two.requests[1]!.optimalityGap[i]!) / 2, 12);
    });
    const one = aggregateReplicates(all, environmentsOf(lists), {...options, thresholds: [0.5]});
    expect(one.profile[0]).toEqual(full.profile[1]);
  });

  it("differ with seed, agent and limit; people's are the same for every agent", () => {
    for (const other of [{seed: 2}, {agent: "B"}, {timeLimitSeconds: 7200}]) {
      const found = aggregateReplicates([all[0]!], [], {...options, ...other, replicates: 50});
      expect(found.requests[0]!.interquartileMean).not.toEqual(full.requests[0]!.interquartileMean.slice(0, 50));
    }
    const constant = [{parts: partsOf({a: [0.5, 0.5]}, 1), k: 1}]; // only people vary
    const [first, second] = ["A", "B"].map((agent) => aggregateReplicates(constant, [], {...options, agent}).requests[0]!.humanPercentile);
    expect(first).toEqual(second);
    expect(new Set(first).size).toBeGreaterThan(2);
  });

  it("have no percentile without people, and nothing of no replicates", () => {
    expect(aggregateReplicates(all, [], {...options, people: [], replicates: 10}).requests[0]!.humanPercentile).toBeNull();
    expect(aggregateReplicates(all, [], {...options, replicates: 0}).requests[0]!.interquartileMean).toHaveLength(0);
  });

  it("count scores for score@k as sorting them does", () => {
    const property = fc.property(
      scores,
      fc.integer({min: 1, max: 12}),
      fc.constantFrom(WITHOUT, "with-replacement" as const),
      (own, k, estimator) => {
        fc.pre(k <= own.length);
        const random = randomStream("counts", own.length);
        const picks = own.map(() => random.below(own.length));
        const counts = new Int32Array(own.length);
        for (const pick of picks) counts[pick]! += 1;
        const literal = scoreAtK(
          picks.map((pick) => own[pick]!),
          k,
          estimator,
        );
        expect(countedScoreAtK(own, k, estimator)(counts)).toBeCloseTo(literal, 10);
      },
    );
    fc.assert(property);
  });
});

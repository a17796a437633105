import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import {rankWeights} from "../../src/score/scoreAtK.js";
import {allSplits} from "../../src/stats/allSplits.js";
import {type PermutationOptions, permutationTest, type Stratum} from "../../src/stats/permutationTest.js";
import {randomSplits} from "../../src/stats/randomSplits.js";
import {reference} from "./compareFixture.js";

const OPTIONS: PermutationOptions = {
  alternative: "two-sided",
  replicates: 999,
  random: (stratum) => randomStream("permutation test", stratum),
};
const means = (a: readonly number[], b: readonly number[]): Stratum => ({a, b, weightsA: null, weightsB: null});
const testOf = (strata: readonly Stratum[], options: Partial<PermutationOptions> = {}) => permutationTest(strata, {...OPTIONS, ...options});

describe("all arrangements", () => {
  it("give 1/66 one-sided for sizes 2 and 10, fully separated", () => {
    const [separated] = reference.permutation;
    const {a, b} = separated!.strata[0]!;
    expect([a.length, b.length, Math.min(...a) > Math.max(...b)]).toEqual([2, 10, true]);
    expect(testOf([means(a, b)], {alternative: "greater"})).toEqual({
      p: 1 / 66,
      method: "exact",
      arrangements: 66,
      replicates: null,
      smallestP: 1 / 66,
    });
  });

  it("of equal sizes come in mirrored pairs: the smallest two-sided p is two of them", () => {
    expect(testOf([means([7, 8, 9], [1, 2, 3])])).toMatchObject({p: 0.1, arrangements: 20, smallestP: 0.1});
    expect(testOf([means([7, 8, 9], [1, 2, 3])], {alternative: "greater"})).toMatchObject({p: 0.05, smallestP: 0.05});
    expect(testOf([means([8, 9], [1, 2, 3])])).toMatchObject({p: 0.1, arrangements: 10, smallestP: 0.1});
  });

  it.each(reference.permutation)("agree with enumeration in exact fractions: $name", ({strata, k, estimator, ...expected}) => {
    const weighted = strata.map(({a, b}) => {
      return {a, b, weightsA: rankWeights(a.length, k, estimator), weightsB: rankWeights(b.length, k, estimator)};
    });
    for (const [alternative, p] of [
      ["two-sided", expected.twoSided],
      ["greater", expected.greater],
    ] as const) {
      const found = testOf(weighted, {alternative});
      expect(found).toMatchObject({method: "exact", arrangements: expected.arrangements});
      expect(found.p).toBeCloseTo(p, 11);
    }
  });

  it("are never sampled: no random numbers are asked for", () => {
    const random = () => {
      throw new Error("asked for random numbers");
    };
    expect(testOf([means([1, 2, 3], [0, 1])], {random}).method).toBe("exact");
  });

  it("of a million or fewer are gone through, and of more are not", () => {
    const values = (n: number) => Array.from({length: n}, (_, i) => i);
    expect(testOf([means(values(2), values(1412))])).toMatchObject({method: "exact", arrangements: 998_991}); // C(1414, 2)
    expect(testOf([means(values(2), values(1414))])).toMatchObject({method: "monte-carlo", arrangements: 1_001_820});
  });
});

describe("random arrangements", () => {
  const draw = (name: string, n: number, shift = 0) => {
    const random = randomStream("values", name);
    return Array.from({length: n}, () => Math.round(20 * (random.uniform() + shift)) / 20);
  };
  const large = [means(draw("a", 20, 0.25), draw("b", 18)), means(draw("c", 13), draw("d", 17))];

  it("give (b + 1) / (B + 1), never 0, and are not called exact", () => {
    const apart = [means(draw("a", 20, 10), draw("b", 20))];
    expect(testOf(apart, {replicates: 99})).toMatchObject({method: "monte-carlo", p: 1 / 100, replicates: 99, smallestP: 1 / 100});
  });

  it("agree with all of them where both can be had, within Monte Carlo error", () => {
    for (const {strata, k, estimator} of reference.permutation.slice(4)) {
      for (const {a, b} of strata) {
        const pool = {
          pool: Float64Array.from([...a, ...b])
            .sort()
            .reverse(),
          sizeA: a.length,
          weightsA: rankWeights(a.length, k, estimator),
          weightsB: rankWeights(b.length, k, estimator),
        };
        const all = allSplits(pool);
        const some = randomSplits(pool, 4000, randomStream("splits", a.length));
        const moments = (values: Float64Array) => {
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          return {mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length};
        };
        const [exact, sampled] = [moments(all), moments(some)];
        expect(Math.abs(sampled.mean - exact.mean)).toBeLessThanOrEqual(5 * Math.sqrt(exact.variance / 4000) + 1e-12);
        const range = Math.max(...all) - Math.min(...all);
        expect(Math.abs(sampled.variance - exact.variance)).toBeLessThanOrEqual((5 * range ** 2) / Math.sqrt(4000) / 2 + 1e-12);
        const rounded = (values: Float64Array) => new Set(Array.from(values, (value) => Math.round(1e9 * value) + 0));
        const known = rounded(all);
        expect([...rounded(some)].filter((value) => !known.has(value))).toEqual([]);
      }
    }
  });

  it("take every split equally often, from the first on", () => {
    const weights = Float64Array.of(1, 1);
    const pool = {pool: Float64Array.of(8, 4, 2, 1), sizeA: 2, weightsA: weights, weightsB: weights};
    const counts = new Map<number, number>();
    for (let i = 0; i < 3000; ++i) {
      const [value] = randomSplits(pool, 1, randomStream("first split", i));
      counts.set(value!, (counts.get(value!) ?? 0) + 1);
    }
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    expect(counts.size).toBe(6);
    expect(chiSquared).toBeLessThan(20.5); // scipy.stats.chi2.ppf(0.999, 5)
  });

  it("are the same for the same random numbers, and give the same p with the sides exchanged", () => {
    const swapped = large.map(({a, b}) => means(b, a));
    const equal = [means(draw("a", 20, 0.2), draw("b", 20))];
    expect(testOf(large).method).toBe("monte-carlo");
    expect(testOf(large)).toEqual(testOf(large));
    expect(testOf(swapped).p).toBe(testOf(large).p);
    expect(testOf(equal.map(({a, b}) => means(b, a))).p).toBe(testOf(equal).p);
  });

  it("do not depend on the order of the values", () => {
    const reversed = large.map(({a, b}) => means([...a].reverse(), [...b].reverse()));
    expect(testOf(reversed)).toEqual(testOf(large));
  });
});

describe("any samples", () => {
  const value = fc.integer({min: -12, max: 12}).map((tenth) => tenth / 10);
  const sample = fc.array(value, {minLength: 1, maxLength: 5});
  const strata = fc.array(fc.record({a: sample, b: sample}), {minLength: 1, maxLength: 2});

  it("have p in (0, 1], the same with the sides exchanged, in another order, and for values shifted or turned over", () => {
    fc.assert(
      fc.property(strata, (samples) => {
        const {p, smallestP} = testOf(samples.map(({a, b}) => means(a, b)));
        expect(p).toBeGreaterThanOrEqual(smallestP);
        expect(p).toBeLessThanOrEqual(1);
        expect(testOf(samples.map(({a, b}) => means(b, a))).p).toBeCloseTo(p, 12);
        expect(testOf([...samples].reverse().map(({a, b}) => means([...a].reverse(), [...b].reverse()))).p).toBeCloseTo(p, 12);
        const changed = (values: number[]) => values.map((each) => 0.3 - each);
        expect(testOf(samples.map(({a, b}) => means(changed(a), changed(b)))).p).toBeCloseTo(p, 12);
      }),
      {numRuns: 60},
    );
  });

  it("one-sided ps of both directions share the ties of the observed", () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const up = testOf([means(a, b)], {alternative: "greater"});
        const down = testOf([means(b, a)], {alternative: "greater"});
        expect(up.p + down.p).toBeGreaterThanOrEqual(1 + up.smallestP - 1e-12);
      }),
      {numRuns: 60},
    );
  });
});

it("rejects at most as often as it says where there is no difference", () => {
  const random = randomStream("null distribution");
  const draw = (n: number) => Array.from({length: n}, () => (random.below(3) === 0 ? 0 : random.uniform()));
  const weights = (n: number) => rankWeights(n, 2, "without-replacement");
  const ps = Array.from({length: 600}, () => {
    const strata = [
      [3, 4],
      [5, 3],
    ].map(([n, m]) => ({a: draw(n!), b: draw(m!), weightsA: weights(n!), weightsB: weights(m!)}));
    return testOf(strata).p;
  });
  for (const level of [0.01, 0.05, 0.1, 0.25, 0.5, 0.8]) {
    const rejected = ps.filter((p) => p <= level).length / ps.length;
    expect(rejected).toBeLessThanOrEqual(level + 3.5 * Math.sqrt((level * (1 - level)) / ps.length));
    expect(rejected).toBeGreaterThan(level / 3 - 0.01); // and it does reject
  }
});

it("is undefined without strata, without values, and without replicates where they are needed", () => {
  const values = Array.from({length: 20}, (_, i) => i);
  expect(() => testOf([])).toThrow("at least one stratum");
  expect(() => testOf([means([], [1])])).toThrow("a value on both sides");
  expect(() => testOf([means(values, values)], {replicates: 0})).toThrow("too many arrangements");
});

it("takes one value on each side, and equal values, for no evidence at all", () => {
  expect(testOf([means([1], [0])]).p).toBe(1);
  expect(testOf([means([0, 0], [0, 0, 0])]).p).toBe(1);
  expect(testOf([means([0.1 + 0.2], [0.3])], {alternative: "greater"}).p).toBe(1); // ties, rounded differently
});

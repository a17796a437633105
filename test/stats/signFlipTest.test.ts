import fc from "fast-check";
import {expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import {signFlipTest} from "../../src/stats/signFlipTest.js";
import {reference} from "./compareFixture.js";

const OPTIONS = {replicates: 999, random: () => randomStream("sign flips")};
const testOf = (differences: readonly number[]) => signFlipTest(differences, OPTIONS);

it.each(reference.signFlips)("agrees with enumeration in exact fractions: $differences", ({differences, p, arrangements}) => {
  const found = testOf(differences);
  expect(found).toMatchObject({method: "exact", arrangements, replicates: null, smallestP: 2 / arrangements});
  expect(found.p).toBeCloseTo(p, 11);
});

it("gives the smallest p possible where all signs agree, 1 for a single difference, 1 where all are 0", () => {
  expect(testOf([0.3, 0.1, 0.2, 0.5, 0.7, 0.2, 0.9])).toMatchObject({p: 1 / 64, smallestP: 1 / 64});
  expect(testOf([5])).toMatchObject({p: 1, smallestP: 1});
  expect(testOf([0, 0, 0]).p).toBe(1);
});

it("has p from the smallest to 1, whatever the order and the sign", () => {
  const differences = fc.array(
    fc.integer({min: -9, max: 9}).map((tenth) => tenth / 10),
    {minLength: 1, maxLength: 9},
  );
  fc.assert(
    fc.property(differences, (values) => {
      const {p, smallestP} = testOf(values);
      expect(p).toBeGreaterThanOrEqual(smallestP);
      expect(p).toBeLessThanOrEqual(1);
      expect(testOf([...values].reverse()).p).toBe(p);
      expect(testOf(values.map((value) => -value)).p).toBe(p);
    }),
  );
});

it("is the sign test where all differences are of one size", () => {
  // scipy.stats.binomtest(1, 10).pvalue == 0.021484375
  expect(testOf([-0.1, ...Array<number>(9).fill(0.1)]).p).toBe(0.021484375);
});

it("samples signs of more than 20 differences, and says so", () => {
  const values = Array.from({length: 25}, (_, i) => i + 1);
  expect(testOf(values)).toMatchObject({p: 1 / 1000, method: "monte-carlo", arrangements: 2 ** 25, replicates: 999, smallestP: 1 / 1000});
  const mixed = values.map((value) => (value % 3 === 0 ? -value : value));
  expect(testOf(mixed)).toEqual(testOf(mixed));
  // a sum of ± i has variance Σ i² = 5525: P(|Z| ≥ 109 / 74.3) = 0.142
  expect(Math.abs(signFlipTest(mixed, {...OPTIONS, replicates: 20_000}).p - 0.142)).toBeLessThan(0.02);
  expect(() => signFlipTest(values, {...OPTIONS, replicates: 0})).toThrow("too many ways");
});

it("rejects at most as often as it says for differences that are symmetric around 0", () => {
  const random = randomStream("symmetric");
  const ps = Array.from({length: 800}, () => testOf(Array.from({length: 7}, () => random.uniform() - random.uniform())).p);
  for (const level of [1 / 64, 0.05, 0.1, 0.5]) {
    const rejected = ps.filter((p) => p <= level).length / ps.length;
    expect(rejected).toBeLessThanOrEqual(level + 3.5 * Math.sqrt((level * (1 - level)) / ps.length));
    expect(rejected).toBeGreaterThan(0);
  }
});

it("is undefined for no differences", () => {
  expect(() => testOf([])).toThrow("undefined");
});

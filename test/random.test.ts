import {expect, it} from "vitest";
import {randomStream} from "../src/random.js";

const take = (count: number, draw: () => number) => Array.from({length: count}, draw);

/** Pearson's statistic of counts that should be equal; its mean is cells − 1, its standard deviation √(2 (cells − 1)). */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function histogram(values: readonly number[], cells: number): number[] {
  const counts = new Array<number>(cells).fill(0);
  for (const value of values) ++counts[value]!;
  return counts;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, i) => (value - meanA) * (b[i]! - meanB)));
  return covariance / Math.sqrt(mean(a.map((value) => (value - meanA) ** 2)) * mean(b.map((value) => (value - meanB) ** 2)));
}

it("gives the same numbers for the same key, others for another", () => {
  const first = take(5, randomStream(1, "human", 28800, "fix_embedding", 0).uint32);
  expect(take(5, randomStream(1, "human", 28800, "fix_embedding", 0).uint32)).toEqual(first);
  for (const key of [
    [2, "human", 28800, "fix_embedding", 0],
    [1, "human", 28800, "fix_embedding", 1],
    [1, "human", 1800, "fix_embedding", 0],
    [1, "human", 28800, "fix_embedding0"],
    ["1", "human", 28800, "fix_embedding", 0],
  ]) {
    expect(take(5, randomStream(...key).uint32)).not.toEqual(first);
  }
});

it("has unrelated streams for consecutive seeds: first draws are uniform, and streams uncorrelated", () => {
  const firsts = take(
    10_000,
    (
      (seed) => () =>
        randomStream(seed++, "agent").uniform()
    )(0),
  );
  expect(
    chiSquare(
      histogram(
        firsts.map((value) => Math.floor(value * 100)),
        100,
      ),
    ),
  ).toBeLessThan(99 + 4 * Math.sqrt(2 * 99));
  expect(Math.abs(correlation(firsts.slice(1), firsts.slice(0, -1)))).toBeLessThan(4 / Math.sqrt(10_000));
  for (let seed = 1; seed <= 5; ++seed) {
    const [a, b] = [seed, seed + 1].map((each) => take(10_000, randomStream(each, "agent").uniform));
    expect(Math.abs(correlation(a!, b!))).toBeLessThan(4 / Math.sqrt(10_000));
  }
});

it("draws uniformly in [0, 1), high bits and low", () => {
  const random = randomStream("uniform");
  const values = take(100_000, random.uniform);
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(
    chiSquare(
      histogram(
        values.map((value) => Math.floor(value * 64)),
        64,
      ),
    ),
  ).toBeLessThan(63 + 4 * Math.sqrt(2 * 63));
  expect(
    chiSquare(
      histogram(
        values.map((value) => Math.floor(value * 2 ** 20) % 64),
        64,
      ),
    ),
  ).toBeLessThan(63 + 4 * Math.sqrt(2 * 63));
});

it.each([1, 2, 3, 7, 10, 93, 100])("draws each integer below %i equally often", (n) => {
  const random = randomStream("below", n);
  const counts = histogram(
    take(2000 * n, () => random.below(n)),
    n,
  );
  expect(counts.length).toBe(n);
  if (n > 1) expect(chiSquare(counts)).toBeLessThan(n - 1 + 4.5 * Math.sqrt(2 * (n - 1)));
});

it("favours no residue for a large n that is no power of two", () => {
  // without rejection, n = 3 · 2¹⁹ would leave 2³² mod n = 2²⁰ − … low parts that give small results more often
  const n = 3 * 2 ** 19;
  const random = randomStream("below", n);
  const thirds = histogram(
    take(300_000, () => Math.floor(random.below(n) / 2 ** 19)),
    3,
  );
  expect(chiSquare(thirds)).toBeLessThan(2 + 4.5 * 2);
});

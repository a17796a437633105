import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import {type Estimator, scoreAtK} from "../../src/score/scoreAtK.js";
import {scoreAtKMean, scoreAtKVariance} from "../../src/score/scoreAtKVariance.js";

const ESTIMATORS: Estimator[] = ["without-replacement", "with-replacement"];

/** Mean and variance of score@k over all Nⁿ samples of n draws, each sample once. */
function enumerated(scores: readonly number[], k: number, draws: number, estimator: Estimator): {mean: number; variance: number} {
  const values = Array.from({length: scores.length ** draws}, (_, code) => {
    const sample = Array.from({length: draws}, (_, i) => scores[Math.floor(code / scores.length ** i) % scores.length]!);
    return scoreAtK(sample, k, estimator);
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length};
}

describe.each(ESTIMATORS)("%s", (estimator) => {
  it("agrees with enumeration of every sample, ties, negative scores and other numbers of draws included", () => {
    const random = randomStream("every sample");
    for (let size = 1; size <= 5; ++size) {
      for (let draws = 1; draws <= 5; ++draws) {
        const scores = Array.from({length: size}, () => random.below(4) / 3 - 0.5 + (draws % 2) * random.uniform());
        const most = estimator === "with-replacement" ? 7 : draws;
        for (let k = 1; k <= most; ++k) {
          const {mean, variance} = enumerated(scores, k, draws, estimator);
          const options = {k, draws, estimator};
          expect(scoreAtKMean(scores, options), `mean, ${size} scores, k ${k} of ${draws}`).toBeCloseTo(mean, 13);
          expect(scoreAtKVariance(scores, options), `variance, ${size} scores, k ${k} of ${draws}`).toBeCloseTo(variance, 13);
        }
      }
    }
  });

  it("is (n − 1) s² / n² at k = 1, and σ² / draws for other numbers of draws", () => {
    const runs = fc.array(fc.double({min: -10, max: 10, noNaN: true}), {minLength: 2, maxLength: 60});
    fc.assert(
      fc.property(runs, fc.integer({min: 1, max: 500}), (scores, draws) => {
        const n = scores.length;
        const mean = scores.reduce((sum, score) => sum + score, 0) / n;
        const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
        const unbiased = squares / (n - 1);
        const close = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThan(1e-12 * (1 + squares));
        close(scoreAtKVariance(scores, {k: 1, draws: n, estimator}), ((n - 1) * unbiased) / n ** 2);
        close(scoreAtKVariance(scores, {k: 1, draws, estimator}), squares / n / draws);
        close(scoreAtKMean(scores, {k: 1, draws, estimator}), mean);
      }),
      {seed: 3, numRuns: 200},
    );
  });

  it("follows a change of unit, and falls with every further draw", () => {
    const runs = fc.array(fc.double({min: 0, max: 2, noNaN: true}), {minLength: 1, maxLength: 30});
    const numbers = fc.record({k: fc.integer({min: 1, max: 12}), more: fc.integer({min: 0, max: 40})});
    fc.assert(
      fc.property(runs, numbers, (scores, {k, more}) => {
        const at = (draws: number) => scoreAtKVariance(scores, {k, draws, estimator});
        const moved = scores.map((score) => 2 * score - 1);
        const draws = k + more;
        expect(at(draws)).toBeGreaterThanOrEqual(0);
        expect(Math.abs(scoreAtKVariance(moved, {k, draws, estimator}) - 4 * at(draws))).toBeLessThan(1e-12);
        if (estimator === "without-replacement" || k === 1) expect(at(draws + 1)).toBeLessThanOrEqual(at(draws) + 1e-15);
      }),
      {seed: 4, numRuns: 200},
    );
  });

  it("is 0 where all scores are equal, and where there is only one", () => {
    for (const scores of [[0.7], [0, 0, 0, 0], [-1, -1]]) {
      expect(scoreAtKVariance(scores, {k: 2, draws: 3, estimator})).toBe(0);
      expect(scoreAtKMean(scores, {k: 2, draws: 3, estimator})).toBe(scores[0]);
    }
  });

  it("refuses no scores, and numbers that are no positive integers", () => {
    expect(() => scoreAtKVariance([], {k: 1, draws: 1, estimator})).toThrow(expect.objectContaining({code: "too-few-attempts"}));
    for (const [k, draws] of [
      [0, 3],
      [1.5, 3],
      [1, 0],
      [1, Number.NaN],
    ] as const) {
      expect(() => scoreAtKVariance([1, 2], {k, draws, estimator})).toThrow(expect.objectContaining({code: "usage"}));
    }
  });
});

it("is the variance of the largest of n draws at k = n without replacement", () => {
  // P(max ≤ x_i) = (i/n)ⁿ, summed directly
  const scores = [0, 0.1, 0.5, 0.9, 2];
  const chance = (i: number) => (i / 5) ** 40 - ((i - 1) / 5) ** 40;
  const moment = (power: number) => scores.reduce((sum, score, i) => sum + chance(i + 1) * score ** power, 0);
  expect(scoreAtKVariance(scores, {k: 40, draws: 40, estimator: "without-replacement"})).toBeCloseTo(moment(2) - moment(1) ** 2, 14);
});

it("stays exact for many draws: 0/1 scores against the binomial sum", () => {
  // score@k of successes L ~ Bin(n, p): 1 − C(n − L, k) / C(n, k), in logarithms
  const [n, k] = [3000, 40];
  const scores = [...Array<number>(97).fill(0), 1, 1, 1];
  const logs = [0];
  for (let i = 1; i <= n; ++i) logs.push(logs[i - 1]! + Math.log(i));
  const logChoose = (m: number, j: number) => logs[m]! - logs[j]! - logs[m - j]!;
  let [first, second] = [0, 0];
  for (let failures = k; failures <= n; ++failures) {
    const chance = Math.exp(logChoose(n, failures) + failures * Math.log(0.97) + (n - failures) * Math.log(0.03));
    const missed = Math.exp(logChoose(failures, k) - logChoose(n, k));
    first += chance * missed;
    second += chance * missed ** 2;
  }
  const variance = scoreAtKVariance(scores, {k, draws: n, estimator: "without-replacement"});
  expect(variance / (second - first ** 2)).toBeCloseTo(1, 8);
});

it("refuses fewer draws than k without replacement, and a k above 256 with", () => {
  expect(() => scoreAtKVariance([1, 2], {k: 3, draws: 2, estimator: "without-replacement"})).toThrow("score@3 needs at least 3 attempts");
  const options = {k: 257, draws: 2, estimator: "with-replacement"} as const;
  expect(() => scoreAtKVariance([1, 2], options)).toThrow(expect.objectContaining({code: "undefined-statistic"}));
  expect(scoreAtKVariance([1, 2], {...options, k: 256})).toBeCloseTo(0.1875, 12); // two draws: the larger one, almost surely
});

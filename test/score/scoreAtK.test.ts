import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import {type Estimator, rankWeights, scoreAtK} from "../../src/score/scoreAtK.js";

const ESTIMATORS: Estimator[] = ["without-replacement", "with-replacement"];
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Mean of the maxima over all subsets of size k, by enumeration. */
function meanOverSubsets(scores: readonly number[], k: number): number {
  const maxima: number[] = [];
  for (let mask = 0; mask < 2 ** scores.length; ++mask) {
    const subset = scores.filter((_, i) => mask & (1 << i));
    if (subset.length === k) maxima.push(Math.max(...subset));
  }
  return sum(maxima) / maxima.length;
}

/** Mean of the maxima over all nᵏ sequences of draws, by enumeration of their maxima one draw at a time. */
function meanOverDraws(scores: readonly number[], k: number): number {
  let sequences = new Map<number, number>([[Number.NEGATIVE_INFINITY, 1]]); // maximum so far → number of sequences
  for (let draw = 0; draw < k; ++draw) {
    const next = new Map<number, number>();
    for (const [maximum, count] of sequences) {
      for (const score of scores) {
        const higher = Math.max(maximum, score);
        next.set(higher, (next.get(higher) ?? 0) + count);
      }
    }
    sequences = next;
  }
  return sum([...sequences].map(([maximum, count]) => maximum * count)) / scores.length ** k;
}

/** A fraction of big integers as the nearest double, to 40 digits. */
const toNumber = (numerator: bigint, denominator: bigint) => Number((numerator * 10n ** 40n) / denominator) / 1e40;

/** Σ xᵢ C(i − 1, k − 1) / C(n, k), in integers. */
function exactWithout(ascending: readonly number[], k: number): number {
  let binomial = 1n; // C(i − 1, k − 1) for i = k
  let numerator = 0n;
  let all = 0n;
  for (let i = k; i <= ascending.length; ++i) {
    numerator += BigInt(ascending[i - 1]!) * binomial;
    all += binomial; // Σ C(i − 1, k − 1) = C(n, k)
    binomial = (binomial * BigInt(i)) / BigInt(i - k + 1);
  }
  return toNumber(numerator, all);
}

/** Σ xᵢ (iᵏ − (i − 1)ᵏ) / nᵏ, in integers. */
function exactWith(ascending: readonly number[], k: number): number {
  let before = 0n;
  let numerator = 0n;
  ascending.forEach((score, i) => {
    const power = BigInt(i + 1) ** BigInt(k);
    numerator += BigInt(score) * (power - before);
    before = power;
  });
  return toNumber(numerator, BigInt(ascending.length) ** BigInt(k));
}

/**
 * Σᵢ₌₁ⁿ⁻¹ (i/n)ᵏ by Euler and Maclaurin's formula: n/(k + 1) − 1/2 + Σ B₂ₘ/(2m)! · k(k − 1)…(k − 2m + 2) / n²ᵐ⁻¹.
 * Its terms shrink by (2π)² or more for k ≤ n.
 */
function sumOfPowers(n: number, k: number): number {
  if (k === 1) return (n - 1) / 2; // the formula is for powers whose derivative is 0 at 0
  const coefficients = [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000];
  let total = n / (k + 1) - 0.5;
  let falling = k / n;
  coefficients.forEach((coefficient, m) => {
    total += coefficient * falling;
    falling *= ((k - 2 * m - 1) / n) * ((k - 2 * m - 2) / n);
  });
  return total;
}

it("is the mean of the maxima over all pairs", () => {
  // Python: statistics.mean(max(c) for c in itertools.combinations([.1, .4, .2, .9, .3], 2))
  expect(scoreAtK([0.1, 0.4, 0.2, 0.9, 0.3], 2)).toBeCloseTo(0.56, 12);
});

it("agrees with enumeration for n ≤ 12 and every k, ties and negative scores included", () => {
  const random = randomStream("enumeration");
  for (let n = 1; n <= 12; ++n) {
    const scores = Array.from({length: n}, () => random.below(7) / 3 - 1 + (n % 2) * random.uniform());
    for (let k = 1; k <= n; ++k) {
      expect(scoreAtK(scores, k)).toBeCloseTo(meanOverSubsets(scores, k), 13);
      expect(scoreAtK(scores, k, "with-replacement")).toBeCloseTo(meanOverDraws(scores, k), 13);
    }
  }
});

it("agrees with rational arithmetic for n = 5,000 to a relative 1e-13", () => {
  const random = randomStream("rational");
  const ascending = Array.from({length: 5000}, () => random.below(1_000_000)).sort((a, b) => a - b);
  for (const k of [1, 2, 3, 10, 77, 1000, 2500, 4999, 5000]) {
    expect(Math.abs(scoreAtK(ascending, k) / exactWithout(ascending, k) - 1), `k = ${k}`).toBeLessThan(1e-13);
  }
  for (const k of [1, 2, 10, 77, 1000, 5000]) {
    expect(Math.abs(scoreAtK(ascending, k, "with-replacement") / exactWith(ascending, k) - 1), `k = ${k}`).toBeLessThan(1e-13);
  }
});

describe("for a million scores 1 … n", () => {
  const n = 1_000_000;
  const scores = Array.from({length: n}, (_, i) => i + 1);

  it.each([1, 2, 100, 1000, 999_999, 1_000_000])("k = %i: k (n + 1) / (k + 1), to a relative 1e-15", (k) => {
    expect(Math.abs(scoreAtK(scores, k) / ((k * (n + 1)) / (k + 1)) - 1)).toBeLessThan(1e-15);
  });

  it.each([1, 2, 100, 1000, 999_999, 1_000_000])("k = %i with replacement: n − Σ (i/n)ᵏ, to a relative 1e-13", (k) => {
    expect(Math.abs(scoreAtK(scores, k, "with-replacement") / (n - sumOfPowers(n, k)) - 1)).toBeLessThan(1e-13);
  });

  it("keeps its digits far down the ranks: one success in a million, and three failures", () => {
    const failures = scores.map((score) => (score <= 3 ? -1 : 0));
    expect(scoreAtK(failures, 1) / (-3 / n)).toBeCloseTo(1, 12);
    expect(scoreAtK(failures, 2) / (-6 / (n * (n - 1)))).toBeCloseTo(1, 12); // three pairs of failures
    const success = scores.map((score) => (score === 1 ? 1 : 0));
    expect(scoreAtK(success, 1000)).toBeCloseTo(0.001, 15);
  });
});

describe("properties", () => {
  const runs = fc.array(fc.double({min: -10, max: 10, noNaN: true}), {minLength: 1, maxLength: 40});
  const check = (property: (scores: number[], estimator: Estimator) => void) =>
    fc.assert(fc.property(runs, fc.constantFrom(...ESTIMATORS), property), {seed: 7, numRuns: 300});
  const curveOf = (scores: readonly number[], estimator: Estimator) => scores.map((_, i) => scoreAtK(scores, i + 1, estimator));

  it("lies between the mean at k = 1 and the maximum, which it is at k = n without replacement", () => {
    check((scores, estimator) => {
      const curve = curveOf(scores, estimator);
      const highest = Math.max(...scores);
      expect(curve[0]).toBeCloseTo(sum(scores) / scores.length, 12);
      for (const value of curve) {
        expect(value).toBeGreaterThanOrEqual(Math.min(...scores) - 1e-12);
        expect(value).toBeLessThanOrEqual(highest + 1e-12);
      }
      if (estimator === "without-replacement") expect(curve.at(-1)).toBe(highest);
    });
  });

  it("never decreases with k", () => {
    check((scores, estimator) => {
      const curve = curveOf(scores, estimator);
      curve.slice(1).forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(curve[i]! - 1e-12);
      });
    });
  });

  it("does not depend on the order of the scores, and leaves them as they are", () => {
    check((scores, estimator) => {
      const before = [...scores];
      const reversed = curveOf([...scores].reverse(), estimator);
      expect(curveOf(scores, estimator)).toEqual(reversed);
      expect(scores).toEqual(before);
    });
  });

  it("follows any change of unit: scoreAtK(a x + b) = a scoreAtK(x) + b for a > 0", () => {
    const factor = fc.double({min: 0.01, max: 100, noNaN: true});
    const shift = fc.double({min: -100, max: 100, noNaN: true});
    fc.assert(
      fc.property(runs, factor, shift, fc.constantFrom(...ESTIMATORS), (scores, a, b, estimator) => {
        const moved = curveOf(
          scores.map((score) => a * score + b),
          estimator,
        );
        curveOf(scores, estimator).forEach((value, i) => {
          expect(Math.abs(moved[i]! - (a * value + b))).toBeLessThan(1e-10);
        });
      }),
      {seed: 8, numRuns: 200},
    );
  });

  it("never exceeds the other estimator: draws repeat, subsets do not", () => {
    check((scores) => {
      const [without, withRepeats] = ESTIMATORS.map((estimator) => curveOf(scores, estimator));
      without!.forEach((value, i) => {
        expect(withRepeats![i]).toBeLessThanOrEqual(value + 1e-12);
      });
    });
  });
});

it("weighs ranks with weights that add up to 1", () => {
  for (const estimator of ESTIMATORS) {
    for (const [n, k] of [
      [1, 1],
      [10, 3],
      [1000, 1000],
      [100_000, 17],
    ] as const) {
      const weights = rankWeights(n, k, estimator);
      expect(sum([...weights])).toBeCloseTo(1, 12);
      expect(weights.every((weight) => weight > 0)).toBe(true);
    }
  }
});

it("refuses a k that is not a positive integer, more than n, or any k of no scores", () => {
  for (const estimator of ESTIMATORS) {
    for (const k of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => scoreAtK([1, 2], k, estimator)).toThrow(expect.objectContaining({code: "usage"}));
    }
    expect(() => scoreAtK([], 1, estimator)).toThrow(expect.objectContaining({code: "too-few-attempts"}));
  }
  expect(() => scoreAtK([1, 2], 3)).toThrow("score@3 needs at least 3 attempts, found 2");
  expect(scoreAtK([0, 1], 3, "with-replacement")).toBe(0.875); // 1 − (1/2)³: draws do not run out
});

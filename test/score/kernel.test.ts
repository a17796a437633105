import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import type {Part} from "../../src/score/aggregate.js";
import {bootstrapReplicates} from "../../src/score/bootstrap.js";
import {IndexSlots, IndexStream} from "../../src/score/resample/indexStream.js";
import {kernel} from "../../src/score/resample/kernel.js";
import {ResampledEnvironment} from "../../src/score/resample/resampledEnvironment.js";

const identity = (n: number) =>
  new IndexSlots(
    Int32Array.from({length: n}, (_, i) => i),
    n,
  );

/** The words of four xoshiro128++, generator by generator, by the published recurrence in big integers. */
function* words(...key: (string | number)[]): Generator<number[]> {
  const random = randomStream(...key);
  const seeds = Array.from({length: 16}, () => BigInt(random.uint32()));
  const states = [0, 1, 2, 3].map((g) => [0, 4, 8, 12].map((i) => seeds[i + g]!));
  const mask = 0xffff_ffffn;
  const rotate = (x: bigint, by: bigint) => ((x << by) | (x >> (32n - by))) & mask;
  for (;;) {
    yield states.map((s) => {
      const word = (rotate((s[0]! + s[3]!) & mask, 7n) + s[0]!) & mask;
      const t = (s[1]! << 9n) & mask;
      s[2]! ^= s[0]!;
      s[3]! ^= s[1]!;
      s[1]! ^= s[2]!;
      s[0]! ^= s[3]!;
      s[2]! ^= t;
      s[3] = rotate(s[3]!, 11n);
      return Number(word);
    });
  }
}

/** Indices below n in the groups in which they are drawn: from 16 bits each up to n = 128, else from 32. */
function* groups(n: number, ...key: (string | number)[]): Generator<number[]> {
  const range = n <= 128 ? 2 ** 16 : 2 ** 32;
  for (const four of words(...key)) {
    const values = n <= 128 ? four.flatMap((word) => [word % 2 ** 16, Math.floor(word / 2 ** 16)]) : four;
    if (values.every((value) => (value * n) % range >= range % n)) yield values.map((value) => Math.floor((value * n) / range));
  }
}

/** How often each index is in each resample, done literally. */
function literalCounts(n: number, resamples: number, ...key: (string | number)[]): number[][] {
  const counts = Array.from({length: resamples}, () => Array<number>(n).fill(0));
  const source = groups(n, ...key);
  if (n > 128) {
    for (const own of counts) for (let i = 0; i < n; i += 4) for (const index of source.next().value!.slice(0, n - i)) ++own[index]!;
    return counts;
  }
  for (let first = 0; first < resamples; first += 16) {
    for (let i = 0; i < 2 * n; ++i) {
      for (const [lane, index] of source.next().value!.entries()) {
        const own = counts[first + (i % 2) * 8 + lane];
        if (own !== undefined) ++own[index]!;
      }
    }
  }
  return counts;
}

describe("the stream of resamples", () => {
  it("is the published generator and the stated choice of indices", () => {
    for (const n of [1, 2, 7, 16, 17, 48, 100, 127, 128, 129, 300]) {
      const stream = new IndexStream("kernel", n);
      const drawn = Array.from({length: 40}, () => {
        const counts = new Int32Array(n);
        stream.count(n, identity(n), counts);
        return [...counts];
      });
      expect(drawn, `n = ${n}`).toEqual(literalCounts(n, 40, "kernel", n));
    }
  });

  it("throws away what would favour an index, of 32 bits too: a quarter of the words for n = 3 · 2²⁹", () => {
    const n = 3 * 2 ** 29;
    const key = ["kernel", "words"];
    const state = new IndexStream(...key).state;
    const {memory, STATE, HEAP, drawIndices} = kernel(kernel(0).HEAP.value + 400);
    new Int32Array(memory.buffer, STATE.value, 16).set(state);
    drawIndices(n, 0, HEAP.value, HEAP.value + 400);
    const source = words(...key);
    const expected: number[] = [];
    let thrownAway = 0;
    while (expected.length < 100) {
      const products = source.next().value!.map((word: number) => BigInt(word) * BigInt(n));
      if (products.some((product: bigint) => BigInt.asUintN(32, product) < 2n ** 32n % BigInt(n))) ++thrownAway;
      else expected.push(...products.map((product: bigint) => Number(product >> 32n)));
    }
    expect([...new Uint32Array(memory.buffer, HEAP.value, 100)]).toEqual(expected);
    expect(thrownAway).toBeGreaterThan(0);
  });

  it("favours no index", () => {
    for (const n of [3, 22, 100, 128, 150]) {
      const stream = new IndexStream("fair", n);
      const counts = new Int32Array(n);
      const draws = 20_000 * n;
      for (let i = 0; i < 20_000; ++i) stream.count(n, identity(n), counts);
      const chiSquare = counts.reduce((sum, count) => sum + (count - draws / n) ** 2 / (draws / n), 0);
      // mean n − 1, standard deviation √(2(n − 1))
      expect(Math.abs(chiSquare - (n - 1)) / Math.sqrt(2 * (n - 1)), `n = ${n}`).toBeLessThan(4.5);
    }
  });
});

describe("scores in the kernel", () => {
  it("are those of one resample after the other, bit for bit", () => {
    const scores = fc.integer({min: 1, max: 300}).chain((n) =>
      fc.oneof(
        fc.array(fc.double({min: -5, max: 5, noNaN: true}), {minLength: n, maxLength: n}),
        fc.array(fc.integer({min: 0, max: 6}), {minLength: n, maxLength: n}), // ties
      ),
    );
    const ks = fc.uniqueArray(fc.integer({min: 1, max: 12}), {minLength: 1, maxLength: 9});
    const estimators = fc.constantFrom("without-replacement" as const, "with-replacement" as const);
    fc.assert(
      fc.property(scores, ks, estimators, fc.integer({min: 1, max: 70}), (own, wanted, estimator, replicates) => {
        const requests = wanted.map((k): Part[] => [{environment: "e", combine: "best", scores: own, k}]);
        const found = bootstrapReplicates(requests, {replicates, seed: 1, estimator, agent: "A", timeLimitSeconds: 60});
        const environment = new ResampledEnvironment(own, wanted, estimator);
        const stream = new IndexStream(1, "A", 60, "e", 0);
        for (let i = 0; i < replicates; ++i) {
          environment.clear();
          stream.count(own.length, environment.scores.index, environment.counts);
          environment.evaluate(own.length);
          for (let r = 0; r < wanted.length; ++r) if (!Object.is(found[r]![i], environment.values[r])) return false;
        }
        return true;
      }),
      {numRuns: 200},
    );
  });

  it("do not depend on what was in its memory before, however large", () => {
    const scoresOf = (n: number) => Array.from({length: n}, (_, i) => Math.sin(i * i));
    const score = (n: number, k: number) =>
      bootstrapReplicates([[{environment: "e", combine: "best", scores: scoresOf(n), k}]], {
        replicates: 100,
        seed: 1,
        estimator: "without-replacement",
        agent: "A",
        timeLimitSeconds: 60,
      })[0]!;
    const before = score(20, 3);
    score(20_000, 5); // memory grows
    expect(score(20, 3)).toEqual(before);
  });
});

import {describe, expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import {aggregateScore, type Part} from "../../src/score/aggregate.js";
import {type BootstrapOptions, bootstrapReplicates, percentileInterval} from "../../src/score/bootstrap.js";
import {IndexSlots, IndexStream} from "../../src/score/resample/indexStream.js";
import {scoreAtK} from "../../src/score/scoreAtK.js";

const OPTIONS: BootstrapOptions = {replicates: 2000, seed: 1, estimator: "without-replacement", agent: "A", timeLimitSeconds: 1800};
const part = (environment: string, scores: number[], k = 1): Part => ({environment, combine: "best", scores, k});
const draw = (name: string, n: number) => {
  const random = randomStream("scores", name);
  return Array.from({length: n}, () => random.uniform());
};
const [a, b] = [draw("a", 9), draw("b", 14)];
/** The scores of attempts drawn with replacement. */
function resample(stream: IndexStream, scores: readonly number[]): number[] {
  const index = new IndexSlots(
    Int32Array.from(scores, (_, i) => i),
    scores.length,
  );
  const counts = index.counters();
  stream.count(scores.length, index, counts);
  return scores.flatMap((score, i) => Array<number>(counts[i]!).fill(score));
}
const replicatesOf = (parts: Part[], options: Partial<BootstrapOptions> = {}) => bootstrapReplicates([parts], {...OPTIONS, ...options})[0]!;

describe("replicates", () => {
  it("are score@k of resamples: the same as doing it literally", () => {
    for (const estimator of ["without-replacement", "with-replacement"] as const) {
      const stream = new IndexStream(1, "A", 1800, "a", 0);
      const literal = Array.from({length: 50}, () => scoreAtK(resample(stream, a), 3, estimator));
      const replicates = replicatesOf([part("a", a, 3)], {replicates: 50, estimator});
      literal.forEach((value, i) => {
        expect(replicates[i]).toBeCloseTo(value, 12);
      });
    }
  });

  it("are the same for the same seed, others for another, for the next one too", () => {
    const first = replicatesOf([part("a", a)]);
    expect(replicatesOf([part("a", a)])).toEqual(first);
    for (const other of [{seed: 2}, {seed: 0}, {agent: "B"}, {timeLimitSeconds: 7200}]) {
      expect(replicatesOf([part("a", a)], other)).not.toEqual(first);
    }
    expect(replicatesOf([part("b", a)])).not.toEqual(first);
  });

  it("do not depend on which other k or environments are asked for with them", () => {
    const alone = replicatesOf([part("a", a, 2)]);
    const [, , together] = bootstrapReplicates([[part("a", a), part("b", b)], [part("b", b, 4)], [part("a", a, 2)]], OPTIONS);
    expect(together).toEqual(alone);
    const both = replicatesOf([part("a", a, 2), part("b", b, 2)]);
    const onlyB = replicatesOf([part("b", b, 2)]);
    both.forEach((value, i) => {
      expect(value).toBeCloseTo((alone[i]! + onlyB[i]!) / 2, 14);
    });
  });

  it("begin alike however many are asked for: blocks have streams of their own", () => {
    expect(replicatesOf([part("a", a)], {replicates: 2500}).slice(0, 2000)).toEqual(replicatesOf([part("a", a)]));
  });

  it("draw the same attempts for every k and every time: both rise together, resample by resample", () => {
    const [k1, k2, k4] = bootstrapReplicates([[part("a", a)], [part("a", a, 2)], [part("a", a, 4)]], OPTIONS);
    k1!.forEach((value, i) => {
      expect(k2![i]).toBeGreaterThanOrEqual(value - 1e-12);
    });
    k2!.forEach((value, i) => {
      expect(k4![i]).toBeGreaterThanOrEqual(value - 1e-12);
    });
    const later = a.map((score, i) => score + (i % 3) * 0.4); // never lower, in another order
    replicatesOf([part("a", later, 2)]).forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(k2![i]! - 1e-12);
    });
  });

  it("have the with-replacement estimate as their mean", () => {
    // k of n draws from n are k independent draws, so the bootstrap's expectation is known exactly
    const parts = [part("a", a, 3), part("b", b, 3)];
    const replicates = replicatesOf(parts, {replicates: 20_000});
    const {low, high, bootstrapMean} = percentileInterval(parts, aggregateScore(parts, "without-replacement"), replicates, 0.95);
    const deviation = (high! - low!) / 3.92;
    expect(Math.abs(bootstrapMean! - aggregateScore(parts, "with-replacement"))).toBeLessThan((5 * deviation) / Math.sqrt(20_000));
  });
});

describe("the interval", () => {
  const intervalOf = (parts: Part[], replicates = 2000, level = 0.95) =>
    percentileInterval(parts, aggregateScore(parts, "without-replacement"), replicatesOf(parts, {replicates}), level);

  it("needs two replicates", () => {
    const reason = "no interval: fewer than two bootstrap replicates give none";
    expect(intervalOf([part("a", a)], 1)).toMatchObject({low: null, high: null, bootstrapMean: expect.any(Number), reason});
    expect(intervalOf([part("a", a)], 2).reason).toBeNull();
  });

  it("contains the score, and narrows with its level", () => {
    const parts = [part("a", a), part("b", b)];
    const score = aggregateScore(parts, "without-replacement");
    const [wide, narrow] = [intervalOf(parts), intervalOf(parts, 2000, 0.5)];
    expect(wide.low).toBeLessThan(narrow.low!);
    expect(narrow.low).toBeLessThan(score);
    expect(narrow.high).toBeGreaterThan(score);
    expect(wide.high).toBeGreaterThan(narrow.high!);
    expect(wide).toMatchObject({degenerate: false, reason: null});
  });

  it("is null where an environment has a single attempt, and names it", () => {
    const expected = {low: null, high: null, bootstrapMean: null, degenerate: false};
    expect(intervalOf([part("a", a), part("one", [0.5])])).toEqual({...expected, reason: "no interval: one attempt only in one"});
    expect(intervalOf([part("one", [0.5])])).toEqual({...expected, reason: "no interval: one attempt only in one"});
  });

  it("is a point, marked degenerate, only where all values of each environment are equal", () => {
    const all = intervalOf([part("a", [0.3, 0.3, 0.3], 2), part("b", [0.7, 0.7])]);
    expect(all).toEqual({low: 0.5, high: 0.5, bootstrapMean: 0.5, degenerate: true, reason: null});
    expect(intervalOf([part("a", [0, 0, 0]), part("b", b)])).toMatchObject({degenerate: false, reason: null});
  });

  it("is null where the replicates agree although the scores differ, rounding aside", () => {
    const ties = [...Array<number>(60).fill(0.3), ...Array<number>(60).fill(0.1)];
    const {low, high, degenerate, reason, bootstrapMean} = intervalOf([part("a", ties, 110)]);
    expect({low, high, degenerate}).toEqual({low: null, high: null, degenerate: false});
    expect(reason).toBe("no interval: the replicates agree although the scores differ");
    expect(bootstrapMean).toBeCloseTo(0.3, 12);
  });

  it("is null without replicates", () => {
    expect(intervalOf([part("a", a)], 0)).toMatchObject({
      low: null,
      high: null,
      bootstrapMean: null,
      reason: expect.stringContaining("no bootstrap"),
    });
  });
});

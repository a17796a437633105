import {describe, expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import {aggregateScore, type Part} from "../../src/score/aggregate.js";
import {type BootstrapOptions, bootstrapReplicates} from "../../src/score/bootstrap.js";
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
    const mean = replicates.reduce((sum, value) => sum + value, 0) / 20_000;
    const deviation = Math.sqrt(replicates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 20_000);
    expect(Math.abs(mean - aggregateScore(parts, "with-replacement"))).toBeLessThan((5 * deviation) / Math.sqrt(20_000));
  });
});

import {readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import {aggregateScore, type Part} from "../../src/score/aggregate.js";
import {bootstrap} from "../../src/score/bootstrap.js";
import {scoreAtK} from "../../src/score/scoreAtK.js";
import {type Candidate, selectionCorrected} from "../../src/score/selectionCorrected.js";

const part = (scores: readonly number[], k: number): Part => ({environment: "a", combine: "best", scores, k});
const candidateOf = (scores: readonly number[], k: number, timeLimitSeconds: number, replicates: number, seed = 1): Candidate => {
  const parts = [part(scores, k)];
  const [draws] = bootstrap([parts], {replicates, seed, estimator: "without-replacement", agent: "A", timeLimitSeconds, leftOut: true});
  return {score: aggregateScore(parts, "without-replacement"), values: draws!.values, leftOut: draws!.leftOut!};
};

describe("the corrected score", () => {
  type Case = {
    name: string;
    candidates: {scores: number[]; k: number; score: number}[];
    correction: string;
    leftOutShare: number;
    score: number;
    variance: number;
    meanPicked: number;
  };
  const {cases} = JSON.parse(readFileSync(new URL("../fixtures/selection/selection.json", import.meta.url), "utf8")) as {cases: Case[]};
  it.each(cases.map((each) => [each.name, each] as const))("agrees with every resample enumerated: %s", (_, expected) => {
    const replicates = 40_000;
    const candidates = expected.candidates
      .map(({scores, k}, i) => ({k, candidate: candidateOf(scores, k, 1800 * (i + 1), replicates)}))
      .sort((a, b) => a.k - b.k)
      .map(({candidate}) => candidate);
    const found = selectionCorrected(candidates, 0.95);
    expect(found.correction).toBe(expected.correction);
    expect(Math.abs(found.leftOutShare! - expected.leftOutShare)).toBeLessThan(5 * Math.sqrt(0.25 / replicates));
    expect(Math.abs(found.score - expected.score)).toBeLessThan(5 * Math.sqrt(expected.variance / (0.5 * replicates)));
    expect(found.low).toBeLessThan(found.high!);
  });

  it("with one candidate is the plain score, with the percentile interval", () => {
    const only = candidateOf([0.1, 0.9, 0.4, 0.6, 0.2], 2, 1800, 2000);
    const found = selectionCorrected([only], 0.9);
    expect(found).toMatchObject({score: only.score, correction: "one-candidate", leftOutShare: null});
    const ascending = Float64Array.from(only.values).sort();
    expect(found.low).toBeCloseTo(ascending[Math.floor(0.05 * 1999)]!, 1);
  });

  it("is nearer to the truth than the best observed, where many equal candidates compete", () => {
    // six allocations with the same true score, 0.5: the best of six estimates is too high
    const [best, corrected] = [[] as number[], [] as number[]];
    for (let study = 0; study < 60; ++study) {
      const random = randomStream("selection", study);
      const candidates = Array.from({length: 6}, (_, i) => candidateOf(Array.from({length: 12}, random.uniform), 1, 1800 + i, 200, study));
      best.push(Math.max(...candidates.map(({score}) => score)));
      corrected.push(selectionCorrected(candidates, 0.95).score);
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(best) - 0.5).toBeGreaterThan(0.07);
    expect(Math.abs(mean(corrected) - 0.5)).toBeLessThan(0.04);
  });

  it("needs replicates", () => {
    const none = {score: 1, values: new Float64Array(0), leftOut: new Float64Array(0)};
    expect(() => selectionCorrected([none], 0.95)).toThrow("needs bootstrap replicates");
    expect(() => selectionCorrected([], 0.95)).toThrow("needs bootstrap replicates");
  });
});

describe("attempts left out", () => {
  it("do not change values and standard errors", () => {
    const parts = [part([0.1, 0.4, 0.2, 0.9, 0.5], 2)];
    const options = {replicates: 300, seed: 1, agent: "A", timeLimitSeconds: 1800, standardErrors: true};
    for (const estimator of ["without-replacement", "with-replacement"] as const) {
      const [plain] = bootstrap([parts], {...options, estimator});
      const [both] = bootstrap([parts], {...options, estimator, leftOut: true});
      expect([both!.values, both!.standardErrors]).toEqual([plain!.values, plain!.standardErrors]);
    }
  });

  it("are scored without replacement under either estimator, which is unbiased for however few there are", () => {
    const parts = [part([0.1, 0.4, 0.2, 0.9, 0.5], 2)];
    const options = {replicates: 300, seed: 1, agent: "A", timeLimitSeconds: 1800, leftOut: true};
    const [without] = bootstrap([parts], {...options, estimator: "without-replacement"});
    const [withReplacement] = bootstrap([parts], {...options, estimator: "with-replacement"});
    expect(withReplacement!.leftOut).toEqual(without!.leftOut);
  });

  it("do not change what is drawn, and are undefined where too few are left", () => {
    const parts = [part([0.1, 0.4, 0.2, 0.9, 0.5], 3)];
    const options = {replicates: 500, seed: 1, estimator: "without-replacement" as const, agent: "A", timeLimitSeconds: 1800};
    const [plain] = bootstrap([parts], options);
    const [both] = bootstrap([parts], {...options, leftOut: true});
    expect(both!.values).toEqual(plain!.values);
    const undefinedCount = both!.leftOut!.filter(Number.isNaN).length;
    expect(undefinedCount).toBeGreaterThan(250); // of 5 attempts mostly one or two are left, k = 3
    expect(undefinedCount).toBeLessThan(500);
    const most = scoreAtK([0.9, 0.5, 0.4], 3);
    for (const value of both!.leftOut!) if (!Number.isNaN(value)) expect(value).toBeLessThanOrEqual(most);
  });
});

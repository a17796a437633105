import {expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import type {Part} from "../../src/score/aggregate.js";
import {permutationOfScoreAtK} from "../../src/score/permutationOfScoreAtK.js";
import {reference} from "../stats/compareFixture.js";

const OPTIONS = {replicates: 99, random: (environment: string) => randomStream("labels", environment)};
const part = (environment: string, scores: number[], k: number): Part => ({environment, combine: "best", scores, k});

it.each(reference.permutation)("agrees with enumeration in exact fractions: $name", ({strata, k, estimator, twoSided, arrangements}) => {
  const side = (name: "a" | "b") => strata.map((stratum, e) => part(`e${e}`, stratum[name], k));
  const found = permutationOfScoreAtK(side("a"), side("b"), {...OPTIONS, estimator});
  expect(found).toMatchObject({method: "exact", arrangements});
  expect(found.p).toBeCloseTo(twoSided, 11);
});

it("refuses sides that do not match", () => {
  const estimator = "without-replacement" as const;
  const own = [part("e", [1, 2], 2)];
  for (const other of [[part("f", [1, 2], 2)], [part("e", [1, 2], 1)], [...own, part("f", [1], 1)]]) {
    expect(() => permutationOfScoreAtK(own, other, {...OPTIONS, estimator})).toThrow(RangeError);
  }
});

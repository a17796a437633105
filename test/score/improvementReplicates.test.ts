import {describe, expect, it} from "vitest";
import {bootstrapReplicates} from "../../src/score/bootstrap.js";
import {type ImprovementOptions, improvementReplicates, type SharedEnvironment} from "../../src/score/improvementReplicates.js";

const OPTIONS: ImprovementOptions = {
  replicates: 1500,
  seed: 1,
  scheme: "attempts",
  a: {agent: "A", timeLimitSeconds: 1800},
  b: {agent: "B", timeLimitSeconds: 1800},
};
const alone = (scores: readonly number[]) => ({scores, people: scores.map(() => null)});
const environment = (name: string, a: readonly number[], b: readonly number[]): SharedEnvironment => ({
  environment: name,
  a: alone(a),
  b: alone(b),
});
const two = [environment("e", [0, 0.5, 1, 0.2], [0.5, 0.5, 0.1]), environment("f", [0.3, 0.9], [0, 0.4, 0.8, 0.8, 1])];
const replicatesOf = (environments: readonly SharedEnvironment[], options: Partial<ImprovementOptions> = {}) =>
  improvementReplicates(environments, {...OPTIONS, ...options});
const SCHEMES = ["attempts", "environments", "people"] as const;

describe.each(SCHEMES)("resampling %s", (scheme) => {
  it("gives numbers in [0, 1], the same again, others for another seed", () => {
    const found = replicatesOf(two, {scheme});
    for (const value of found) expect(value >= 0 && value <= 1).toBe(true);
    expect(new Set(found).size).toBeGreaterThan(20);
    expect(replicatesOf(two, {scheme})).toEqual(found);
    expect(replicatesOf(two, {scheme, seed: 2})).not.toEqual(found);
  });

  it("turns every p into 1 − p with the sides exchanged", () => {
    const swapped = two.map(({environment, a, b}) => ({environment, a: b, b: a}));
    const found = replicatesOf(two, {scheme});
    replicatesOf(swapped, {scheme, a: OPTIONS.b, b: OPTIONS.a}).forEach((value, i) => {
      expect(value).toBeCloseTo(1 - found[i]!, 12);
    });
  });

  it("draws the attempts that the replicates of scores draw", () => {
    // scores of 0 and 1 against a side that is always ½: the probability is the mean score
    const [e, f] = [
      [0, 1, 1, 0, 1],
      [1, 0, 0],
    ];
    const against = [environment("e", e, [0.5, 0.5]), environment("f", f, [0.5, 0.5, 0.5])];
    const part = (name: string, scores: number[]) => ({environment: name, combine: "best" as const, scores, k: 1});
    const {replicates, seed} = OPTIONS;
    const [means] = bootstrapReplicates([[part("e", e), part("f", f)]], {
      replicates,
      seed,
      estimator: "without-replacement",
      scheme,
      ...OPTIONS.a,
    });
    replicatesOf(against, {scheme}).forEach((value, i) => {
      expect(value).toBeCloseTo(means![i]!, 12);
    });
  });
});

it("keeps the attempts of a person together", () => {
  // two people, each with one attempt in both environments: a draw takes one person or both
  const people = ["p", "q"];
  const one = {environment: "e", a: {scores: [0, 1], people}, b: alone([0.5])};
  const other = {environment: "f", a: {scores: [0, 1], people}, b: alone([0.5])};
  // b is one attempt in each environment, of nobody in particular: drawn again until both are there
  expect(new Set(replicatesOf([one, other], {scheme: "people"}))).toEqual(new Set([0, 0.5, 1]));
  const mixed = new Set(replicatesOf([one, other]));
  expect(mixed).toEqual(new Set([0, 0.25, 0.5, 0.75, 1]));
});

it("never varies for one attempt on each side, and is ½ where all are equal", () => {
  expect(new Set(replicatesOf([environment("e", [1], [0])]))).toEqual(new Set([1]));
  expect(new Set(replicatesOf([environment("e", [0, 0, 0], [0, 0])]))).toEqual(new Set([0.5]));
});

it("gives up where no draw of people has an attempt in every environment", () => {
  const names = Array.from({length: 40}, (_, i) => environment(`e${i}`, [1], [0]));
  expect(() => replicatesOf(names, {scheme: "people", replicates: 1})).toThrow("none of 100000 draws");
});

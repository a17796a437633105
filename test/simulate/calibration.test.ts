import {beforeAll, expect, it} from "vitest";
import {findEnvironment, readCatalogue} from "../../src/environment/catalogue.js";
import {HUMAN_ATTEMPTS} from "../../src/simulate/design.js";
import {model} from "../../src/simulate/model.js";
import {simulate} from "../../src/simulate/simulate.js";
import {mean, scoreAt} from "./headline.js";

const catalogue = readCatalogue();
const SEEDS = 1150; // 9 students each: 10,350 draws of the smallest cohort
/** 8-hour scores by cohort, over data sets with seeds that nothing was tuned on. */
const scores: Record<string, number[]> = {hiring: [], network: [], students: []};

beforeAll(() => {
  for (let seed = 100_001; seed <= 100_000 + SEEDS; ++seed) {
    for (const attempt of simulate({seed, attempts: 71, catalogue})) {
      if (attempt.participant.kind === "human") scores[attempt.participant.cohort!]!.push(scoreAt(attempt));
    }
  }
});

// METR's paper, arXiv 2411.15114, Table 5: mean normalized score of each source of people.
it.each([
  ["hiring", 0.48],
  ["network", 0.98],
  ["students", 0.83],
])("expects the published mean of cohort %s, %d, within 0.05", (cohort, published) => {
  expect(scores[cohort]!.length).toBeGreaterThanOrEqual(10_000);
  expect(Math.abs(mean(scores[cohort]!) - published)).toBeLessThan(0.05);
});

it("expects the published mean of all people, 0.64, within 0.05", () => {
  expect(Math.abs(mean(Object.values(scores).flat()) - 0.64)).toBeLessThan(0.05);
});

it("expects 82 % of human attempts above 0 and 24 % at the reference, within 3 points", () => {
  const all = Object.values(scores).flat();
  expect(Math.abs(all.filter((score) => score > 0).length / all.length - 0.82)).toBeLessThan(0.03);
  expect(Math.abs(all.filter((score) => score >= 1).length / all.length - 0.24)).toBeLessThan(0.03);
});

it.each(Object.keys(HUMAN_ATTEMPTS) as (keyof typeof HUMAN_ATTEMPTS)[])(
  "lets people reach no more than the estimated ceiling in %s",
  (name) => {
    expect(model.environments[name].people.reach).toBe(findEnvironment(catalogue, name).estimatedCeiling!.high);
  },
);

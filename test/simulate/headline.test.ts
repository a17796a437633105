import {expect, it} from "vitest";
import {simulate} from "../../src/simulate/simulate.js";
import {headlines} from "./headline.js";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

it("has agents ahead at 2 hours and people ahead at 8 and 32 hours in at least nine of seeds 1 to 10", () => {
  const inOrder = SEEDS.filter((seed) => {
    const [at2, at8, at32] = headlines([...simulate({seed})]);
    return at2!.agent > at2!.human && at8!.human > at8!.agent && at32!.human > at32!.agent;
  });
  expect(inOrder.length).toBeGreaterThanOrEqual(9);
});

it("has the published sizes of the leads in the bundled seed: about 4 times, narrowly, about twice", () => {
  const [at2, at8, at32] = headlines([...simulate({seed: 1})]);
  expect(at2!.agent / at2!.human).toBeGreaterThan(3);
  expect(at2!.agent / at2!.human).toBeLessThan(5.5);
  expect(at8!.human / at8!.agent).toBeLessThan(1.5);
  expect(at32!.human / at32!.agent).toBeGreaterThan(1.5);
  expect(at32!.human / at32!.agent).toBeLessThan(2.5);
});

import {expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import {arrivals, exponential, lognormal, normal, rounded} from "../../src/simulate/distributions.js";
import {mean} from "./headline.js";

const DRAWS = 40_000; // standard error of a mean of unit variance: 0.005

it("draws standard normals: mean 0, variance 1, fourth moment 3, and 2.5 % above 1.96", () => {
  const random = randomStream("normal");
  const values = Array.from({length: DRAWS}, () => normal(random));
  expect(mean(values)).toBeCloseTo(0, 1);
  expect(Math.abs(mean(values.map((z) => z ** 2)) - 1)).toBeLessThan(0.03);
  expect(Math.abs(mean(values.map((z) => z ** 4)) - 3)).toBeLessThan(0.25);
  expect(Math.abs(mean(values.map((z) => (z > 1.959964 ? 1 : 0))) - 0.025)).toBeLessThan(0.004);
});

it("draws exponentials with their mean, and lognormals with their median", () => {
  const random = randomStream("others");
  expect(Math.abs(mean(Array.from({length: DRAWS}, () => exponential(random, 2))) - 2)).toBeLessThan(0.05);
  expect(Math.abs(mean(Array.from({length: DRAWS}, () => (lognormal(random, 3, 0.5) < 3 ? 1 : 0))) - 0.5)).toBeLessThan(0.015);
});

it("draws a Poisson process: mean and variance of the count are rate times time, ascending, all before the end", () => {
  const random = randomStream("poisson");
  const runs = Array.from({length: 5_000}, () => arrivals(random, {perHour: 6, untilSeconds: 7200}));
  const counts = runs.map(({length}) => length);
  expect(Math.abs(mean(counts) - 12)).toBeLessThan(0.25);
  expect(Math.abs(mean(counts.map((count) => (count - 12) ** 2)) - 12)).toBeLessThan(1.2);
  for (const times of runs) {
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(Math.max(0, ...times)).toBeLessThan(7200);
  }
});

it("draws no arrivals at rate 0", () => {
  expect(arrivals(randomStream(0), {perHour: 0, untilSeconds: 1e9})).toEqual([]);
});

it("rounds without a negative zero", () => {
  expect(Object.is(rounded(-0.001, 2), 0)).toBe(true);
  expect(rounded(1.23456, 2)).toBe(1.23);
});

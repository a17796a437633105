import type {Random} from "../random.js";

/** True with probability `p`. */
export const chance = (random: Random, p: number): boolean => random.uniform() < p;

/** Uniform on [low, high). */
export const between = (random: Random, low: number, high: number): number => low + (high - low) * random.uniform();

/**
 * Standard normal, by Marsaglia's polar method: a logarithm and a square root, no sine, whose last bit differs between engines.
 *
 * @see Marsaglia and Bray 1964, https://doi.org/10.1137/1006063
 */
export function normal(random: Random): number {
  for (;;) {
    const x = between(random, -1, 1);
    const y = between(random, -1, 1);
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

/** exp(ln median + spread · z), z standard normal: half of the draws are below `median`. */
export const lognormal = (random: Random, median: number, spread: number): number => median * Math.exp(spread * normal(random));

/** Exponential with that mean. */
export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random.uniform());

/** 1 / (1 + e⁻ˣ). */
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Times of a Poisson process on [0, untilSeconds), ascending. */
export function arrivals(random: Random, {perHour, untilSeconds}: {perHour: number; untilSeconds: number}): number[] {
  const times: number[] = [];
  if (perHour === 0) return times;
  for (let time = exponential(random, 3600 / perHour); time < untilSeconds; time += exponential(random, 3600 / perHour)) times.push(time);
  return times;
}

/** `value` with at most that many decimals. What is stored is rounded, so that engines whose logarithms differ in the last bit agree. */
export const rounded = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals + 0; // no −0

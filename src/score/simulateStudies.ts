import {type Random, randomStream} from "../random.js";
import {normalQuantile} from "../stats/normalDistribution.js";
import type {PlanPopulation, SampleTables} from "./planPopulation.js";

export type SimulationOptions = {
  /** True difference, side 0 less side 1. */
  effect: number;
  alpha: number;
  /** Tables of an estimator: `tableKeeper`. */
  tablesOf: (k: number, n: number) => SampleTables;
  /** Studies to simulate. */
  studies: number;
  /** Names the random streams, the seed first. */
  key: readonly (string | number)[];
};

export type SimulatedStudies = {
  /** Share of the studies that call the difference significant. */
  power: number;
  /** Share that would do so if there were none. */
  falseAlarms: number;
  /** Share without any spread in either side's attempts: no standard error, not counted as significant. */
  withoutSpread: number;
  studies: number;
};

/**
 * Plays the planned study many times: draws each side's attempts in each environment from its population, estimates the
 * difference of mean score@k and its standard error from those attempts alone, and tests it.
 *
 * The standard error is that of an analysis: √(Σ n / (n − 1) · var / E²) over the cells, with var the exact bootstrap variance of
 * the drawn attempts (`scoreAtKVariance`); at k = 1 that is √(Σ s² / n / E²).
 *
 * @param populations Each environment once for each side.
 * @param attempts Attempts of the study, by population.
 */
export function simulateStudies(
  populations: readonly PlanPopulation[],
  attempts: readonly number[],
  {effect, alpha, tablesOf, studies, key}: SimulationOptions,
): SimulatedStudies {
  const errors = new Float64Array(studies); // of the difference
  const variances = new Float64Array(studies);
  const environments = populations.length / 2;
  populations.forEach((population, i) => {
    const {side, environment, k} = population.cell;
    const n = attempts[i]!;
    const draw = sampler(population, n, tablesOf(k, n), randomStream(...key, side, environment));
    const sign = side === 0 ? 1 : -1;
    for (let study = 0; study < studies; ++study) {
      draw((error, variance) => {
        errors[study]! += (sign * error) / environments;
        variances[study]! += (variance * n) / (n - 1) / environments ** 2;
      });
    }
  });
  return counted(errors, variances, effect, normalQuantile(1 - alpha / 2));
}

/** Draws n attempts; gives score@k of them less that of the population, and its variance as seen from them. */
function sampler({gaps, places, cell: {k}}: PlanPopulation, n: number, {missed, width, left, right}: SampleTables, random: Random) {
  const counts = new Int32Array(gaps.length + 1);
  const below = new Float64Array(width);
  const expected = expectedMisses(places, gaps.length, k);
  return (give: (error: number, variance: number) => void): void => {
    counts.fill(0);
    for (let i = 0; i < n; ++i) ++counts[places[random.below(places.length)]!]!;
    below.fill(0);
    let [drawn, error, variance] = [0, 0, 0];
    for (let r = 0; r < gaps.length; ++r) {
      drawn += counts[r]!;
      const gap = gaps[r]!;
      error += gap * (expected[r]! - missed[drawn]!);
      for (let a = 0, at = drawn * width; a < width; ++a, ++at) {
        const own = gap * left[at]!;
        variance += gap * right[at]! * (own + 2 * below[a]!);
        below[a]! += own;
      }
    }
    give(error, Math.max(0, variance));
  };
}

/** p_rᵏ for every gap. */
function expectedMisses(places: Int32Array, gapCount: number, k: number): Float64Array {
  const counts = new Int32Array(gapCount + 1);
  for (const place of places) ++counts[place]!;
  let below = 0;
  return Float64Array.from({length: gapCount}, (_, r) => {
    below += counts[r]!;
    return (below / places.length) ** k;
  });
}

function counted(errors: Float64Array, variances: Float64Array, effect: number, critical: number): SimulatedStudies {
  let [found, falseAlarms, withoutSpread] = [0, 0, 0];
  for (let study = 0; study < errors.length; ++study) {
    const limit = critical * Math.sqrt(variances[study]!);
    if (limit === 0) ++withoutSpread;
    else {
      if (Math.abs(effect + errors[study]!) > limit) ++found;
      if (Math.abs(errors[study]!) > limit) ++falseAlarms;
    }
  }
  const studies = errors.length;
  return {power: found / studies, falseAlarms: falseAlarms / studies, withoutSpread: withoutSpread / studies, studies};
}

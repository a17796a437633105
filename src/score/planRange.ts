import {type Random, randomStream} from "../random.js";
import {quantile} from "../stats/quantile.js";
import {leastAttempts, missedChances, type PlanCell} from "./planPopulation.js";
import type {PlanOptions} from "./samplePlan.js";
import {covarianceFactors, type Factors} from "./scoreAtKVariance.js";
import {ratioForPower} from "./studyPower.js";

export type RangeOptions = PlanOptions & {
  /** Whether `effect` was chosen rather than estimated from the attempts at hand, so that it is the same in every replicate. */
  isEffectGiven: boolean;
  replicates: number;
  level: number;
};

/** Attempts; an end is null where it is beyond 100,000. `beyond`: share of the replicates that are. */
export type PlanRange = {low: number | null; high: number | null; beyond: number};

/** A range does not look further. */
export const MOST_RANGE_ATTEMPTS = 100_000;

/**
 * How well the attempts at hand determine the number of attempts, the same in every cell, that the study needs: the attempts are
 * resampled within each cell, each replicate gives its own difference (unless it is given) and its own spread and so its own number by
 * normal approximation, and these have quantiles (1 ± level) / 2.
 *
 * Numbers are looked for on a grid with steps of 1 %. Resamples of few attempts vary less than new ones would, the more so the larger k
 * is, so that the range lies too low rather than too high.
 */
export function planRange(cells: readonly PlanCell[], options: RangeOptions): PlanRange {
  const needed = ratioForPower(options.power, options.alpha);
  const grid = gridFrom(Math.max(...cells.map(leastAttempts)));
  const table = factorTables(options.estimator);
  const resamplers = cells.map((cell) => resampler(cell, options, randomStream(...options.key, "range", cell.side, cell.environment)));
  const environments = cells.length / 2;
  const numbers = new Float64Array(options.replicates);
  for (let replicate = 0; replicate < options.replicates; ++replicate) {
    const samples = resamplers.map((resample) => resample());
    const differences = samples.map(({score}, i) => (cells[i]!.side === 0 ? score : -score) / environments);
    const effect = options.isEffectGiven ? options.effect : differences.reduce((sum, each) => sum + each, 0);
    const most = ((effect * environments) / needed) ** 2; // Σ var at which the power is reached
    const varianceAt = (n: number) => samples.reduce((sum, sample, i) => sum + varianceOf(sample, table(cells[i]!, n)), 0);
    numbers[replicate] = firstOn(grid, (n) => varianceAt(n) <= most);
  }
  return rangeOf(numbers.sort(), options.level);
}

function rangeOf(ascending: Float64Array, level: number): PlanRange {
  const beyond = ascending.filter((n) => n === Number.POSITIVE_INFINITY).length / ascending.length;
  const at = (p: number) => {
    const next = ascending[Math.min(ascending.length - 1, Math.ceil(p * (ascending.length - 1)))]!;
    return next === Number.POSITIVE_INFINITY ? null : Math.round(quantile(ascending, p));
  };
  return {low: at((1 - level) / 2), high: at((1 + level) / 2), beyond};
}

function gridFrom(least: number): number[] {
  const grid = [least];
  while (grid.at(-1)! < MOST_RANGE_ATTEMPTS) grid.push(grid.at(-1)! + Math.max(1, Math.floor(grid.at(-1)! * 0.01)));
  return grid;
}

/** The first number that is enough, by halving; infinite where none is. */
function firstOn(grid: readonly number[], isEnough: (n: number) => boolean): number {
  let [low, high] = [-1, grid.length];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(grid[middle]!)) high = middle;
    else low = middle;
  }
  return grid[high] ?? Number.POSITIVE_INFINITY;
}

/** A resample of N: how far its sorted values lie apart, after the first, second, …; and its score@k. */
type Sample = {gaps: Float64Array; widening: number; score: number};

function resampler({scores, k}: PlanCell, {estimator}: PlanOptions, random: Random): () => Sample {
  const ascending = Float64Array.from(scores).sort();
  const size = ascending.length;
  const missed = missedChances(Math.min(k, size), size, estimator);
  const counts = new Int32Array(size);
  const gaps = new Float64Array(size - 1);
  return () => {
    counts.fill(0);
    for (let i = 0; i < size; ++i) ++counts[random.below(size)]!;
    gaps.fill(0);
    let drawn = 0;
    let last = 0;
    let score = 0;
    for (let i = 0; i < size; ++i) {
      if (counts[i] === 0) continue;
      if (drawn > 0) gaps[drawn - 1] = ascending[i]! - last;
      if (drawn > 0) score -= gaps[drawn - 1]! * missed[drawn]!;
      last = ascending[i]!;
      drawn += counts[i]!;
    }
    return {gaps, widening: size / (size - 1), score: last + score};
  };
}

/** Factors at 1/N, 2/N, …, for n attempts drawn from N; kept, because replicates ask for the same ones again. */
function factorTables(estimator: PlanOptions["estimator"]): (cell: PlanCell, n: number) => readonly Factors[] {
  const known = new Map<string, readonly Factors[]>();
  return ({scores: {length: size}, k}, n) => {
    const name = `${k} ${n} ${size}`;
    const before = known.get(name);
    if (before !== undefined) return before;
    const factorsOf = covarianceFactors({k, draws: n, estimator});
    const table = Array.from({length: size - 1}, (_, i) => factorsOf((i + 1) / size));
    known.set(name, table);
    return table;
  };
}

function varianceOf({gaps, widening}: Sample, table: readonly Factors[]): number {
  const width = table[0]!.left.length;
  const below = new Float64Array(width);
  let variance = 0;
  for (let i = 0; i < gaps.length; ++i) {
    const gap = gaps[i]!;
    if (gap === 0) continue;
    const {left, right} = table[i]!;
    for (let a = 0; a < width; ++a) {
      const own = gap * left[a]!;
      variance += gap * right[a]! * (own + 2 * below[a]!);
      below[a]! += own;
    }
  }
  return variance * widening;
}

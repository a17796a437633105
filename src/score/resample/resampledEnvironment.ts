import type {Estimator} from "../scoreAtK.js";
import {gainTables, passWidths} from "./gains.js";
import {type RankedScores, rankedScores} from "./rankedScores.js";

/** Variances below this share of the squared range of the scores are rounding. */
const ROUNDING = 1e-24;

/**
 * Score@k of resamples of one environment. A resample is how often each distinct score was drawn; attempts need not be
 * sorted again, and one pass serves all k.
 */
export class ResampledEnvironment {
  readonly scores: RankedScores;
  /** The resample at hand: draws of each distinct score. */
  readonly counts: Int32Array;
  /** Score@k of the resample for each k, after {@link evaluate}. */
  readonly values: Float64Array;
  /** Jackknife variance of score@k for each k, after {@link jackknife}. */
  readonly variances: Float64Array;
  readonly #above: Int32Array;
  readonly #widths: readonly (1 | 2 | 4)[];
  readonly #tables = new Map<number, Float64Array[]>();
  #size = -1;
  #tablesOfSize: Float64Array[] = [];
  #sizeWithout = -1;
  #tablesWithout: Float64Array[] = [];
  /** For each k, in which table it is, and where in its rows. */
  readonly #columns: readonly {pass: number; width: number; offset: number}[];
  readonly #without: Float64Array;

  constructor(
    scores: ArrayLike<number>,
    readonly ks: readonly number[],
    private readonly estimator: Estimator,
  ) {
    this.scores = rankedScores(scores);
    this.counts = this.scores.index.counters();
    this.values = new Float64Array(ks.length);
    this.#widths = passWidths(ks.length);
    this.#columns = this.#widths.flatMap((width, pass) => Array.from({length: width}, (_, offset) => ({pass, width, offset})));
    this.#without = new Float64Array(this.scores.distinct.length);
    this.variances = new Float64Array(ks.length);
    this.#above = new Int32Array(this.scores.gaps.length);
  }

  /** Empties `counts`. */
  clear(): void {
    const {counts} = this;
    for (let slot = 0; slot < counts.length; ++slot) counts[slot] = 0; // `fill` is slow for so few
  }

  /** Computes `values` from `counts`, which add up to `size`; NaN where score@k is not defined for so few attempts. */
  evaluate(size: number): void {
    this.evaluateInto(this.values, 0, size);
  }

  /** The same into `values` from `at` on. */
  evaluateInto(values: Float64Array, at: number, size: number): void {
    const {counts} = this;
    const above = this.#above;
    let drawn = 0;
    for (let slot = 0; slot < above.length; ++slot) {
      drawn += counts[slot]!;
      above[slot] = drawn;
    }
    if (size !== this.#size) {
      this.#tablesOfSize = this.tablesFor(size); // kept, because the same size comes again and again
      this.#size = size;
    }
    const lowest = this.scores.distinct[above.length]!;
    const widths = this.#widths;
    let column = at;
    for (let pass = 0; pass < widths.length; ++pass) {
      const width = widths[pass]!;
      const table = this.#tablesOfSize[pass]!;
      if (width === 4) sumFour(values, column, table, this.scores.gaps, above, lowest);
      else if (width === 2) sumTwo(values, column, table, this.scores.gaps, above, lowest);
      else sumOne(values, column, table, this.scores.gaps, above, lowest);
      column += width;
    }
  }

  /**
   * Computes `variances` from `counts`: of the score@k that leave one attempt out, (m − 1)/m · Σ (θ₍ᵢ₎ − their mean)². NaN where
   * one attempt fewer is too few.
   */
  jackknife(size: number): void {
    const {counts} = this;
    const {distinct} = this.scores;
    const range = distinct[0]! - distinct[distinct.length - 1]!;
    for (let column = 0; column < this.ks.length; ++column) {
      const without = this.withoutOne(size, column);
      let mean = 0;
      for (let slot = 0; slot < distinct.length; ++slot) mean += counts[slot]! * without[slot]!;
      mean /= size;
      let squares = 0;
      for (let slot = 0; slot < distinct.length; ++slot) squares += counts[slot]! * (without[slot]! - mean) ** 2;
      const variance = ((size - 1) / size) * squares;
      this.variances[column] = variance <= ROUNDING * range * range ? 0 : variance;
    }
  }

  /** Score@k without one attempt of each distinct score (of those that were not drawn nothing that means anything), until the next call. */
  withoutOne(size: number, column: number): Float64Array {
    const {gaps, distinct} = this.scores;
    const {counts} = this;
    const without = this.#without;
    const steps = gaps.length;
    const {table, width, offset} = this.#columnOf(size - 1, column);
    let value = distinct[steps]! * table[(size - 1) * width + offset]!;
    for (let slot = 0, row = offset - width; slot < steps; ++slot) {
      row += counts[slot]! * width;
      if (row >= 0) value += gaps[slot]! * table[row]!;
    }
    for (let slot = 0, row = offset; slot < steps; ++slot) {
      row += counts[slot]! * width;
      without[slot] = value;
      // from here on the attempt left out is a lower one, so all drawn so far stay
      if (row > offset && row < table.length) value += gaps[slot]! * (table[row]! - table[row - width]!);
    }
    without[steps] = value;
    return without;
  }

  #columnOf(size: number, column: number): {table: Float64Array; width: number; offset: number} {
    if (size !== this.#sizeWithout) {
      this.#tablesWithout = this.tablesFor(size);
      this.#sizeWithout = size;
    }
    const {pass, width, offset} = this.#columns[column]!;
    return {table: this.#tablesWithout[pass]!, width, offset};
  }

  /** Tables of gains for resamples of `size`. */
  tablesFor(size: number): Float64Array[] {
    const known = this.#tables.get(size);
    if (known !== undefined) return known;
    const tables = gainTables(size, this.ks, this.estimator);
    this.#tables.set(size, tables);
    return tables;
  }
}

// Score@k in the form lowest + Σ gap · G(attempts above): the sums of four, two and one k, which differ in nothing else.
// The last row of a table, where G is 1, is NaN where score@k is not defined.

function sumFour(values: Float64Array, at: number, table: Float64Array, gaps: Float64Array, above: Int32Array, lowest: number): void {
  const end = table.length;
  let first = lowest * table[end - 4]!;
  let second = lowest * table[end - 3]!;
  let third = lowest * table[end - 2]!;
  let fourth = lowest * table[end - 1]!;
  for (let slot = 0; slot < gaps.length; ++slot) {
    const gap = gaps[slot]!;
    const row = above[slot]! << 2;
    first += gap * table[row]!;
    second += gap * table[row + 1]!;
    third += gap * table[row + 2]!;
    fourth += gap * table[row + 3]!;
  }
  values[at] = first;
  values[at + 1] = second;
  values[at + 2] = third;
  values[at + 3] = fourth;
}

function sumTwo(values: Float64Array, at: number, table: Float64Array, gaps: Float64Array, above: Int32Array, lowest: number): void {
  const end = table.length;
  let first = lowest * table[end - 2]!;
  let second = lowest * table[end - 1]!;
  for (let slot = 0; slot < gaps.length; ++slot) {
    const gap = gaps[slot]!;
    const row = above[slot]! << 1;
    first += gap * table[row]!;
    second += gap * table[row + 1]!;
  }
  values[at] = first;
  values[at + 1] = second;
}

function sumOne(values: Float64Array, at: number, table: Float64Array, gaps: Float64Array, above: Int32Array, lowest: number): void {
  let sum = lowest * table[table.length - 1]!;
  for (let slot = 0; slot < gaps.length; ++slot) sum += gaps[slot]! * table[above[slot]!]!;
  values[at] = sum;
}

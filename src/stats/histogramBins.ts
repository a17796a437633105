import {RebenchError} from "../errors.js";
import {quantile} from "./quantile.js";

/** From `low` to below `high`. */
export type Bin = {
  low: number;
  high: number;
  /** Whether the bin takes everything below `high`, or everything from `low` on; its other edge is one width away. */
  openStart: boolean;
  openEnd: boolean;
};

const [FEWEST, MOST] = [8, 30];
/** Extreme are the largest and the smallest values, up to this share and one at least, where the others take less than a third of the range. */
const EXTREME_SHARE = 0.02;
/** Fewer values than that have no extreme ones. */
const FEWEST_VALUES = 4;
/** Where everything is the same there is nothing to choose a width by. */
const SAME_WIDTH = 0.1;

/**
 * Bins of one width for a histogram of some values, ascending and without gaps, with edges at multiples of the width.
 *
 *     width ≈ 2 · IQR / n^⅓, as 1, 2 or 5 × 10^m
 *
 * of the values that are not extreme, changed until 8 to 30 bins hold them. Where the extreme ones would need more than 30, they go to
 * a bin without an end. Where all values are the same (to 1e-9) there is one bin.
 *
 * @param values At least one finite number, any order. Not modified.
 * @throws RebenchError `undefined-statistic` for no values.
 * @see Freedman and Diaconis 1981, https://doi.org/10.1007/BF01025868.
 */
export function histogramBins(values: readonly number[]): Bin[] {
  if (values.length === 0)
    throw new RebenchError("undefined-statistic", {problem: "no values to make bins for", hint: "Give at least one."});
  const ascending = Float64Array.from(values).sort();
  const all: Range = [ascending[0]!, ascending.at(-1)!];
  const inner = withoutExtremes(ascending);
  const step = stepFor(inner);
  const range: Range = [inner[0]!, inner.at(-1)!];
  const fits = (some: Range) => binCount(step, some) <= MOST;
  const openEnd = !fits([range[0], all[1]]);
  const openStart = !fits([all[0], openEnd ? range[1] : all[1]]);
  const from = placeOf(step, openStart ? range[0] : all[0]) - (openStart ? 1 : 0);
  const to = placeOf(step, openEnd ? range[1] : all[1]) + (openEnd ? 1 : 0);
  return Array.from({length: to - from + 1}, (_, i) => ({
    low: edge(step, from + i),
    high: edge(step, from + i + 1),
    openStart: openStart && i === 0,
    openEnd: openEnd && from + i === to,
  }));
}

/** Which of the bins a value is in; it must be one of those that they were made for. */
export const binOf = (bins: readonly Bin[], value: number): number =>
  Math.max(
    0,
    bins.findLastIndex(({low}) => low <= value),
  );

type Range = readonly [min: number, max: number];

function withoutExtremes(ascending: Float64Array): Float64Array {
  const most = ascending.length < FEWEST_VALUES ? 0 : Math.max(1, Math.floor(EXTREME_SHARE * ascending.length));
  let [from, to] = [0, ascending.length - 1];
  const shrinks = (a: number, b: number) => {
    const left = ascending[b]! - ascending[a]!;
    return left > 0 && 3 * left < ascending[to]! - ascending[from]!;
  };
  for (let i = 1, last = to; i <= most; ++i) if (shrinks(from, last - i)) to = last - i;
  for (let i = 1; i <= most; ++i) if (shrinks(i, to)) from = i;
  return ascending.subarray(from, to + 1);
}

/** A width as mantissa × 10^power, so that edges are the numbers closest to their decimals: 0.3, not 3 × 0.1. */
type Step = {mantissa: 1 | 2 | 5; power: number};

const edge = ({mantissa, power}: Step, place: number): number =>
  power < 0 ? (place * mantissa) / 10 ** -power : place * mantissa * 10 ** power;

function placeOf(step: Step, x: number): number {
  const place = Math.floor(x / edge(step, 1));
  return edge(step, place + 1) <= x ? place + 1 : edge(step, place) > x ? place - 1 : place;
}

const binCount = (step: Step, [min, max]: Range): number => placeOf(step, max) - placeOf(step, min) + 1;

/** The step closest by ratio to the width of Freedman and Diaconis with which there are 8 to 30 bins. */
function stepFor(ascending: Float64Array): Step {
  const range: Range = [ascending[0]!, ascending.at(-1)!];
  const span = range[1] - range[0];
  if (span <= TINY * Math.max(1, Math.abs(range[0]), Math.abs(range[1]))) return ladder(closestRung(SAME_WIDTH));
  const width = (2 * (quantile(ascending, 0.75) - quantile(ascending, 0.25))) / Math.cbrt(ascending.length);
  let rung = closestRung(Math.max(width, span / 1000)); // 0 where half of the values are the same
  while (binCount(ladder(rung), range) > MOST) ++rung;
  while (binCount(ladder(rung), range) < FEWEST) --rung;
  return ladder(rung);
}

/** Differences below it, or below this share of larger values, are rounding. */
const TINY = 1e-9;

/** 1, 2, 5, 10, 20, 50 … and below, by number: 0 is 1. */
const ladder = (rung: number): Step => ({mantissa: ([1, 2, 5] as const)[((rung % 3) + 3) % 3]!, power: Math.floor(rung / 3)});

function closestRung(width: number): number {
  const below = 3 * Math.floor(Math.log10(width));
  const distance = (rung: number) => Math.abs(Math.log(edge(ladder(rung), 1) / width));
  return [0, 1, 2, 3].map((i) => below + i).reduce((best, rung) => (distance(rung) < distance(best) ? rung : best), below);
}

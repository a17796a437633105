import type {Part} from "./aggregate.js";
import type {Replicates} from "./bootstrap.js";
import {bcaInterval} from "./intervals/bca.js";
import {mOutOfNInterval} from "./intervals/mOutOfN.js";
import {normalInterval} from "./intervals/normal.js";
import {percentileInterval} from "./intervals/percentile.js";
import {studentizedInterval} from "./intervals/studentized.js";
import type {ResamplingScheme} from "./resample/job.js";
import type {Estimator} from "./scoreAtK.js";

/** How an interval is made of bootstrap replicates. `normal` needs none: its variance is exact. */
export type IntervalMethod = "percentile" | "bca" | "studentized" | "normal" | "m-out-of-n";

export type IntervalOptions = {
  method: IntervalMethod;
  scheme: ResamplingScheme;
  estimator: Estimator;
  level: number;
  /** Attempts drawn for m-out-of-n; null for the default. */
  resampleSize: number | null;
};

export type Interval = {
  low: number | null;
  high: number | null;
  bootstrapMean: number | null;
  /** True where all scores are equal and the interval is that point. */
  degenerate: boolean;
  /** Replicates that are not defined and left out: too few attempts for k, or no standard error. */
  undefinedReplicates: number;
  /** Why there is no interval. */
  reason: string | null;
};

/** Replicates that differ by no more than this share of them are the same number, summed in another order. */
const ROUNDING = 1e-12;

const METHODS = {
  percentile: percentileInterval,
  bca: bcaInterval,
  studentized: studentizedInterval,
  normal: normalInterval,
  "m-out-of-n": mOutOfNInterval,
};

/**
 * The interval of an aggregate score@k.
 *
 * Undefined, with the reason, where nothing that is resampled can vary (one attempt in an environment, one environment, one person), where
 * there are fewer than two replicates or most are not defined, where all agree although the scores differ, and where the
 * method itself has none. Where all scores of every environment are equal it is that point, marked `degenerate`.
 *
 * @param score The estimate on the scores themselves.
 * @param replicates From {@link bootstrap}, with standard errors for `studentized`.
 */
export function intervalOf(parts: readonly Part[], score: number, replicates: Replicates, options: IntervalOptions): Interval {
  const defined = withoutNaN(replicates.values);
  const undefinedReplicates = replicates.values.length - defined.length;
  const bootstrapMean = defined.length === 0 ? null : meanOf(defined);
  const none = (reason: string): Interval => {
    return {low: null, high: null, bootstrapMean, degenerate: false, undefinedReplicates, reason: `no interval: ${reason}`};
  };
  const fixed = whatCannotVary(parts, options.scheme);
  if (fixed !== null) return none(fixed);
  if (parts.every(({scores}) => scores.every((each) => each === scores[0])) && isFixedByScores(parts, options.scheme)) {
    return {low: score, high: score, bootstrapMean: score, degenerate: true, undefinedReplicates: 0, reason: null};
  }
  const shortage = options.method === "normal" ? null : tooFewReplicates(defined, replicates.values.length);
  if (shortage !== null) return none(shortage);
  const found = METHODS[options.method](parts, score, {...replicates, values: defined, all: replicates.values}, options);
  if ("reason" in found) return none(found.reason);
  const {low, high, left = 0} = found;
  return {low, high, bootstrapMean, degenerate: false, undefinedReplicates: undefinedReplicates + left, reason: null};
}

/** What a method gets: `values` without the undefined ones, `all` with them. */
export type Defined = Replicates & {all: Float64Array};
/** `left`: replicates that this method had to leave out besides. */
export type Ends = {low: number; high: number; left?: number} | {reason: string};

/** Attempts in an environment that an interval rests on; where several participants have some, whose they are. */
export type RestsOn = Pick<Part, "environment" | "scores" | "people"> & {agent?: string};

/** Why resampling cannot vary a statistic of these attempts, in words; null where it can. */
export function whatCannotVary(parts: readonly RestsOn[], scheme: ResamplingScheme): string | null {
  if (scheme === "environments") {
    const names = new Set(parts.map(({environment}) => environment));
    return names.size === 1 ? `one environment only (${[...names][0]}), so none can be drawn in its place` : null;
  }
  const sourcesOf = ({scores, people}: RestsOn) => {
    const named = scores.map((_, i) => (scheme === "people" ? (people?.[i] ?? null) : null));
    return named.filter((person) => person === null).length + new Set(named.filter((person) => person !== null)).size;
  };
  const single = parts.filter((part) => sourcesOf(part) === 1).map(({environment, agent}) => environment + (agent ? ` (${agent})` : ""));
  return single.length === 0 ? null : `one ${scheme === "people" ? "person" : "attempt"} only in ${[...new Set(single)].join(", ")}`;
}

/** Environments can differ in what their equal scores are, and then drawing others changes the mean. */
const isFixedByScores = (parts: readonly Part[], scheme: ResamplingScheme): boolean =>
  scheme !== "environments" || parts.every(({scores}) => scores[0] === parts[0]!.scores[0]);

function tooFewReplicates(defined: Float64Array, asked: number): string | null {
  if (asked === 0) return "no bootstrap replicates were asked for";
  if (defined.length < 2 || 2 * defined.length < asked) {
    return asked < 2
      ? "fewer than two bootstrap replicates give none"
      : `only ${defined.length} of ${asked} replicates have enough attempts for k`;
  }
  let least = defined[0]!;
  let most = least;
  for (let i = 1; i < defined.length; ++i) {
    const value = defined[i]!;
    if (value < least) least = value;
    else if (value > most) most = value;
  }
  const isConstant = most - least <= ROUNDING * Math.max(Math.abs(least), Math.abs(most));
  return isConstant ? "the replicates agree although the scores differ" : null;
}

/** The values themselves where all are defined, as they mostly are. */
function withoutNaN(values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; ++i) if (Number.isNaN(values[i]!)) return values.filter((value) => !Number.isNaN(value));
  return values;
}

/** Mean around the first value, so that equal values give exactly that value. */
function meanOf(values: Float64Array): number {
  const first = values[0]!;
  let sum = 0;
  for (let i = 0; i < values.length; ++i) sum += values[i]! - first;
  return first + sum / values.length;
}

import {RebenchError} from "../errors.js";
import type {Estimator} from "./scoreAtK.js";
import {covarianceFactors, type Factors, gapsOf, scoreAtKMean, varianceOfGaps} from "./scoreAtKVariance.js";

/** The attempts at hand of one side in one environment, and what one more would cost there. */
export type PlanCell = {
  side: 0 | 1;
  environment: string;
  /** Attempts that score@k is the best of in this environment. */
  k: number;
  /** At least two. */
  scores: readonly number[];
  /** In one unit for all cells, > 0. */
  costPerAttempt: number;
};

/** What new attempts are taken to be drawn from. Where it lies does not matter: the difference between the sides is given. */
export type PlanPopulation = {
  cell: PlanCell;
  /** Distances between neighbouring distinct scores. */
  gaps: readonly number[];
  /** The distinct score that each attempt has, as its place among them. */
  places: Int32Array;
  /** Variance of score@k of n new attempts; falls with n, as a / n for many. */
  varianceAt(n: number): number;
  /** Mean of score@k of n new attempts less score@k of infinitely many: 0 without replacement. */
  biasAt(n: number): number;
};

/**
 * The attempts at hand as a population, with their spread around the mean widened by √(N / (N − 1)), so that its variance is the
 * unbiased s² of the sample rather than (N − 1) / N of it.
 *
 * @throws RebenchError `undefined-statistic` for a single attempt: it says nothing about the spread.
 */
export function planPopulation(cell: PlanCell, estimator: Estimator): PlanPopulation {
  const {scores, k} = cell;
  const size = scores.length;
  if (size < 2) {
    throw new RebenchError("undefined-statistic", {
      problem: `one attempt only in ${cell.environment}, which says nothing about the spread of others`,
      hint: "Leave the environment out with --environments, or add attempts.",
    });
  }
  const widening = Math.sqrt(size / (size - 1));
  const found = gapsOf(scores);
  const gaps = found.gaps.map((gap) => gap * widening);
  const limit = scoreAtKMean(scores, {k, draws: k, estimator: "without-replacement"});
  return {
    cell,
    gaps,
    places: placesOf(scores),
    varianceAt: remembered((n) => {
      const factorsOf = covarianceFactors({k, draws: n, estimator});
      return varianceOfGaps(
        gaps,
        found.shares.map((share) => factorsOf(share)),
      );
    }),
    biasAt: remembered((n) =>
      estimator === "without-replacement" ? 0 : widening * (scoreAtKMean(scores, {k, draws: n, estimator}) - limit),
    ),
  };
}

/** Fewer attempts than this have no score@k, or no standard error. */
export const leastAttempts = ({k}: Pick<PlanCell, "k">): number => Math.max(k, 2);

function placesOf(scores: readonly number[]): Int32Array {
  const distinct = [...new Set(scores)].sort((a, b) => a - b);
  const place = new Map(distinct.map((score, i) => [score, i]));
  return Int32Array.from(scores, (score) => place.get(score)!);
}

export function remembered<T>(work: (n: number) => T): (n: number) => T {
  const known = new Map<number, T>();
  return (n) => {
    const before = known.get(n);
    if (before !== undefined) return before;
    const value = work(n);
    known.set(n, value);
    return value;
  };
}

/**
 * What score@k and its variance need to know of a sample of n attempts in which L lie at or below a gap: the chance S(L) that all k
 * lie there too, and the factors of the covariances at the share L / n. Looked up by L, 0 … n.
 */
export type SampleTables = {missed: Float64Array; width: number; left: Float64Array; right: Float64Array};

/** Tables that are made once for each k and n. */
export function tableKeeper(estimator: Estimator): (k: number, n: number) => SampleTables {
  const known = new Map<string, SampleTables>();
  return (k, n) => {
    const tables = known.get(`${k} ${n}`) ?? sampleTables(k, n, estimator);
    known.set(`${k} ${n}`, tables);
    return tables;
  };
}

export function sampleTables(k: number, n: number, estimator: Estimator): SampleTables {
  const factorsOf = covarianceFactors({k, draws: n, estimator});
  const rows: Factors[] = Array.from({length: n}, (_, i) => factorsOf((i + 1) / n));
  const width = rows[0]!.left.length;
  const flat = (side: keyof Factors) => {
    const values = new Float64Array((n + 1) * width); // nothing at or below: 0
    rows.forEach((row, i) => {
      values.set(row[side], (i + 1) * width);
    });
    return values;
  };
  return {missed: missedChances(k, n, estimator), width, left: flat("left"), right: flat("right")};
}

/** S(L) = C(L, k) / C(n, k) or (L / n)ᵏ for L = 0 … n. */
export function missedChances(k: number, n: number, estimator: Estimator): Float64Array {
  if (estimator === "with-replacement") return Float64Array.from({length: n + 1}, (_, below) => (below / n) ** k);
  const missed = new Float64Array(n + 1);
  missed[n] = 1;
  for (let below = n; below > k; --below) missed[below - 1] = missed[below]! * ((below - k) / below);
  return missed;
}

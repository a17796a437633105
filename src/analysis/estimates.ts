import {aggregateScore, type Part, partsAtK} from "../score/aggregate.js";
import {type Replicates, startBootstrap} from "../score/bootstrap.js";
import {defaultResampleSize} from "../score/intervals/mOutOfN.js";
import type {Cell} from "./cell.js";
import type {Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";

/** Score@k of a series at one time limit with its bootstrap replicates; or the reason why it is not available. */
export type Estimate =
  | {
      parts: readonly Part[];
      score: number;
      /** The values of `draws`; NaN where a resample has too few attempts for k. */
      replicates: Float64Array;
      draws: Replicates;
    }
  | {reason: string};

const TOO_LARGE = "the scores are too large for their mean to be a number";

/**
 * One estimate for each k, all from the same resamples; none depends on which other k were asked for.
 *
 * @param leftOut Whether the attempts left out of each resample are scored too.
 */
export const estimates = (series: Series, cell: Cell, ks: readonly number[], options: AnalysisOptions, leftOut = false): Estimate[] =>
  startEstimates(series, cell, ks, options, leftOut)();

/** Starts on estimates in other threads, where they pay; what is returned finishes them. */
export function startEstimates(
  series: Series,
  cell: Cell,
  ks: readonly number[],
  options: AnalysisOptions,
  leftOut = false,
): () => Estimate[] {
  const found = ks.map((k) => pointEstimate(series, cell, k, options));
  const available = found.flatMap((each) => ("parts" in each ? [each.parts] : []));
  const finish = resamples(available, series.streamName, cell, options, leftOut);
  return () => {
    const draws = finish();
    return found.map((each) => {
      if ("reason" in each) return each;
      const own = draws[available.indexOf(each.parts)]!;
      return {...each, replicates: own.values, draws: own};
    });
  };
}

/** The replicates of several k, as the options have them drawn. */
function resamples(requests: readonly Part[][], agent: string, cell: Cell, options: AnalysisOptions, leftOut: boolean): () => Replicates[] {
  const {bootstrap: replicates, seed, estimator, resample: scheme, intervalMethod, resampleSize, threads} = options;
  return startBootstrap(requests, {
    replicates,
    seed,
    estimator,
    agent,
    timeLimitSeconds: cell.slicedFromSeconds ?? cell.timeLimitSeconds,
    scheme,
    threads,
    leftOut,
    standardErrors: intervalMethod === "studentized",
    ...(intervalMethod === "m-out-of-n" && {resampleSize: (n: number) => Math.min(n, resampleSize ?? defaultResampleSize(n))}),
  });
}

/** The estimate alone. */
export function pointEstimate(
  series: Series,
  cell: Cell,
  k: number,
  options: AnalysisOptions,
): {parts: Part[]; score: number} | {reason: string} {
  const found = partsOrReason(series, cell, k, options);
  if ("reason" in found) return found;
  const score = aggregateScore(found.parts, options.estimator);
  return Number.isFinite(score) ? {parts: found.parts, score} : {reason: TOO_LARGE};
}

function partsOrReason(series: Series, cell: Cell, k: number, {tooFew, requireAll}: AnalysisOptions): {parts: Part[]} | {reason: string} {
  if (cell.reason !== null) return {reason: cell.reason};
  if (cell.slicedFromSeconds !== null && k > 1) return {reason: "attempts seen before their limit enter only at k = 1"};
  const found = partsAtK(cell.environments, k, tooFew);
  if (!requireAll || "reason" in found) return found;
  const missing = series.expected.filter((name) => !found.parts.some(({environment}) => environment === name));
  return missing.length === 0 ? found : {reason: `--require-all: no attempts in ${missing.join(", ")}`};
}

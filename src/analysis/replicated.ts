import type {Part} from "../score/aggregate.js";
import {type IntervalEstimate, intervalEstimate, notEstimated, withoutInterval} from "./intervalEstimate.js";
import type {AnalysisOptions} from "./settings.js";

/** A number of a participant with its bootstrap replicates, and the attempts behind it. */
export type Replicated = {
  agent: string;
  score: number;
  replicates: Float64Array;
  behind: readonly Part[];
  /** What rounding is measured by. */
  size: number;
};

/** a − b, replicate by replicate. */
export const minus = (a: Replicated, b: Replicated): Replicated => ({
  agent: a.agent,
  score: a.score - b.score,
  replicates: a.replicates.map((value, i) => value - b.replicates[i]!),
  behind: [...a.behind, ...b.behind],
  size: Math.max(a.size, b.size),
});

export const namedBehind = (...all: readonly Replicated[]) => all.flatMap(({agent, behind}) => behind.map((part) => ({...part, agent})));

type Drawn = Pick<AnalysisOptions, "interval" | "resample">;

export const scoreEstimate = (one: Replicated, {interval, resample}: Drawn): IntervalEstimate =>
  intervalEstimate(one.score, one.replicates, {behind: namedBehind(one), scheme: resample, level: interval, size: one.size});

export function differenceEstimate(a: Replicated, b: Replicated, {interval, resample}: Drawn): IntervalEstimate {
  const {score, replicates, size} = minus(a, b);
  return intervalEstimate(score, replicates, {behind: namedBehind(a, b), scheme: resample, level: interval, size});
}

/** a / b, only where b is above 0: a ratio to nothing, or to less, says nothing. */
export function ratioEstimate(a: Replicated, b: Replicated, {interval, resample}: Drawn): IntervalEstimate {
  if (!(b.score > 0)) return notEstimated(`no ratio: the score of ${b.agent} is ${b.score === 0 ? "0" : "below 0"}`);
  const notPositive = b.replicates.reduce((count, value) => count + (value <= 0 ? 1 : 0), 0);
  if (notPositive > 0) {
    const share = `${notPositive.toLocaleString("en")} of ${b.replicates.length.toLocaleString("en")} replicates`;
    return withoutInterval(a.score / b.score, `no interval: the score of ${b.agent}, which is divided by, is 0 or below in ${share}`);
  }
  const replicates = a.replicates.map((value, i) => value / b.replicates[i]!);
  const size = Math.abs(a.score / b.score);
  return intervalEstimate(a.score / b.score, replicates, {behind: namedBehind(a, b), scheme: resample, level: interval, size});
}

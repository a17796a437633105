import {RebenchError} from "../errors.js";
import {quantiles} from "../stats/quantile.js";

/** An allocation that competes for a budget: its estimate, and by replicate the resampled score and that of the attempts left out. */
export type Candidate = {score: number; values: Float64Array; leftOut: Float64Array};

export type Corrected = {
  score: number;
  /** Null, with the reason, where the replicates give no interval. */
  low: number | null;
  high: number | null;
  /** `one-candidate`: the plain score; `left-out`: on attempts left out; `fall-back`: best − mean(θ*_pick − θ̂_pick). */
  correction: "one-candidate" | "left-out" | "fall-back";
  /** Share of replicates in which the attempts left out were enough for the pick's k; null with one candidate. */
  leftOutShare: number | null;
  /** The same where the candidate with the best score was scored, picked or not; small where the correction is about others. */
  bestLeftOutShare: number | null;
  reason: string | null;
};

/** Values that differ by no more than this share of them tie. */
const ROUNDING = 1e-12;

/**
 * The true score of the allocation that the selection picks, estimated without the optimism of picking and scoring on the
 * same attempts.
 *
 * In each replicate b the candidate with the best resampled score is picked, and scored on the attempts that b left out (score@k
 * without replacement, whatever the estimator: it is unbiased for any number of attempts ≥ k, and these are few):
 *
 *     corrected = mean over b of θ_left-out(pick_b),      where that is defined in at least half of the replicates; else
 *     corrected = best − mean over b of (θ*_pick_b − θ̂_pick_b),     θ̂ the estimate on all attempts
 *
 * At k near n resamples lack the best attempts, θ* falls below θ̂, and the fall-back can lie above the best; `bootstrapBias` says so.
 *
 * The interval re-chooses in every replicate: quantiles (1 ± level) / 2 of θ*_pick_b, moved so that their mean is the corrected
 * score. With one candidate nothing is picked, and both are those of the plain score.
 *
 * @param candidates At least one, replicates of all drawn together. Ties go to the first, as in `chooseAllocation`'s order.
 * @throws RebenchError `undefined-statistic` without replicates.
 * @see Efron and Tibshirani 1997, https://doi.org/10.1080/01621459.1997.10474007 (left-out bootstrap of a prediction rule).
 */
export function selectionCorrected(candidates: readonly Candidate[], level: number): Corrected {
  const [first, ...others] = candidates;
  const replicates = first?.values.length ?? 0;
  if (first === undefined || replicates === 0) {
    throw new RebenchError("undefined-statistic", {
      problem: "the correction for selection needs bootstrap replicates",
      hint: "Ask for some with --bootstrap.",
    });
  }
  const picks = Array.from({length: replicates}, (_, b) => pickOf(candidates, b));
  const picked = Float64Array.from(picks, (pick, b) => candidates[pick]!.values[b]!);
  if (others.length === 0)
    return {score: first.score, ...interval(picked, 0, level), correction: "one-candidate", leftOutShare: null, bestLeftOutShare: null};
  const left = picks.map((pick, b) => candidates[pick]!.leftOut[b]!).filter((value) => !Number.isNaN(value));
  const leftOutShare = left.length / replicates;
  const best = candidates.reduce((most, each) => (each.score > most.score ? each : most));
  const bestLeftOutShare = best.leftOut.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) / replicates;
  const isLeftOut = 2 * left.length >= replicates;
  const optimism = mean(picks.map((pick, b) => picked[b]! - candidates[pick]!.score));
  const score = isLeftOut ? mean(left) : Math.max(...candidates.map((candidate) => candidate.score)) - optimism;
  return {
    score,
    ...interval(picked, score - mean(picked), level),
    correction: isLeftOut ? "left-out" : "fall-back",
    leftOutShare,
    bestLeftOutShare,
  };
}

/** The best of a replicate; of equal ones the first. */
function pickOf(candidates: readonly Candidate[], b: number): number {
  let best = 0;
  for (let c = 1; c < candidates.length; ++c) {
    const [value, least] = [candidates[c]!.values[b]!, candidates[best]!.values[b]!];
    if (value - least > ROUNDING * Math.abs(least)) best = c;
  }
  return best;
}

function interval(picked: Float64Array, shift: number, level: number): {low: number | null; high: number | null; reason: string | null} {
  const [low, high] = quantiles(picked, [(1 - level) / 2, (1 + level) / 2]);
  if (picked.length < 2 || high! - low! <= ROUNDING * Math.max(Math.abs(low!), Math.abs(high!))) {
    return {low: null, high: null, reason: "no interval: the replicates do not vary"};
  }
  return {low: low! + shift, high: high! + shift, reason: null};
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

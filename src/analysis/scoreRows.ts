import type {Part} from "../score/aggregate.js";
import {isCalibrated} from "../score/calibration.js";
import {type IntervalOptions, intervalOf} from "../score/interval.js";
import {bootstrapBias, topAttemptShare} from "../score/reliability.js";
import type {Cell} from "./cell.js";
import {type Estimate, estimates, pointEstimate} from "./estimates.js";
import type {Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";

/** Score@k of a series at one time limit. */
export type ScoreRow = {
  agent: string;
  kind: "agent" | "human";
  /** Null for an aggregate over environments. */
  environment: string | null;
  group: string | null;
  timeLimitSeconds: number;
  k: number;
  /** Whether longer attempts are seen at this time, and the limit of those. */
  sliced: boolean;
  slicedFromSeconds: number | null;
  /** The environments averaged; where there is no score, those with attempts. */
  environments: string[];
  environmentCount: number;
  environmentTotal: number;
  attempts: number;
  score: number | null;
  low: number | null;
  high: number | null;
  bootstrapMean: number | null;
  /** True where all scores are equal and the interval is that point. */
  degenerate: boolean;
  /** Bootstrap replicates left out of the interval: a resample had too few attempts for k, or no standard error. */
  undefinedReplicates: number;
  /** Draws of people that left an environment empty and were drawn again. */
  redrawn: number;
  /** Whether intervals of this kind, n and k hold the truth about as often as they say; null without an interval. */
  calibrated: boolean | null;
  /** Mean of infinitely many replicates − score: how far k near n pulls the replicates down. Attempts scheme only. */
  bootstrapBias: number | null;
  /** Share of the score that the attempt with most weight carries; null for a score of 0, or with negative ones. */
  topAttemptShare: number | null;
  /** Why score or interval is null. */
  reason: string | null;
};

/** One row for each k, all from the same resamples; no row depends on which other k were asked for. */
export function scoreRows(series: Series, cell: Cell, ks: readonly number[], options: AnalysisOptions): ScoreRow[] {
  return estimates(series, cell, ks, options).map((estimate, i) => scoreRow(series, cell, ks[i]!, estimate, options));
}

/** The row of an estimate, with its interval. */
export function scoreRow(series: Series, cell: Cell, k: number, estimate: Estimate, options: AnalysisOptions): ScoreRow {
  const row = emptyRow(series, cell, k);
  if ("reason" in estimate) return {...row, reason: estimate.reason};
  const {parts, score, draws} = estimate;
  const interval = intervalOf(parts, score, draws, intervalOptions(options));
  return {...row, ...coverage(parts), score, ...interval, redrawn: draws.redrawn, ...reliability(parts, score, options, interval.low)};
}

/** What a reader should know before leaning on an interval. */
function reliability(parts: readonly Part[], score: number, {intervalMethod, resample, estimator}: AnalysisOptions, low: number | null) {
  return {
    calibrated: low === null ? null : isCalibrated(parts, {method: intervalMethod, scheme: resample, estimator}),
    bootstrapBias: resample === "attempts" && intervalMethod !== "m-out-of-n" ? bootstrapBias(parts, estimator) : null,
    topAttemptShare: topAttemptShare(parts, score, estimator),
  };
}

const intervalOptions = ({intervalMethod, resample, estimator, interval, resampleSize}: AnalysisOptions): IntervalOptions => {
  return {method: intervalMethod, scheme: resample, estimator, level: interval, resampleSize};
};

/** The estimate alone, and over which environments; null, with the reason, where score@k is not available. */
export function scoreOnly(series: Series, cell: Cell, k: number, options: AnalysisOptions) {
  const found = pointEstimate(series, cell, k, options);
  if ("reason" in found) return {score: null, environments: [], environmentCount: 0, reason: found.reason};
  const {environments, environmentCount} = coverage(found.parts);
  return {score: found.score, environments, environmentCount, reason: null};
}

function emptyRow({agent, kind, environment, group, expected}: Series, cell: Cell, k: number): ScoreRow {
  const {timeLimitSeconds, slicedFromSeconds} = cell;
  return {
    agent,
    kind,
    environment,
    group,
    timeLimitSeconds,
    k,
    sliced: slicedFromSeconds !== null,
    slicedFromSeconds,
    ...coverage(cell.environments),
    environmentTotal: expected.length,
    score: null,
    low: null,
    high: null,
    bootstrapMean: null,
    degenerate: false,
    undefinedReplicates: 0,
    redrawn: 0,
    calibrated: null,
    bootstrapBias: null,
    topAttemptShare: null,
    reason: null,
  };
}

function coverage(parts: readonly {environment: string; scores: readonly number[]}[]) {
  return {
    environments: parts.map(({environment}) => environment),
    environmentCount: parts.length,
    attempts: parts.reduce((sum, {scores}) => sum + scores.length, 0),
  };
}

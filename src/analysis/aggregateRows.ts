import type {EnvironmentScores, Part} from "../score/aggregate.js";
import {type AggregateReplicates, aggregateReplicates} from "../score/aggregateReplicates.js";
import {humanPercentile, sharedWithPeople} from "../score/humanPercentile.js";
import {interquartileMean} from "../score/interquartileMean.js";
import {optimalityGap} from "../score/optimalityGap.js";
import {performanceProfile} from "../score/performanceProfile.js";
import type {Cell} from "./cell.js";
import {pointEstimate} from "./estimates.js";
import {type IntervalEstimate, intervalEstimate, notEstimated} from "./intervalEstimate.js";
import {type ScoreRow, scoreRows} from "./scoreRows.js";
import type {Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";

export type AggregatesOptions = AnalysisOptions & {
  /** Null: powers of two up to the smallest n among the environments with visible scores. */
  ks: readonly number[] | null;
  /** Null: every limit at which there are attempts. */
  timeLimits: readonly number[] | null;
  /** The score that is good enough for the optimality gap. */
  gamma: number;
  /** Scores that the profile is wanted above, ascending; null for no profile. */
  thresholds: readonly number[] | null;
};

/** Score@k (`score`, as `score-at-k` has it) with other summaries of the same attempts, each with its interval. */
export type AggregateRow = ScoreRow & {
  interquartileMean: number | null;
  interquartileMeanLow: number | null;
  interquartileMeanHigh: number | null;
  /** Why it or its interval is null. */
  interquartileMeanReason: string | null;
  /** How far scores fall short of γ on average; lower is better. */
  optimalityGap: number | null;
  optimalityGapLow: number | null;
  optimalityGapHigh: number | null;
  optimalityGapReason: string | null;
  /** In [0, 100]. */
  humanPercentile: number | null;
  humanPercentileLow: number | null;
  humanPercentileHigh: number | null;
  humanPercentileReason: string | null;
  /** The environments of the percentile: those with people. */
  humanPercentileEnvironments: string[];
};

/** The share of attempts that score above a threshold. */
export type ProfileRow = Pick<
  ScoreRow,
  "agent" | "kind" | "environment" | "group" | "timeLimitSeconds" | "sliced" | "slicedFromSeconds" | "environments"
> &
  Pick<ScoreRow, "environmentCount" | "environmentTotal" | "attempts" | "low" | "high" | "reason"> & {
    threshold: number;
    /** In [0, 1]. */
    share: number | null;
  };

type Asked = {ks: readonly number[]; people: readonly EnvironmentScores[]; options: AggregatesOptions};

/** The rows of one participant and time limit, for each k and each threshold of the profile, all from the same resamples. */
export function viewAggregates(series: Series, cell: Cell, {ks, people, options}: Asked): {rows: AggregateRow[]; profile: ProfileRow[]} {
  const others = series.kind === "human" ? [] : people;
  const found = ks.map((k) => ({k, estimate: pointEstimate(series, cell, k, options)}));
  const available = found.flatMap(({k, estimate}) => ("parts" in estimate ? [{k, parts: estimate.parts}] : []));
  const whole = pointEstimate(series, cell, 1, options);
  const replicates = aggregateReplicates(available, "parts" in whole ? whole.parts : [], {
    replicates: options.bootstrap,
    seed: options.seed,
    estimator: options.estimator,
    gamma: options.gamma,
    agent: series.streamName,
    timeLimitSeconds: cell.slicedFromSeconds ?? cell.timeLimitSeconds,
    people: others,
    thresholds: options.thresholds ?? [],
  });
  const scores = scoreRows(series, cell, ks, options);
  let next = 0;
  const rows = found.map(({k, estimate}, i) => {
    if ("reason" in estimate) return {...scores[i]!, ...withoutValues(estimate.reason)};
    return {...scores[i]!, ...values(series, estimate.parts, k, others, replicates.requests[next++]!, options)};
  });
  return {rows, profile: profileRows(series, cell, replicates.profile, options)};
}

function profileRows(series: Series, cell: Cell, replicates: readonly Float64Array[], options: AggregatesOptions): ProfileRow[] {
  const thresholds = options.thresholds ?? [];
  const found = pointEstimate(series, cell, 1, options);
  const {agent, kind, environment, group, timeLimitSeconds, ...row} = scoreRows(series, cell, [1], {...options, bootstrap: 0})[0]!;
  const {sliced, slicedFromSeconds, environments, environmentCount, environmentTotal, attempts} = row;
  const about = {agent, kind, environment, group, timeLimitSeconds, sliced, slicedFromSeconds};
  const coverage = {environments, environmentCount, environmentTotal, attempts};
  const shares = "parts" in found ? performanceProfile(found.parts, thresholds) : [];
  return thresholds.map((threshold, j) => {
    const of = {behind: "parts" in found ? found.parts : [], scheme: "attempts" as const, level: options.interval};
    const share = "parts" in found ? intervalEstimate(shares[j]!, replicates[j]!, of) : notEstimated(found.reason);
    const {value, low, high, reason} = share;
    return {...about, ...coverage, threshold, share: value, low, high, reason};
  });
}

type Values = Omit<AggregateRow, keyof ScoreRow>;

function values(
  {kind}: Series,
  parts: readonly Part[],
  k: number,
  people: readonly EnvironmentScores[],
  replicates: AggregateReplicates,
  {estimator, gamma, interval}: AggregatesOptions,
): Values {
  const shared = sharedWithPeople(parts, people);
  const sampled = [...shared.map(({part}) => part), ...shared.map((each) => each.people)];
  const of = {behind: parts, scheme: "attempts" as const, level: interval};
  const percentile = (): IntervalEstimate =>
    shared.length === 0
      ? notEstimated(kind === "human" ? "people are whom the percentile is among" : "no attempts of people in these environments")
      : intervalEstimate(humanPercentile(parts, people, estimator), replicates.humanPercentile!, {...of, behind: sampled});
  return {
    ...middle(intervalEstimate(interquartileMean(parts, k, estimator), replicates.interquartileMean, of)),
    ...gap(intervalEstimate(optimalityGap(parts, k, gamma, estimator), replicates.optimalityGap, of)),
    ...rank(percentile()),
    humanPercentileEnvironments: shared.map(({part}) => part.environment),
  };
}

const withoutValues = (reason: string): Values => ({
  ...middle(notEstimated(reason)),
  ...gap(notEstimated(reason)),
  ...rank(notEstimated(reason)),
  humanPercentileEnvironments: [],
});

const middle = ({value, low, high, reason}: IntervalEstimate) => ({
  interquartileMean: value,
  interquartileMeanLow: low,
  interquartileMeanHigh: high,
  interquartileMeanReason: reason,
});

const gap = ({value, low, high, reason}: IntervalEstimate) => ({
  optimalityGap: value,
  optimalityGapLow: low,
  optimalityGapHigh: high,
  optimalityGapReason: reason,
});

const rank = ({value, low, high, reason}: IntervalEstimate) => ({
  humanPercentile: value,
  humanPercentileLow: low,
  humanPercentileHigh: high,
  humanPercentileReason: reason,
});

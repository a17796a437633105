import {aggregateScore, type Part, partsAtK} from "../score/aggregate.js";
import {bootstrapReplicates, percentileInterval} from "../score/bootstrap.js";
import type {Cell} from "./cell.js";
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
  /** Why score or interval is null. */
  reason: string | null;
};

const TOO_LARGE = "the scores are too large for their mean to be a number";

/** One row for each k, all from the same resamples; no row depends on which other k were asked for. */
export function scoreRows(series: Series, cell: Cell, ks: readonly number[], options: AnalysisOptions): ScoreRow[] {
  const found = ks.map((k) => partsOrReason(series, cell, k, options));
  const available = found.flatMap((each) => ("parts" in each ? [each.parts] : []));
  const replicates = bootstrapReplicates(available, {
    replicates: options.bootstrap,
    seed: options.seed,
    estimator: options.estimator,
    agent: series.streamName,
    timeLimitSeconds: cell.slicedFromSeconds ?? cell.timeLimitSeconds,
  });
  return ks.map((k, i) => {
    const each = found[i]!;
    const row = emptyRow(series, cell, k);
    if ("reason" in each) return {...row, reason: each.reason};
    const score = aggregateScore(each.parts, options.estimator);
    if (!Number.isFinite(score)) return {...row, reason: TOO_LARGE};
    const interval = percentileInterval(each.parts, score, replicates[available.indexOf(each.parts)]!, options.interval);
    return {...row, ...coverage(each.parts), score, ...interval};
  });
}

/** The estimate alone, and over which environments; null, with the reason, where score@k is not available. */
export function scoreOnly(series: Series, cell: Cell, k: number, options: AnalysisOptions) {
  const found = partsOrReason(series, cell, k, options);
  const none = (reason: string) => ({score: null, environments: [], environmentCount: 0, reason});
  if ("reason" in found) return none(found.reason);
  const score = aggregateScore(found.parts, options.estimator);
  if (!Number.isFinite(score)) return none(TOO_LARGE);
  const {environments, environmentCount} = coverage(found.parts);
  return {score, environments, environmentCount, reason: null};
}

function partsOrReason(series: Series, cell: Cell, k: number, {tooFew, requireAll}: AnalysisOptions): {parts: Part[]} | {reason: string} {
  if (cell.reason !== null) return {reason: cell.reason};
  if (cell.slicedFromSeconds !== null && k > 1) return {reason: "attempts seen before their limit enter only at k = 1"};
  const found = partsAtK(cell.environments, k, tooFew);
  if (!requireAll || "reason" in found) return found;
  const missing = series.expected.filter((name) => !found.parts.some(({environment}) => environment === name));
  return missing.length === 0 ? found : {reason: `--require-all: no attempts in ${missing.join(", ")}`};
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

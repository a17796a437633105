import {mean, median} from "simple-statistics";
import type {CostKind} from "../cost/attemptCost.js";
import type {AttemptCosts} from "./costOfAttempts.js";
import {reasonsText} from "./costOfCell.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import {limitsOf, type Series} from "./series.js";

/** Dollars per attempt of a participant at one time limit, over all its attempts alike. */
export type AttemptCostRow = {
  agent: string;
  kind: "agent" | "human";
  environment: string | null;
  group: string | null;
  timeLimitSeconds: number;
  attempts: number;
  nominalMeanUsd: number | null;
  nominalMedianUsd: number | null;
  nominalKnown: number;
  nominalUnknown: number;
  nominalBasis: string | null;
  nominalReason: string | null;
  actualMeanUsd: number | null;
  actualMedianUsd: number | null;
  actualKnown: number;
  actualUnknown: number;
  actualBasis: string | null;
  /** Why the costs of some attempts are unknown. */
  actualReason: string | null;
};

/** One row for each time limit at which the series has attempts in the environments that count. */
export function costPerAttempt(series: Series, counts: (attempt: ScoredAttempt) => boolean, costs: AttemptCosts): AttemptCostRow[] {
  const counted = series.attempts.filter(counts);
  const {agent, kind, environment, group} = series;
  return limitsOf({attempts: counted}).native.map((timeLimitSeconds) => {
    const attempts = counted.filter((attempt) => attempt.timeLimitSeconds === timeLimitSeconds);
    const [nominal, actual] = [summary(attempts, "nominal", costs), summary(attempts, "actual", costs)];
    return {
      ...{agent, kind, environment, group, timeLimitSeconds, attempts: attempts.length},
      nominalMeanUsd: nominal.mean,
      nominalMedianUsd: nominal.median,
      nominalKnown: nominal.known,
      nominalUnknown: nominal.unknown,
      nominalBasis: nominal.basis,
      nominalReason: nominal.reason,
      actualMeanUsd: actual.mean,
      actualMedianUsd: actual.median,
      actualKnown: actual.known,
      actualUnknown: actual.unknown,
      actualBasis: actual.basis,
      actualReason: actual.reason,
    };
  });
}

function summary(attempts: readonly ScoredAttempt[], kind: CostKind, costs: AttemptCosts) {
  const all = attempts.map((attempt) => costs.of(attempt, kind, null));
  const known = all.flatMap((cost) => (cost.usd === null ? [] : [cost]));
  const reasons = all.flatMap((cost) => (cost.usd === null ? [cost.reason] : []));
  const usd = known.map((cost) => cost.usd);
  return {
    mean: usd.length === 0 ? null : mean(usd),
    median: usd.length === 0 ? null : median(usd),
    known: usd.length,
    unknown: reasons.length,
    basis: [...new Set(known.map(({basis}) => basis))].sort().join(" + ") || null,
    reason: reasons.length === 0 ? null : reasonsText(reasons),
  };
}

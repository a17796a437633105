import {formatDuration} from "../duration.js";
import {HUMAN_ATTEMPT_SECONDS} from "../score/allocations.js";
import {groupBy} from "./groupBy.js";
import type {ScoreRow} from "./scoreRows.js";
import {limitsOf, type Series} from "./series.js";

/** The chosen allocation of a budget, or a candidate for it; `timeLimitSeconds` and `k` are null where there is none. */
export type BudgetRow = Omit<ScoreRow, "timeLimitSeconds" | "k"> & {
  timeBudgetSeconds: number;
  timeLimitSeconds: number | null;
  k: number | null;
  /** The score corrected for the allocation's having been picked as the best; null unless asked for, and where there is no score. */
  corrected: CorrectedScore | null;
};

export type CorrectedScore = {
  score: number | null;
  low: number | null;
  high: number | null;
  /** `one-candidate`: nothing was picked; `left-out`: scored on attempts left out; `fall-back`: minus the mean optimism of the picks. */
  correction: "one-candidate" | "left-out" | "fall-back" | null;
  /** Share of replicates in which the attempts left out were enough; null with one candidate. */
  leftOutShare: number | null;
  /** The same for the chosen allocation, picked or not. */
  bestLeftOutShare: number | null;
  reason: string | null;
};

/** `30m@4`: the best of four 30-minute attempts. */
export const allocationLabel = ({timeLimitSeconds, k}: {timeLimitSeconds: number; k: number}) => `${formatDuration(timeLimitSeconds)}@${k}`;

/** The row of a budget for which no allocation has a score: why each of `candidates` has none, or why there are none. */
export function nothingFor(series: Series, timeBudgetSeconds: number, candidates: readonly ScoreRow[]): BudgetRow {
  const {agent, kind, environment, group, expected} = series;
  const byReason = [...groupBy(candidates, ({reason}) => reason)];
  const reasons = byReason.map(([reason, own]) => `${own.map(allocationLabel).join(", ")}: ${reason}`);
  return {
    timeBudgetSeconds,
    agent,
    kind,
    environment,
    group,
    timeLimitSeconds: null,
    k: null,
    sliced: false,
    slicedFromSeconds: null,
    environments: [],
    environmentCount: 0,
    environmentTotal: expected.length,
    attempts: 0,
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
    corrected: null,
    reason: reasons.length > 0 ? reasons.join("; ") : noCandidate(series, timeBudgetSeconds),
  };
}

function noCandidate(series: Series, budgetSeconds: number): string {
  const {native, logged} = limitsOf(series);
  const budget = formatDuration(budgetSeconds);
  const limits = native.map(formatDuration).join(", ");
  const isLonger = (limit: number) => limit > budgetSeconds;
  if (series.kind === "human" && budgetSeconds > HUMAN_ATTEMPT_SECONDS) {
    return `people: budgets over 8h only as the best of 8-hour attempts, at multiples of 8h (there are attempts of ${limits})`;
  }
  if (series.kind === "human" && !native.some(isLonger)) {
    return `people: budgets up to 8h are one attempt of that length, made or seen in a longer one, never several shorter ones (there are attempts of ${limits})`;
  }
  if (!native.some(isLonger)) return `no time limit (${limits}) divides ${budget}`;
  const none = `no attempts were made at a limit that fits ${budget} (there are ${limits})`;
  return logged.some(isLonger)
    ? `${none}, and longer ones are not looked at: --allow-slices none`
    : `${none}, and there are no score logs to see longer ones at ${budget}`;
}

import type {CostKind} from "../cost/attemptCost.js";
import {formatDuration} from "../duration.js";
import type {Cell} from "./cell.js";
import type {AttemptCosts} from "./costOfAttempts.js";
import {groupBy} from "./groupBy.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import {scoreRows} from "./scoreRows.js";
import type {Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";

/** Attempts made at a limit, or seen earlier in longer ones. */
export type View = {timeLimitSeconds: number; slicedFromSeconds: number | null};

/** Expected cost of one attempt, or of k, US dollars. */
export type CellCost = {
  usd: number | null;
  low: number | null;
  high: number | null;
  /** Attempts with a known cost, and those without. */
  known: number;
  unknown: number;
  /** `recorded`, `priced`, `wage`, `assumed`, or several with + between them; null where nothing is known. */
  basis: string | null;
  /** Why cost or interval is null. */
  reason: string | null;
};

/**
 * Mean cost of an attempt over the attempts whose cost is known, unweighted over `environments`; its interval is that of a mean
 * score, resampled the same way. Unknown where an environment has no attempt of known cost.
 */
export function costOfCell(
  series: Series,
  view: View,
  environments: readonly string[],
  kind: CostKind,
  costs: AttemptCosts,
  options: AnalysisOptions,
): CellCost {
  const parts = environments.map((environment) => partOf(attemptsOf(series, view, environment), view, kind, costs));
  const known = parts.reduce((sum, {paid}) => sum + paid.length, 0);
  const unknown = parts.reduce((sum, {reasons}) => sum + reasons.length, 0);
  const basis = [...new Set(parts.flatMap((part) => part.paid.map((each) => each.basis)))].sort().join(" + ") || null;
  const nothing = {usd: null, low: null, high: null, known, unknown, basis};
  const lacking = environments.filter((_, i) => parts[i]!.paid.length === 0);
  if (environments.length === 0) return {...nothing, reason: "no attempts"};
  if (lacking.length > 0)
    return {
      ...nothing,
      reason: `${kind} cost unknown${where(lacking, environments)}: ${reasonsText(parts.flatMap(({reasons}) => reasons))}`,
    };
  const cell: Cell = {
    ...view,
    reason: null,
    notSeen: 0,
    environments: parts.map(({paid}, i) => ({
      environment: environments[i]!,
      combine: "best",
      scores: paid.map(({usd}) => usd),
      people: paid.map(({person}) => person),
    })),
  };
  const {score, low, high, reason} = scoreRows(series, cell, [1], options)[0]!;
  return {...nothing, usd: score, low, high, reason};
}

/** k times the cost of one attempt. */
export const timesK = (cost: CellCost, k: number): CellCost => ({
  ...cost,
  usd: cost.usd && cost.usd * k,
  low: cost.low && cost.low * k,
  high: cost.high && cost.high * k,
});

/** The attempts behind a view in one environment, in the order of ids. */
function attemptsOf({attempts}: Series, {timeLimitSeconds, slicedFromSeconds}: View, environment: string): ScoredAttempt[] {
  const limit = slicedFromSeconds ?? timeLimitSeconds;
  return attempts.filter(
    (each) => each.environment === environment && each.timeLimitSeconds === limit && (slicedFromSeconds === null || each.scoreAt !== null),
  );
}

function partOf(attempts: readonly ScoredAttempt[], {timeLimitSeconds, slicedFromSeconds}: View, kind: CostKind, costs: AttemptCosts) {
  const paid: {usd: number; basis: string; person: string | null}[] = [];
  const reasons: string[] = [];
  for (const attempt of attempts) {
    const cost = costs.of(attempt, kind, slicedFromSeconds === null ? null : timeLimitSeconds);
    if (cost.usd === null) reasons.push(cost.reason);
    else paid.push({usd: cost.usd, basis: cost.basis, person: attempt.person});
  }
  return {paid, reasons};
}

const where = (lacking: readonly string[], all: readonly string[]) => (lacking.length === all.length ? "" : ` in ${lacking.join(", ")}`);

/** Reasons, the most frequent first, with how many attempts each is about where there are several. */
export function reasonsText(reasons: readonly string[]): string {
  const counted = [...groupBy(reasons, (reason) => reason)].sort(([, a], [, b]) => b.length - a.length);
  return counted.map(([reason, {length}]) => (counted.length === 1 ? reason : `${reason} (${length})`)).join("; ") || "no attempts";
}

/** `30m`, or `30m of 8h` for longer attempts seen then. */
export const viewText = ({timeLimitSeconds, slicedFromSeconds}: View): string =>
  `${formatDuration(timeLimitSeconds)}${slicedFromSeconds === null ? "" : ` of ${formatDuration(slicedFromSeconds)}`}`;

import {formatDuration} from "../duration.js";
import {type Allocation, agentAllocations, chooseAllocation, humanAllocations} from "../score/allocations.js";
import {type Cell, type CellOptions, cellOf} from "./cell.js";
import {contextOf, type Source} from "./context.js";
import {flagSensitivity} from "./flagSensitivity.js";
import {groupBy} from "./groupBy.js";
import {type ScoreRow, scoreRows} from "./scoreRows.js";
import {isHuman, limitsOf, type Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type Settings, settingsOf} from "./settingsInForce.js";

/** The chosen allocation of a budget, or a candidate for it; `timeLimitSeconds` and `k` are null where there is none. */
export type BudgetRow = Omit<ScoreRow, "timeLimitSeconds" | "k"> & {
  timeBudgetSeconds: number;
  timeLimitSeconds: number | null;
  k: number | null;
};

export type Analysis = {budgets: BudgetRow[]; allocations: BudgetRow[]; settings: Settings; warnings: Warning[]};

/** Best normalized score@k that each participant's attempts allow within each time budget. */
export async function analyze(source: Source, options: AnalysisOptions & {budgets: readonly number[]}): Promise<Analysis> {
  const context = await contextOf(source, options);
  const candidates = new Map(context.series.map((series) => [series, candidatesOf(series, options)]));
  const cellOptions = context.cellOptions([...candidates].flatMap(([series, own]) => own.map(({allocation}) => ({series, allocation}))));
  const results = [...candidates].map(([series, own]) => seriesResult(series, own, options, cellOptions));
  return {
    budgets: results.flatMap(({budgets}) => budgets),
    allocations: results.flatMap(({allocations}) => allocations),
    settings: settingsOf(context, options, {budgetsSeconds: [...options.budgets]}),
    warnings: [...context.warnings, ...results.flatMap(({warnings}) => warnings)],
  };
}

type Candidate = {budgetSeconds: number; allocation: Allocation};

function candidatesOf(series: Series, {budgets, allowSlices}: AnalysisOptions & {budgets: readonly number[]}): Candidate[] {
  const allocationsOf = isHuman(series) ? humanAllocations : agentAllocations;
  return budgets.flatMap((budgetSeconds) =>
    allocationsOf(budgetSeconds, limitsOf(series), allowSlices).map((allocation) => ({budgetSeconds, allocation})),
  );
}

function seriesResult(
  series: Series,
  candidates: readonly Candidate[],
  options: AnalysisOptions & {budgets: readonly number[]},
  cellOptions: CellOptions,
) {
  const allocations: (BudgetRow & Allocation & {cell: Cell})[] = [];
  for (const own of groupBy(candidates, ({allocation}) => `${allocation.timeLimitSeconds} ${allocation.slicedFromSeconds}`).values()) {
    const cell = cellOf(series, own[0]!.allocation, cellOptions);
    const rows = scoreRows(
      series,
      cell,
      own.map(({allocation}) => allocation.k),
      options,
    );
    rows.forEach((row, i) => {
      allocations.push({timeBudgetSeconds: own[i]!.budgetSeconds, ...row, cell});
    });
  }
  const warnings: Warning[] = [];
  const budgets = options.budgets.map((budgetSeconds): BudgetRow => {
    const own = allocations.filter(({timeBudgetSeconds}) => timeBudgetSeconds === budgetSeconds);
    const chosen = chooseAllocation(own);
    if (chosen === null) return nothingFor(series, budgetSeconds, own);
    warnings.push(
      ...flagSensitivity(series, chosen, `${formatDuration(budgetSeconds)} (${allocationLabel(chosen)})`, options, cellOptions),
    );
    warnings.push(...notSeen(series, chosen.cell));
    return withoutCell(chosen);
  });
  const order = (a: BudgetRow, b: BudgetRow) =>
    a.timeBudgetSeconds - b.timeBudgetSeconds || a.timeLimitSeconds! - b.timeLimitSeconds! || a.k! - b.k!;
  return {budgets, allocations: allocations.sort(order).map(withoutCell), warnings};
}

const withoutCell = ({cell: _, ...row}: BudgetRow & {cell: Cell}): BudgetRow => row;

/** `30m@4`: the best of four 30-minute attempts. */
export const allocationLabel = ({timeLimitSeconds, k}: {timeLimitSeconds: number; k: number}) => `${formatDuration(timeLimitSeconds)}@${k}`;

function nothingFor(series: Series, timeBudgetSeconds: number, candidates: readonly (BudgetRow & Allocation)[]): BudgetRow {
  const {agent, kind, environment, group, expected} = series;
  const reasons = candidates.map((candidate) => `${allocationLabel(candidate)}: ${candidate.reason}`);
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
    reason: reasons.length > 0 ? reasons.join("; ") : noCandidate(series, timeBudgetSeconds),
  };
}

function noCandidate(series: Series, budgetSeconds: number): string {
  const {native, logged} = limitsOf(series);
  const budget = formatDuration(budgetSeconds);
  const limits = native.map(formatDuration).join(", ");
  const longer = native.filter((limit) => limit > budgetSeconds);
  if (longer.length > 0 && !logged.some((limit) => limit > budgetSeconds)) {
    return `no attempts were made at a limit that fits ${budget} (there are ${limits}), and there are no score logs to see longer ones at ${budget}`;
  }
  if (isHuman(series) && longer.length === 0) return `people: budgets over ${formatDuration(native.at(-1)!)} only as multiples of it`;
  return `no time limit (${limits}) divides ${budget}`;
}

function notSeen({agent}: Series, {notSeen, timeLimitSeconds, slicedFromSeconds}: Cell): Warning[] {
  if (notSeen === 0) return [];
  const at = formatDuration(timeLimitSeconds);
  const message = `${agent} at ${at}: ${notSeen} attempts of ${formatDuration(slicedFromSeconds!)} have no scores over time and are left out`;
  return [{code: "no-score-log", agent, message}];
}

import type {CostKind} from "../cost/attemptCost.js";
import {attemptUsage} from "../store/attemptUsage.js";
import {analyzeIn, type BudgetRow, budgetContext} from "./analyze.js";
import type {Source} from "./context.js";
import {costAtDollars, type DollarsRow} from "./costAtDollars.js";
import {type AttemptCosts, costOfAttempts} from "./costOfAttempts.js";
import {type CellCost, costOfCell, timesK, type View} from "./costOfCell.js";
import {type CostOptions, type CostSettings, costSettings} from "./costOptions.js";
import {type AttemptCostRow, costPerAttempt} from "./costPerAttempt.js";
import type {Series} from "./series.js";
import type {Warning} from "./settings.js";
import {BUDGET_RULES, scoreRules, settingsOf} from "./settingsInForce.js";
import {UNCORRECTED, withoutUnused} from "./unusedOptions.js";

/** Expected cost of an allocation in US dollars, with intervals; null with the reason where it is not known. */
export type Spending = {
  nominalUsd: number | null;
  nominalLowUsd: number | null;
  nominalHighUsd: number | null;
  nominalKnown: number;
  nominalUnknown: number;
  nominalBasis: string | null;
  nominalReason: string | null;
  actualUsd: number | null;
  actualLowUsd: number | null;
  actualHighUsd: number | null;
  actualKnown: number;
  actualUnknown: number;
  actualBasis: string | null;
  actualReason: string | null;
};

export type CostTable = {
  attempts: AttemptCostRow[];
  budgets: (BudgetRow & Spending)[];
  dollars: (DollarsRow & Spending)[];
  settings: CostSettings;
  warnings: Warning[];
};

/**
 * What attempts cost, what the best score of each time budget costs, and the best score that each sum buys.
 *
 * @throws RebenchError as `analyze`, and `usage` for what has no price.
 */
export async function costTable(source: Source, asked: CostOptions): Promise<CostTable> {
  const {options, warnings} = withoutUnused(asked, UNCORRECTED);
  const context = await budgetContext(source, options);
  const {selected, series, cellOptions} = context;
  const names = selected.environments.map(({name}) => name);
  const costs = costOfAttempts(selected, await attemptUsage(source.connection, {agents: options.agents, environments: names}), options);
  const cost = rememberedCosts(costs, options);
  const analysis = analyzeIn(context, options); // after the costs: a model without a price should not wait for the bootstrap
  const counts = ({environment}: {environment: string}) => cellOptions.only?.environments.has(environment) ?? true;
  const seriesByKey = new Map(series.map((each) => [keyOf(each), each]));
  const dollars = options.dollars.flatMap((sum) =>
    series.map((each) => costAtDollars(each, sum, (...args) => cost(options.spend, ...args), options, cellOptions)),
  );
  return {
    attempts: series.flatMap((each) => costPerAttempt(each, counts, costs)),
    budgets: analysis.budgets.map((row) => ({...row, ...spendingOf(row, seriesByKey.get(keyOf(row))!, cost)})),
    dollars: dollars.map((row) => ({...row, ...spendingOf(row, seriesByKey.get(keyOf(row))!, cost)})),
    settings: costSettings(settingsOf(context, options, {}, {...scoreRules(options), ...BUDGET_RULES}), options, costs.prices),
    warnings: [...analysis.warnings, ...warnings, ...costs.warnings],
  };
}

const keyOf = ({agent, kind, environment, group}: Pick<Series, "agent" | "kind" | "environment" | "group">) =>
  JSON.stringify([agent, kind, environment, group]);

type CostFunction = (kind: CostKind, series: Series, view: View, environments: readonly string[]) => CellCost;

/** Costs of cells, each computed once: budgets and sums ask for the same ones. */
function rememberedCosts(costs: AttemptCosts, options: CostOptions): CostFunction {
  const known = new Map<string, CellCost>();
  return (kind, series, view, environments) => {
    const key = JSON.stringify([kind, keyOf(series), view.timeLimitSeconds, view.slicedFromSeconds, environments]);
    const cost = known.get(key) ?? costOfCell(series, view, environments, kind, costs, options);
    known.set(key, cost);
    return cost;
  };
}

type Allocated = Pick<BudgetRow, "timeLimitSeconds" | "k" | "slicedFromSeconds" | "environments">;

function spendingOf({timeLimitSeconds, k, slicedFromSeconds, environments}: Allocated, series: Series, cost: CostFunction): Spending {
  const of = (kind: CostKind): CellCost =>
    timeLimitSeconds === null || k === null
      ? NO_ALLOCATION
      : timesK(cost(kind, series, {timeLimitSeconds, slicedFromSeconds}, environments), k);
  const [nominal, actual] = [of("nominal"), of("actual")];
  return {
    nominalUsd: nominal.usd,
    nominalLowUsd: nominal.low,
    nominalHighUsd: nominal.high,
    nominalKnown: nominal.known,
    nominalUnknown: nominal.unknown,
    nominalBasis: nominal.basis,
    nominalReason: nominal.reason,
    actualUsd: actual.usd,
    actualLowUsd: actual.low,
    actualHighUsd: actual.high,
    actualKnown: actual.known,
    actualUnknown: actual.unknown,
    actualBasis: actual.basis,
    actualReason: actual.reason,
  };
}

const NO_ALLOCATION: CellCost = {
  usd: null,
  low: null,
  high: null,
  known: 0,
  unknown: 0,
  basis: null,
  reason: "there is no allocation to pay for",
};

import type {CostKind, Rates} from "../cost/attemptCost.js";
import type {Price, PriceList} from "../cost/priceList.js";
import type {AnalysisOptions} from "./settings.js";
import type {Settings} from "./settingsInForce.js";

/** How attempts are paid for, and which tables are wanted. */
export type CostOptions = AnalysisOptions & {
  rates: Rates;
  prices: PriceList;
  /** Where the list of prices comes from. */
  pricesFrom: string;
  /** Attempts whose tokens have no price: an error, or an unknown cost that is counted. */
  unpriced: "error" | "skip";
  /** Time budgets, in seconds. */
  budgets: readonly number[];
  /** Sums to spend, in US dollars. */
  dollars: readonly number[];
  /** The cost that has to fit them. */
  spend: CostKind;
};

/** People's pay, US dollars an hour: the paper's $1,855 for 8 hours. */
export const DEFAULT_WAGE_USD_PER_HOUR = 231.875;

/** The paper's choices: budgeted hours, no GPUs. */
export const DEFAULT_RATES: Rates = {
  wageUsdPerHour: DEFAULT_WAGE_USD_PER_HOUR,
  hours: "budgeted",
  agentUsdPerHour: null,
  gpuUsdPerHour: null,
  costFrom: "recorded",
};

/** A price that was used, and for how many attempts: without a known day, and of a day before the first price. */
export type PriceInForce = Pick<Price, "from" | "input" | "output" | "cacheRead" | "cacheWrite" | "reasoning" | "source" | "certain"> & {
  model: string;
  attempts: number;
  undated: number;
  before: number;
};

/** Rules that no option changes, as sentences. */
const COST_RULES = {
  people: "wage × hours; what was paid, where a record says so; METR's dollar_equivalent is a proxy and never used",
  nominalCost:
    "agents: as recorded, else tokens × list price of the day the attempt began (costFrom tokens: the other way about), as if no answer had come from a cache of ours",
  actualCost: "agents: as recorded; tokens at list price are never taken for what was paid",
  assumedCost: "agents without cost and tokens: unknown, or an assumed rate × hours, labelled assumed",
  reasoningTokens: "part of output and paid once; at a price of their own only where the list has one",
  nullTokens:
    "unknown, not 0: input and output always; cache tokens where the list has a price for them; reasoning only where it has a price of its own",
  undatedAttempts: "the latest price; attempts before the first price: the first",
  budgetCost: "k × mean cost of an attempt over those whose cost is known, unweighted mean over the environments of the score",
  costInterval: "resampled as scores are, on the attempts whose cost is known",
  equalDollars:
    "for each time limit the largest k whose expected cost fits and for which there are attempts, then chosen as allocations of a budget are; people also by one attempt seen at the whole minute that the sum pays for",
} as const;

export type CostSettings = Settings & {
  cost: Rates & typeof COST_RULES & {pricesFrom: string; unpriced: "error" | "skip"; spend: CostKind; prices: PriceInForce[]};
};

export const costSettings = (
  settings: Settings,
  {rates, pricesFrom, unpriced, spend, budgets, dollars}: CostOptions,
  prices: PriceInForce[],
): CostSettings => ({
  ...settings,
  command: {budgetsSeconds: [...budgets], dollars: [...dollars]},
  cost: {...rates, pricesFrom, unpriced, spend, ...COST_RULES, prices},
});

import type {PriceFinder} from "../../cost/priceFinder.js";
import {tokenCost} from "../../cost/tokenCost.js";
import type {ModelCall, TokenUsage} from "./model.js";
import type {TokenCounts} from "./wires/wire.js";

/** A call, and what it counts against the limits: where its usage never arrived, an estimate takes the place of what is missing. */
export type MeteredCall = ModelCall & {usageKnown: boolean; chargedTokens: number; chargedUsd: number};

export type MeterTotals = {
  /** By model name. A kind of tokens is null where no call says it. */
  usage: TokenUsage[];
  /** Input, output and both kinds of cache; reasoning is part of output. */
  tokens: number;
  /** At list price; null where a model has none. */
  costUsd: number | null;
  /** Of all calls, those side by side both counted. */
  generatingSeconds: number;
  calls: number;
  /** Calls whose usage never arrived. Tokens and cost are at least what is said here. */
  callsWithoutUsage: number;
};

export type SpentLimit = {kind: "tokens"; limit: number; used: number} | {kind: "cost"; limit: number; used: number};

export type MeterOptions = {
  prices: PriceFinder;
  /** Of the attempt's start, UTC: its prices hold. */
  day: string;
  tokenLimit: number | null;
  costLimitUsd: number | null;
  /** Told once, when a limit is reached. */
  onLimit?(limit: SpentLimit): void;
};

/** Counts what an attempt has asked of models. `add` alone changes it, so a journal of calls restores it. */
export type Meter = {
  add(call: MeteredCall): void;
  totals(): MeterTotals;
  /** The limit that was reached, or null. */
  spent(): SpentLimit | null;
  /** What is left of the limits when as much again is in use; infinite where there is no limit. */
  remaining(): {tokens: number; usd: number};
  /** US dollars at list price, kinds that are null counted as none; null for a model without a price. */
  price(model: string, counts: TokenCounts): number | null;
};

const KINDS = ["input", "output", "cacheRead", "cacheWrite", "reasoning"] as const;

export function createMeter({prices, day, tokenLimit, costLimitUsd, onLimit}: MeterOptions): Meter {
  const usage = new Map<string, TokenUsage>();
  const totals = {tokens: 0, costUsd: 0 as number | null, generatingSeconds: 0, calls: 0, callsWithoutUsage: 0};
  let [chargedTokens, chargedUsd, isTold] = [0, 0, false];
  const spent = (): SpentLimit | null => {
    if (tokenLimit !== null && chargedTokens >= tokenLimit) return {kind: "tokens", limit: tokenLimit, used: chargedTokens};
    return costLimitUsd !== null && chargedUsd >= costLimitUsd ? {kind: "cost", limit: costLimitUsd, used: chargedUsd} : null;
  };
  return {
    spent,
    price: (model, counts) => priceOf(model, counts, prices, day),
    remaining: () => ({tokens: (tokenLimit ?? Infinity) - chargedTokens, usd: (costLimitUsd ?? Infinity) - chargedUsd}),
    totals: () => ({...totals, usage: [...usage.values()].sort((a, b) => (a.model < b.model ? -1 : 1))}),
    add: (call) => {
      usage.set(call.model, addUsage(usage.get(call.model), call.usage));
      totals.tokens += tokensOf(call.usage);
      totals.costUsd = totals.costUsd === null || call.costUsd === null ? null : totals.costUsd + call.costUsd;
      totals.generatingSeconds += call.seconds;
      totals.calls += 1;
      totals.callsWithoutUsage += call.usageKnown ? 0 : 1;
      chargedTokens += call.chargedTokens;
      chargedUsd += call.chargedUsd;
      const limit = spent();
      if (limit === null || isTold) return;
      isTold = true;
      onLimit?.(limit);
    },
  };
}

export const tokensOf = ({input, output, cacheRead, cacheWrite}: TokenCounts): number =>
  (input ?? 0) + (output ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0);

function addUsage(sum: TokenUsage | undefined, usage: TokenUsage): TokenUsage {
  if (sum === undefined) return {...usage};
  const added = {...sum};
  for (const kind of KINDS) added[kind] = sum[kind] === null ? usage[kind] : sum[kind] + (usage[kind] ?? 0);
  return added;
}

function priceOf(model: string, counts: TokenCounts, prices: PriceFinder, day: string): number | null {
  const found = prices(model, day);
  if (found === null) return null;
  const known = {model, input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0};
  for (const kind of KINDS) known[kind] = counts[kind] ?? 0;
  return tokenCost(known, {...found.model, price: found.price}).usd;
}

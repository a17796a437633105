import type {Attempt} from "../record/attempt.js";
import type {FoundPrice, PriceFinder} from "./priceFinder.js";

/** Tokens of one model in one attempt. Kinds do not overlap, but for reasoning, which is part of output. */
export type TokenUsage = NonNullable<Attempt["tokenUsage"]>[number];

/** US dollars; or why they cannot be said, and `unpriced` what the price list lacks where that is why. */
export type TokenCost = {usd: number} | {usd: null; reason: string; unpriced: string | null};

type Rates = {price: Pick<FoundPrice["price"], "input" | "output" | "cacheRead" | "cacheWrite" | "reasoning">; reasoningInOutput: boolean};

/**
 * What the tokens of one model cost at list price, in US dollars:
 *
 *     (input · p_in + cacheRead · p_read + cacheWrite · p_write + (output − own) · p_out + own · p_reasoning) / 10⁶
 *
 * where own is 0, or the reasoning tokens where these have a price of their own. Reasoning is part of output and so is
 * paid once; a list that says output does not count it (`reasoningInOutput: false`) has it added, at its own price or that of output.
 *
 * A count that is needed and null leaves the cost unknown: input and output always, cache tokens where the list has a price
 * for them, reasoning where it is billed apart from output. So does more reasoning than output, which cannot be part of it.
 *
 * @example tokenCost({model: "m", input: 1e6, output: 5e5, cacheRead: 0, cacheWrite: null, reasoning: null}, {price: {input: 4, output: 14, cacheRead: null, cacheWrite: null, reasoning: null}, reasoningInOutput: true}) // => {usd: 11}
 */
export function tokenCost(usage: TokenUsage, {price, reasoningInOutput}: Rates): TokenCost {
  const {model, input, output, reasoning} = usage;
  const isApart = !reasoningInOutput || price.reasoning !== null;
  if (input === null) return uncounted("input", model);
  if (output === null) return uncounted("output", model);
  for (const cached of ["cacheRead", "cacheWrite"] as const) {
    if (usage[cached] === null && price[cached] !== null) return uncounted(cached, model);
    if ((usage[cached] ?? 0) > 0 && price[cached] === null) return unpricedKind(cached, model);
  }
  if (reasoning === null && isApart) return uncounted("reasoning", model);
  if (reasoningInOutput && (reasoning ?? 0) > output) {
    const reason = `more reasoning tokens (${reasoning}) than output tokens (${output}) of ${model}, although they are part of them`;
    return {usd: null, reason, unpriced: null};
  }
  const own = isApart ? reasoning! : 0;
  const plain = reasoningInOutput ? output - own : output;
  const cache = (usage.cacheRead ?? 0) * (price.cacheRead ?? 0) + (usage.cacheWrite ?? 0) * (price.cacheWrite ?? 0);
  return {usd: (input * price.input + cache + plain * price.output + own * (price.reasoning ?? price.output)) / 1e6};
}

const uncounted = (kind: string, model: string): TokenCost => ({
  usd: null,
  reason: `the number of ${kind} tokens of ${model} is not recorded`,
  unpriced: null,
});

const unpricedKind = (kind: string, model: string): TokenCost => ({
  usd: null,
  reason: `the price list has no ${kind} price for ${model}`,
  unpriced: `${model} (${kind} tokens)`,
});

/**
 * What all tokens of an attempt cost, whichever models they are of, at the prices of the day on which it began.
 *
 * @param day Such as 2024-12-01; null where it is not known.
 * @returns The cost, unknown where that of one model is, and the prices that were used.
 */
export function usageCost(usages: readonly TokenUsage[], day: string | null, find: PriceFinder): {cost: TokenCost; used: FoundPrice[]} {
  const found = usages.map((usage) => ({usage, price: find(usage.model, day)}));
  const costs = found.map(({usage, price}) => (price === null ? unpricedModel(usage.model) : tokenCost(usage, {...price.model, ...price})));
  const used = found.flatMap(({price}) => price ?? []);
  const lacking = costs.find((cost) => cost.usd === null && cost.unpriced !== null) ?? costs.find((cost) => cost.usd === null);
  return {cost: lacking ?? {usd: costs.reduce((sum, {usd}) => sum + usd!, 0)}, used};
}

const unpricedModel = (model: string): TokenCost => ({usd: null, reason: `the price list has no model ${model}`, unpriced: model});

import {type AttemptCost, attemptCost, type CostFacts, type CostKind, type Rates} from "../cost/attemptCost.js";
import {nearestModels, type PriceFinder, priceFinder} from "../cost/priceFinder.js";
import type {PriceList} from "../cost/priceList.js";
import {type TokenCost, usageCost} from "../cost/tokenCost.js";
import type {Environment, Tier} from "../environment/environment.js";
import {RebenchError} from "../errors.js";
import type {AttemptUsage} from "../store/attemptUsage.js";
import {CostNotes} from "./costNotes.js";
import type {CostOptions, PriceInForce} from "./costOptions.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import type {Selected} from "./select.js";
import type {Warning} from "./settings.js";

/** Costs of the attempts of a selection. */
export type AttemptCosts = {
  /** Of a whole attempt, or of its beginning until `seenSeconds`. */
  of(attempt: ScoredAttempt, kind: CostKind, seenSeconds: number | null): AttemptCost[CostKind];
  prices: PriceInForce[];
  warnings: Warning[];
};

/**
 * What each attempt costs.
 *
 * @throws RebenchError `usage` for tokens of a model without a price, unless these are to be skipped, and for GPU hours where
 *   an environment does not say how many GPUs its machine has.
 */
export function costOfAttempts(
  {attempts, environments, tier}: Pick<Selected, "attempts" | "environments" | "tier">,
  usages: readonly AttemptUsage[],
  {rates, prices, unpriced}: Pick<CostOptions, "rates" | "prices" | "unpriced">,
): AttemptCosts {
  const gpusOf = gpuCounter(environments, tier, rates);
  const usageOf = new Map(usages.map((usage) => [usage.attemptId, usage]));
  const find = priceFinder(prices);
  const notes = new CostNotes();
  const known = new Map<string, {facts: CostFacts; whole: AttemptCost}>();
  for (const attempt of attempts) {
    const facts = factsOf(attempt, usageOf.get(attempt.attemptId)!, {find, gpus: gpusOf(attempt.environment), notes, rates});
    known.set(attempt.attemptId, {facts, whole: attemptCost(facts, rates)});
  }
  if (unpriced === "error" && notes.unpriced.size > 0) throw unpricedError(notes.unpriced, prices);
  return {
    of({attemptId}, kind, seenSeconds) {
      const {facts, whole} = known.get(attemptId)!;
      return (seenSeconds === null ? whole : attemptCost(facts, rates, seenSeconds))[kind];
    },
    prices: notes.prices(),
    warnings: notes.warnings(),
  };
}

type FactsContext = {find: PriceFinder; gpus: number; notes: CostNotes; rates: Rates};

function factsOf(attempt: ScoredAttempt, usage: AttemptUsage, {find, gpus, notes, rates}: FactsContext): CostFacts {
  const {attemptId, agent, kind, timeLimitSeconds, workingSeconds} = attempt;
  const {tokenUsage, nominalCostUsd, actualCostUsd, startedAt} = usage;
  let priced: TokenCost | null = null;
  if (kind === "agent" && tokenUsage !== null) {
    const {cost, used} = usageCost(tokenUsage, startedAt?.slice(0, 10) ?? null, find);
    priced = cost;
    notes.addPrices(used);
    const isNeeded = nominalCostUsd === null || rates.costFrom === "tokens";
    if (isNeeded) notes.addUnpriced(priced);
  }
  if (kind === "agent") notes.compare(agent, attemptId, {nominalCostUsd, actualCostUsd, priced});
  return {kind, timeLimitSeconds, workingSeconds, nominalCostUsd, actualCostUsd, priced, gpus};
}

/** GPUs in the machine of an environment; 0 where nobody asks. */
function gpuCounter(environments: readonly Environment[], tier: Tier, {gpuUsdPerHour}: Rates): (environment: string) => number {
  if (gpuUsdPerHour === null) return () => 0;
  const counts = new Map(environments.map(({name, tiers}) => [name, tiers[tier]?.machine.gpus]));
  return (environment) => {
    const gpus = counts.get(environment);
    if (gpus !== undefined) return gpus;
    throw new RebenchError("usage", {
      problem: `--gpu-hourly: how many GPUs the machine of ${environment} has at tier ${tier} is not known`,
      hint: "Give it in tiers.*.machine.gpus of its environment.json (--environments-dir), leave the environment out with --environments, or leave out --gpu-hourly.",
    });
  };
}

function unpricedError(unpriced: ReadonlyMap<string, number>, prices: PriceList): RebenchError {
  const lines = [...unpriced]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => {
      const near = nearestModels(what, prices).filter((name) => !what.startsWith(`${name} (`));
      const hint = near.length > 0 ? `; did you mean ${near.map((name) => `"${name}"`).join(" or ")}?` : "";
      return `  "${what}", of ${count} attempt${count === 1 ? "" : "s"}${hint}`;
    });
  return new RebenchError("usage", {
    problem: ["the price list has no price for:", ...lines].join("\n"),
    hint: "Add prices with --prices FILE (data/README.md describes the format), or leave these costs unknown with --unpriced skip.",
  });
}

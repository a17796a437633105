import type {TokenCost} from "./tokenCost.js";

/** Where a cost comes from: the record, tokens at list price, a wage, an hourly rate that somebody assumed, or one of these with GPUs at an assumed rate. */
export type Basis = "recorded" | "priced" | "wage" | "assumed" | "with GPUs";
export type Cost = {usd: number; basis: Basis} | {usd: null; reason: string};

/** `nominal`: as if no answer had come from a cache of ours. `actual`: what was paid. */
export type AttemptCost = {nominal: Cost; actual: Cost};
export type CostKind = keyof AttemptCost;

export type Rates = {
  /** What people are paid. */
  wageUsdPerHour: number;
  /** Which hours are paid for: the time limit, or the time worked. */
  hours: "budgeted" | "actual";
  /** Assumed where an agent's attempt has neither cost nor tokens; null to leave that unknown. */
  agentUsdPerHour: number | null;
  /** Of one GPU; null to leave GPUs out, as the paper does. */
  gpuUsdPerHour: number | null;
  /** What nominal cost is taken from where there are both. */
  costFrom: "recorded" | "tokens";
};

/** What is known of an attempt that has to be paid for. */
export type CostFacts = {
  kind: "agent" | "human";
  timeLimitSeconds: number;
  workingSeconds: number | null;
  nominalCostUsd: number | null;
  actualCostUsd: number | null;
  /** Its tokens at list price; null where no token usage is recorded. */
  priced: TokenCost | null;
  /** In its machine. */
  gpus: number;
};

/**
 * Cost of an attempt, or of its beginning.
 *
 *     people   wage · hours; what was paid, where it is recorded
 *     agents   nominal: recorded, else tokens at list price (or the other way about, `costFrom`)
 *              actual: recorded
 *              both: assumed rate · hours, where it has neither cost nor tokens
 *
 * plus GPU rate · GPUs · hours. Tokens at list price are never taken for what was paid.
 *
 * @param seenSeconds Null for the whole attempt; else the time at which it is seen, until which tokens are not recorded.
 */
export function attemptCost(facts: CostFacts, rates: Rates, seenSeconds: number | null = null): AttemptCost {
  const hours = paidHours(facts, rates, seenSeconds);
  const labour = facts.kind === "human" ? humanCost(facts, rates, hours, seenSeconds) : agentCost(facts, rates, hours, seenSeconds);
  if (rates.gpuUsdPerHour === null || facts.gpus === 0) return labour;
  const gpuUsd = hours === null ? null : rates.gpuUsdPerHour * facts.gpus * hours;
  return {nominal: plus(labour.nominal, gpuUsd), actual: plus(labour.actual, gpuUsd)};
}

/** Null where the time worked is wanted and not known. */
function paidHours({timeLimitSeconds, workingSeconds}: CostFacts, {hours}: Rates, seenSeconds: number | null): number | null {
  const seconds = hours === "budgeted" ? timeLimitSeconds : workingSeconds;
  return seconds === null ? null : Math.min(seconds, seenSeconds ?? seconds) / 3600;
}

const NO_HOURS: Cost = {usd: null, reason: "the time worked is not recorded"};

const hourly = (usdPerHour: number, hours: number | null, basis: Basis): Cost =>
  hours === null ? NO_HOURS : {usd: usdPerHour * hours, basis};

function humanCost({actualCostUsd}: CostFacts, {wageUsdPerHour}: Rates, hours: number | null, seenSeconds: number | null): AttemptCost {
  const wage = hourly(wageUsdPerHour, hours, "wage");
  const isPaid = actualCostUsd !== null && seenSeconds === null;
  return {nominal: wage, actual: isPaid ? {usd: actualCostUsd, basis: "recorded"} : wage};
}

function agentCost(facts: CostFacts, rates: Rates, hours: number | null, seenSeconds: number | null): AttemptCost {
  const {nominalCostUsd, actualCostUsd, priced} = facts;
  if (nominalCostUsd === null && actualCostUsd === null && priced === null) {
    const cost: Cost = rates.agentUsdPerHour === null ? NOTHING_RECORDED : hourly(rates.agentUsdPerHour, hours, "assumed");
    return {nominal: cost, actual: cost};
  }
  if (seenSeconds !== null) return {nominal: NOT_UNTIL_THEN, actual: NOT_UNTIL_THEN};
  const recorded: Cost | null = nominalCostUsd === null ? null : {usd: nominalCostUsd, basis: "recorded"};
  const listed: Cost | null = priced && (priced.usd === null ? {usd: null, reason: priced.reason} : {usd: priced.usd, basis: "priced"});
  const [first, second] = rates.costFrom === "recorded" ? [recorded, listed] : [listed, recorded];
  return {
    nominal: first ?? second ?? {usd: null, reason: "only what was paid is recorded, not the cost at list price"},
    actual: actualCostUsd === null ? {usd: null, reason: "what was paid is not recorded"} : {usd: actualCostUsd, basis: "recorded"},
  };
}

const NOTHING_RECORDED: Cost = {usd: null, reason: "no cost and no token usage are recorded (--agent-hourly would assume a rate)"};
const NOT_UNTIL_THEN: Cost = {usd: null, reason: "how much of its cost an agent's attempt had spent at an earlier time is not recorded"};

const plus = (cost: Cost, usd: number | null): Cost =>
  cost.usd === null ? cost : usd === null ? NO_HOURS : {usd: cost.usd + usd, basis: "with GPUs"};

import type {AttemptPlan} from "../attempt/attemptPlan.js";
import {tokensOf} from "../gateway/meter.js";
import type {JournalEntry} from "../journal/event.js";

/**
 * `waiting`: a process has it and has not begun; `dead`: no process has it, and it is not over; `unreachable`: its host does not answer,
 * and it may well go on there.
 */
export type AttemptState = "waiting" | "running" | "paused" | "ended" | "dead" | "unreachable";

/** Where an attempt stands, for lists. */
export type AttemptStatus = {
  id: string;
  environment: string;
  agent: string;
  host: string;
  state: AttemptState;
  /** Why it is paused, has ended, or is dead, in a few words; null where there is nothing to say. */
  why: string | null;
  workingSeconds: number;
  timeLimitSeconds: number;
  /** Raw; null where there is no valid score yet. */
  bestScore: number | null;
  /** 0: the starting score, 1: the reference's. */
  bestNormalized: number | null;
  /** Tokens of models: input, output and both kinds of cache. */
  tokens: number;
  /** At list price; null where a model has none. */
  costUsd: number | null;
  createdAt: string;
};

/** What a journal's entries so far add up to. */
export type JournalSums = Pick<AttemptStatus, "workingSeconds" | "bestScore" | "tokens" | "costUsd"> & {
  begun: boolean;
  /** Reasons that hold the clock. */
  holds: readonly string[];
  /** Null: not over. */
  endReason: string | null;
};

export const NO_ENTRIES: JournalSums = {
  ...{workingSeconds: 0, bestScore: null, tokens: 0, costUsd: 0},
  ...{begun: false, holds: [], endReason: null},
};

/** @param isHigherBetter As the plan's constants say: the reference is better than the start. */
export function addEntry(sums: JournalSums, entry: JournalEntry, isHigherBetter: boolean): JournalSums {
  const next = {...sums, begun: true, workingSeconds: entry.workingSeconds};
  switch (entry.type) {
    case "started":
      return {...next, holds: []};
    case "paused":
      return {...next, holds: [...sums.holds.filter((hold) => hold !== entry.reason), entry.reason]};
    case "resumed":
      return {...next, holds: sums.holds.filter((hold) => hold !== entry.reason)};
    case "scored":
      return {...next, bestScore: better(sums.bestScore, entry.score, isHigherBetter)};
    case "model-call": {
      const costUsd = sums.costUsd === null || entry.costUsd === null ? null : sums.costUsd + entry.costUsd;
      return {...next, tokens: sums.tokens + tokensOf(entry.usage), costUsd};
    }
    case "ended":
      return {...next, endReason: entry.reason};
    default:
      return next;
  }
}

export const isHigherBetter = ({startingScore, referenceScore}: AttemptPlan): boolean => referenceScore > startingScore;

function better(best: number | null, score: number | null, isHigherBetter: boolean): number | null {
  if (best === null || score === null) return score ?? best;
  return isHigherBetter === score > best ? score : best;
}

/**
 * @param isHeld Whether a living process holds the attempt's lock.
 * @param isTaken Whether a living process, or a queue, has taken it on.
 */
export function statusOf(
  plan: AttemptPlan,
  sums: JournalSums,
  {isHeld, isTaken, failure}: {isHeld: boolean; isTaken: boolean; failure: string | null},
): AttemptStatus {
  const {workingSeconds, bestScore, tokens, costUsd} = sums;
  const bestNormalized = bestScore === null ? null : (bestScore - plan.startingScore) / (plan.referenceScore - plan.startingScore);
  return {
    ...{id: plan.id, environment: plan.environment, agent: plan.agent, host: plan.host},
    ...stateOf(sums, isHeld, isTaken, failure),
    workingSeconds: Math.min(workingSeconds, plan.timeLimitSeconds),
    timeLimitSeconds: plan.timeLimitSeconds,
    ...{bestScore, bestNormalized, tokens, costUsd},
    createdAt: plan.createdAt,
  };
}

function stateOf(sums: JournalSums, isHeld: boolean, isTaken: boolean, failure: string | null): Pick<AttemptStatus, "state" | "why"> {
  const {begun, holds, endReason} = sums;
  if (endReason !== null && isHeld) return {state: "running", why: "its record is being written"};
  if (endReason !== null) return {state: "ended", why: endReason};
  if (isHeld) return holds.length === 0 ? {state: "running", why: null} : {state: "paused", why: holds.join(", ")};
  if (failure !== null) return {state: "dead", why: failure};
  if (isTaken) return {state: "waiting", why: null};
  if (holds.includes("user")) return {state: "paused", why: "user"};
  return {state: "dead", why: begun ? "no process runs it" : "it never began"};
}

/** Nothing moves any more unless somebody takes the attempt up. */
export const isAtRest = ({state, why}: Pick<AttemptStatus, "state" | "why">): boolean =>
  state === "ended" || state === "dead" || (state === "paused" && why === "user");

import {type ErrorCode, RebenchError} from "../../errors.js";
import type {Agent} from "../agents/agent.js";
import {AgentFailure} from "../agents/agentFailure.js";
import type {Ending} from "./attemptEnd.js";

/** What a user can put right, and then take the attempt up again. */
const CUT_OFF: ReadonlySet<ErrorCode> = new Set([
  ...(["disk-full", "unwritable-file", "attempt-locked", "no-python"] as const),
  ...(["no-model-key", "model-key-refused", "model-not-allowed", "model-unavailable"] as const),
]);

/** What an agent did to itself. */
const AGENTS_OWN: ReadonlySet<ErrorCode> = new Set(["usage", "model-request-refused", "budget-spent", "too-late"]);

const MOST_CHARACTERS = 500;

/**
 * How an attempt ends for a failure: an agent's own counts with the scores that there are; a fault of the runner's or the scorer's is an
 * error, and never a result; and nothing ends for what can be put right. A person's attempt never ends for a failure.
 */
export function endingOf(error: unknown, agent: Pick<Agent, "name"> | null): Ending {
  if (agent?.name === "human") return {reason: "cut-off", error};
  if (error instanceof AgentFailure) return {reason: "agent-failed", detail: error.message.slice(0, MOST_CHARACTERS)};
  if (!(error instanceof RebenchError)) return {reason: "runner-error", detail: String(error).slice(0, MOST_CHARACTERS)};
  if (CUT_OFF.has(error.code)) return {reason: "cut-off", error};
  return {reason: AGENTS_OWN.has(error.code) ? "agent-failed" : "runner-error", detail: error.problem.slice(0, MOST_CHARACTERS)};
}

import type {Attempt} from "../../record/attempt.js";

/** Tokens of one model, as a record has them. */
export type TokenUsage = NonNullable<Attempt["tokenUsage"]>[number];

/** One question to a model and what it cost. */
export type ModelCall = {
  model: string;
  usage: TokenUsage;
  costUsd: number | null;
  /** Time from the request to the last byte of the answer that was given: generating time. */
  seconds: number;
};

export type ChatMessage = {role: "system" | "user" | "assistant"; content: string};

export type ModelRequest = {
  model: string;
  messages: readonly ChatMessage[];
  temperature: number;
  maxOutputTokens: number;
  signal?: AbortSignal;
};

export type ModelAnswer = {text: string; call: ModelCall /** Why it ended, as the provider says. */; stopReason: string | null};

/** What agents whose loop runs in the runner ask. Metered, limited and recorded as the calls from inside a sandbox are. */
export type Model = {ask(request: ModelRequest): Promise<ModelAnswer>};

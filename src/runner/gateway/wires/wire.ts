import type {TokenUsage} from "../model.js";
import type {ServerEvent} from "../serverSentEvents.js";
import type {ModelUpstream} from "../upstream.js";
import type {JsonObject} from "./json.js";

/** Tokens of one call by kind; kinds do not overlap, but for reasoning, which is part of output. */
export type TokenCounts = Omit<TokenUsage, "model">;

export const NO_COUNTS: TokenCounts = {input: null, output: null, cacheRead: null, cacheWrite: null, reasoning: null};

/** Why the clock stands still: what the provider did. */
export type PauseReason = "upstream-429" | "upstream-5xx" | "upstream-connection";

/** What is done with one event of a stream. */
export type EventReading = {
  /** What the client sees; null where it is kept from it. */
  show: string | null;
  /** Nothing that matters comes after it. */
  last: boolean;
};

/** Reads a stream along, event by event. */
export type StreamReader = {
  /** @throws Error where the event is none of this wire. */
  read(event: ServerEvent): EventReading;
  /** As far as they have arrived. */
  counts(): TokenCounts;
  /** Whether the counts are the final ones. */
  isCounted(): boolean;
  /** Whether the answer ended as answers end; else it was cut off. */
  isWhole(): boolean;
  /** The answer as it would have come without a stream, as far as `mostCharacters` of it. */
  answer(): JsonObject;
};

/** One way of asking models over HTTP, as clients of providers speak it. */
export type Wire = {
  name: "openai-chat" | "openai-responses" | "anthropic-messages";
  /** Which upstreams understand it. */
  spokenBy: ModelUpstream["wire"];
  /** Where clients ask. */
  path: string;
  /** Where it is asked upstream. */
  address(baseUrl: string): string;
  /** With the key. */
  headers(apiKey: string): Record<string, string>;
  /** Of a client's headers those that go upstream, with the value they go with; null for none. */
  passHeader(name: string, value: string): string | null;
  /** Why a request may not go out, or null. */
  refusal(body: JsonObject): string | null;
  /** As it goes out. */
  prepare(body: JsonObject): JsonObject;
  /** Output tokens that a request allows, where it says. */
  outputLimit(body: JsonObject): number | null;
  /** Null where the answer does not say. */
  counts(answer: JsonObject): TokenCounts | null;
  readStream(body: JsonObject, mostCharacters: number): StreamReader;
  /** That a stream begins with an error that passes when asked again. */
  passingFailure(event: ServerEvent): PauseReason | null;
  /** What an answer with a status of error holds. */
  error(status: number, code: string, message: string): JsonObject;
  /** An error in a stream that has begun. */
  errorEvent(message: string): string;
};

/** Text that grows to a length and no further. */
export function boundedText(mostCharacters: number): {add(text: string): void; text(): string} {
  let text = "";
  return {
    add: (more) => {
      if (text.length < mostCharacters) text += more.slice(0, mostCharacters - text.length);
    },
    text: () => text,
  };
}

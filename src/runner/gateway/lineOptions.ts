import type {GatewayClock} from "./clock.js";
import type {Meter, MeteredCall} from "./meter.js";
import type {PauseBook} from "./pauseBook.js";
import type {ModelUpstream} from "./upstream.js";
import type {Wire} from "./wires/wire.js";

/** A call that went out, as the journal and the transcript have it. */
export type GatewayCall = MeteredCall & {
  wire: Wire["name"];
  /** Of the provider's answer; null where there was none. */
  status: number | null;
  streamed: boolean;
  /** How often it was sent. */
  tries: number;
  /** Waited for the provider before the try that this is about. */
  pausedSeconds: number;
  /** What was asked, as JSON; cut at `transcriptCharacters`. */
  request: string;
  requestBytes: number;
  /** The answer as JSON, a streamed one put together; cut at `transcriptCharacters`. */
  response: string;
  /** Why there is no whole answer, or null. */
  failure: string | null;
};

export type LineLimits = {
  /** Of one request or answer. */
  bodyBytes: number;
  /** Of all requests that are held at a time. */
  heldBytes: number;
  transcriptCharacters: number;
  concurrentCalls: number;
  connectSeconds: number;
  /** Longest time in which nothing comes from a provider; long answers that are not streamed are silent until they are ready. */
  silenceSeconds: number;
  /** Longest time that one call waits for a provider to come back. */
  callPauseSeconds: number;
};

export const LINE_LIMITS: LineLimits = {
  bodyBytes: 32 * 2 ** 20,
  heldBytes: 128 * 2 ** 20,
  transcriptCharacters: 2 ** 20,
  concurrentCalls: 64,
  connectSeconds: 15,
  silenceSeconds: 900,
  callPauseSeconds: 900,
};

export type ModelLineOptions = {
  upstreams: readonly ModelUpstream[];
  /** Those that this attempt may ask. */
  models: readonly string[];
  meter: Meter;
  /** The answer's end is held back until it resolves, so a journal can be ahead of what a participant has seen. */
  onCall?(call: GatewayCall): void | Promise<void>;
  /** One for all lines of an attempt. */
  book: PauseBook;
  clock?: GatewayClock;
  /** In [0, 1). */
  random?(): number;
  limits?: Partial<LineLimits>;
};

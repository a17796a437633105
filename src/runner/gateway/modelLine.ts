import {setMaxListeners} from "node:events";
import {nearestNames, RebenchError} from "../../errors.js";
import {type Admission, createAdmission} from "./admission.js";
import {askUpstream, type LineAnswer} from "./askUpstream.js";
import {tokensIn} from "./callRecord.js";
import {systemClock} from "./clock.js";
import {LINE_LIMITS, type LineLimits, type ModelLineOptions} from "./lineOptions.js";
import type {Meter} from "./meter.js";
import {type ConnectionAgents, connectionAgents} from "./sendRequest.js";
import type {ModelUpstream} from "./upstream.js";
import type {JsonObject} from "./wires/json.js";
import type {Wire} from "./wires/wire.js";
import {WIRES} from "./wires/wires.js";

/** One question, in one of the wires. */
export type LineRequest = {
  wire: Wire;
  body: JsonObject;
  /** The body as it came. */
  text: string;
  /** Of the client; only those that the wire passes go out. */
  headers: Record<string, string | undefined>;
  signal: AbortSignal;
};

/** What all questions of one attempt share, whoever asks. */
export type LineParts = {
  options: ModelLineOptions;
  limits: LineLimits;
  meter: Meter;
  clock: NonNullable<ModelLineOptions["clock"]>;
  agents: ConnectionAgents;
};

/** The way from one attempt to models: from inside its sandbox through `startGateway`, from the runner through `modelThrough`. */
export type ModelLine = {
  models: readonly string[];
  limits: LineLimits;
  /** The upstream that has the model. @throws RebenchError `model-not-allowed`. */
  upstreamOf(model: string, wire: Wire | null): ModelUpstream;
  /**
   * Asks; a streamed answer's events have to be read until they end or are given up (`return`).
   *
   * @throws RebenchError `model-not-allowed`, `model-request-refused`, `budget-spent`, `model-key-refused`, `model-unavailable`.
   */
  ask(request: LineRequest): Promise<LineAnswer>;
  /** Ends every call. */
  close(): void;
};

/** @throws RebenchError `usage` where a dollar limit cannot be kept, because a model has no price. */
export function modelLine(options: ModelLineOptions): ModelLine {
  const {meter, clock = systemClock} = options;
  const limits = {...LINE_LIMITS, ...options.limits};
  checkPrices(options);
  const parts: LineParts = {options, limits, meter, clock, agents: connectionAgents()};
  const admission = createAdmission(meter, limits.concurrentCalls);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // one for each call
  const upstreamOf = (model: string, wire: Wire | null) => findUpstream(model, wire, options);
  return {
    models: options.models,
    limits,
    upstreamOf,
    ask: (request) => askInTurn(request, upstreamOf, parts, admission, closing.signal),
    close: () => {
      closing.abort(new RebenchError("model-unavailable", {problem: "the attempt has ended", hint: ""}));
      parts.agents.close();
    },
  };
}

async function askInTurn(
  request: LineRequest,
  upstreamOf: ModelLine["upstreamOf"],
  parts: LineParts,
  admission: Admission,
  closing: AbortSignal,
): Promise<LineAnswer> {
  const {wire, body, text} = request;
  const model = String(body.model);
  const upstream = upstreamOf(model, wire);
  const refusal = wire.refusal(body);
  if (refusal) throw new RebenchError("model-request-refused", {problem: refusal, hint: ""});
  const link = linked([request.signal, closing]);
  let leave = link.unlink;
  try {
    const estimate = estimateOf(model, wire.outputLimit(body), text, parts.meter);
    const leaveAdmission = await admission.enter(estimate, link.signal);
    const end = parts.options.book.begin();
    leave = () => {
      link.unlink();
      end();
      leaveAdmission();
    };
    return await askUpstream({...request, signal: link.signal, model, upstream}, parts, leave);
  } catch (error) {
    leave();
    throw error;
  }
}

const UNSAID_OUTPUT_TOKENS = 4096;

function estimateOf(model: string, outputLimit: number | null, text: string, meter: Meter) {
  const counts = {input: tokensIn(text.length), output: outputLimit ?? UNSAID_OUTPUT_TOKENS, cacheRead: 0, cacheWrite: 0, reasoning: null};
  return {tokens: counts.input + counts.output, usd: meter.price(model, counts) ?? 0};
}

/** A signal that is aborted with any of several, and holds on to none of them afterwards. */
function linked(signals: readonly AbortSignal[]): {signal: AbortSignal; unlink(): void} {
  const controller = new AbortController();
  const listeners = signals.map((signal) => ({signal, abort: () => controller.abort(signal.reason)}));
  for (const {signal, abort} of listeners) {
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, {once: true});
  }
  return {
    signal: controller.signal,
    unlink: () => {
      for (const {signal, abort} of listeners) signal.removeEventListener("abort", abort);
    },
  };
}

function findUpstream(model: string, wire: Wire | null, {upstreams, models}: ModelLineOptions): ModelUpstream {
  const upstream = models.includes(model) ? upstreams.find((one) => one.models.includes(model)) : undefined;
  if (upstream && (wire === null || wire.spokenBy === upstream.wire)) return upstream;
  const shown = JSON.stringify(model.slice(0, 100));
  if (upstream) {
    const paths = WIRES.filter(({spokenBy}) => spokenBy === upstream.wire).map(({path}) => path);
    throw new RebenchError("model-not-allowed", {
      problem: `the model ${shown} is not asked here`,
      hint: `Ask it at ${paths.join(" or ")}.`,
    });
  }
  const near = nearestNames(model.slice(0, 100), models);
  const offered = (near.length > 0 ? near : models.slice(0, 10)).map((name) => JSON.stringify(name)).join(", ");
  throw new RebenchError("model-not-allowed", {
    problem: `this attempt may not ask the model ${shown}`,
    hint: models.length === 0 ? "It may ask none." : `It may ask ${offered}.`,
  });
}

function checkPrices({models, meter}: ModelLineOptions): void {
  if (meter.remaining().usd === Infinity) return;
  const none = {input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0};
  const unpriced = models.filter((model) => meter.price(model, none) === null);
  if (unpriced.length === 0) return;
  throw new RebenchError("usage", {
    problem: `a limit in dollars cannot be kept: the price list has no price for ${unpriced.join(", ")}`,
    hint: "Give a price list that has it (--prices FILE), or limit tokens instead.",
  });
}

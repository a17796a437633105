import {RebenchError} from "../../errors.js";
import {callRecord} from "./callRecord.js";
import type {GatewayCall} from "./lineOptions.js";
import type {LineParts, LineRequest} from "./modelLine.js";
import {relayStream} from "./relayStream.js";
import {retryDelay} from "./retryDelay.js";
import {type Failure, type Outcome, tryUpstream} from "./tryUpstream.js";
import type {ModelUpstream} from "./upstream.js";
import {NO_COUNTS, type TokenCounts} from "./wires/wire.js";

/** An answer of a model, or a provider's refusal (status 4xx). Events are text as it goes to the client. */
export type LineAnswer = {status: number; headers: Record<string, string>; call: GatewayCall; text: string} | LineStream;
export type LineStream = {status: number; headers: Record<string, string>; events: AsyncGenerator<string>};

export type RoutedRequest = LineRequest & {model: string; upstream: ModelUpstream};

/** What became of a call so far. */
export type Trying = {tries: number; pausedSeconds: number; beganSeconds: number};

/** How a call ended. */
export type Ending = {
  counts: TokenCounts;
  usageKnown: boolean;
  status: number | null;
  streamed: boolean;
  response: string;
  failure: string | null;
};

/** Counts a call that has ended, and resolves when that is written down. */
export type Settle = (ending: Ending) => Promise<GatewayCall>;

const FREE: TokenCounts = {input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0};

/**
 * Asks a provider until it answers, is asked in vain, or the pauses that are allowed are used up.
 *
 * @param leave Called when the call is over, for a stream when that has ended.
 */
export async function askUpstream(request: RoutedRequest, parts: LineParts, leave: () => void): Promise<LineAnswer> {
  const {trying, outcome} = await untilAnswered(request, parts);
  const settle = settling(request, trying, parts);
  const {status, headers} = outcome;
  if (outcome.kind === "stream") {
    return {status, headers, events: relayStream(outcome, request, parts.limits.transcriptCharacters, settle, leave)};
  }
  const {text} = outcome;
  const counts = outcome.kind === "refused" ? FREE : request.wire.counts(outcome.answer);
  const failure = outcome.kind === "refused" ? `status ${status}` : null;
  const call = await settle({counts: counts ?? NO_COUNTS, usageKnown: counts !== null, status, streamed: false, response: text, failure});
  leave();
  return {status, headers, call, text};
}

type Answered = {trying: Trying; outcome: Exclude<Outcome, Failure>};

async function untilAnswered(request: RoutedRequest, parts: LineParts): Promise<Answered> {
  const {clock, options} = parts;
  const {book} = options;
  const body = outgoingBody(request);
  for (let [tries, pausedSeconds] = [1, 0]; ; ++tries) {
    const trying = {tries, pausedSeconds, beganSeconds: clock.nowSeconds()};
    const outcome = await tryOnce(request, body, trying, parts);
    if (outcome.kind !== "failed") return {trying, outcome};
    const seconds = retryDelay(tries, options.random?.() ?? 0, outcome.askedSeconds);
    const left = Math.min(book.leftSeconds(), parts.limits.callPauseSeconds - pausedSeconds);
    const isLast = !outcome.mayRetry || seconds > left;
    if (outcome.mayHaveCost || isLast) await settleFailure(request, trying, outcome, parts);
    if (isLast) throw unavailable(request, outcome, tries, seconds > left);
    const waitsFromSeconds = clock.nowSeconds();
    await book.wait(outcome.reason, seconds, request.signal);
    pausedSeconds += clock.nowSeconds() - waitsFromSeconds;
  }
}

/** One try; where it is given up, what it may have cost is counted all the same. */
async function tryOnce(request: RoutedRequest, body: Buffer, trying: Trying, parts: LineParts): Promise<Outcome> {
  const {limits, agents} = parts;
  const {wire, upstream, signal} = request;
  const url = wire.address(upstream.baseUrl);
  const {connectSeconds, silenceSeconds} = limits;
  const headers = outgoingHeaders(request);
  try {
    return await tryUpstream({
      url,
      headers,
      body,
      connectSeconds,
      silenceSeconds,
      agents,
      signal,
      wire,
      upstream,
      mostBytes: limits.bodyBytes,
    });
  } catch (error) {
    const said = signal.aborted ? "given up before the answer" : error instanceof RebenchError ? error.problem : String(error);
    const ending = {status: null, streamed: false, response: "", failure: said};
    const isFree = error instanceof RebenchError && error.code === "model-key-refused";
    await settling(request, trying, parts)({...ending, counts: isFree ? FREE : NO_COUNTS, usageKnown: isFree});
    throw error;
  }
}

async function settleFailure(
  request: RoutedRequest,
  trying: Trying,
  {status, said, mayHaveCost}: Failure,
  parts: LineParts,
): Promise<void> {
  const counts = mayHaveCost ? NO_COUNTS : FREE;
  const ending = {counts, usageKnown: !mayHaveCost, status, streamed: false, response: "", failure: said || `status ${status}`};
  await settling(request, trying, parts)(ending);
}

function settling(request: RoutedRequest, {tries, pausedSeconds, beganSeconds}: Trying, parts: LineParts): Settle {
  const {meter, options, clock, limits} = parts;
  return async (ending) => {
    const seconds = clock.nowSeconds() - beganSeconds;
    const facts = {model: request.model, wire: request.wire.name, seconds, tries, pausedSeconds};
    const texts = {request: request.text.slice(0, limits.transcriptCharacters), requestBytes: Buffer.byteLength(request.text)};
    const response = ending.response.slice(0, limits.transcriptCharacters);
    const call = callRecord({...facts, ...texts, ...ending, response}, meter);
    meter.add(call);
    await options.onCall?.(call);
    return call;
  };
}

function outgoingBody({wire, body}: RoutedRequest): Buffer {
  try {
    return Buffer.from(JSON.stringify(wire.prepare(body)));
  } catch {
    throw new RebenchError("model-request-refused", {problem: "the request is nested too deeply", hint: ""}); // the stack overflows
  }
}

function outgoingHeaders({wire, upstream, headers}: RoutedRequest): Record<string, string> {
  const passed = Object.entries(headers).flatMap(([name, value]) => {
    const kept = value === undefined ? null : wire.passHeader(name, value);
    return kept === null ? [] : [[name, kept]];
  });
  const own = {"content-type": "application/json", accept: "*/*", "accept-encoding": "identity", "user-agent": "rebench"};
  return {...own, ...wire.headers(upstream.apiKey), ...(Object.fromEntries(passed) as Record<string, string>)};
}

function unavailable({upstream}: RoutedRequest, {status, said}: Failure, tries: number, isOutOfTime: boolean): RebenchError {
  const what = [status === null ? "" : `status ${status}`, said].filter((text) => text !== "").join(": ");
  const waited = isOutOfTime ? "; the time allowed for waiting for it is used up" : "";
  return new RebenchError("model-unavailable", {
    problem: `${upstream.name} does not answer after ${tries} ${tries === 1 ? "try" : "tries"} (${what})${waited}`,
    hint: "Ask again later.",
  });
}

import type {IncomingMessage} from "node:http";
import {RebenchError} from "../../errors.js";
import {retryAfterSeconds} from "./retryDelay.js";
import {type OutgoingRequest, readAnswer, sendRequest} from "./sendRequest.js";
import {type ServerEvent, serverSentEvents} from "./serverSentEvents.js";
import {type ModelUpstream, redactKeys} from "./upstream.js";
import {type JsonObject, objectAt, parseObject, textAt} from "./wires/json.js";
import type {PauseReason, Wire} from "./wires/wire.js";

type Head = {status: number; headers: Record<string, string>};

/** The provider did not answer. `mayHaveCost`: it had begun to. */
export type Failure = {
  kind: "failed";
  reason: PauseReason;
  status: number | null;
  said: string;
  askedSeconds: number | null;
  mayRetry: boolean;
  mayHaveCost: boolean;
};

/** What came of one try. `refused`: the request is at fault. Keys are redacted in all of it. */
export type Outcome =
  | (Head & {kind: "answer"; text: string; answer: JsonObject})
  | (Head & {kind: "stream"; first: ServerEvent; events: AsyncGenerator<ServerEvent>})
  | (Head & {kind: "refused"; text: string})
  | Failure;

type Try = OutgoingRequest & {wire: Wire; upstream: ModelUpstream; mostBytes: number};

const PASSED_BACK = ["content-type", "request-id", "x-request-id"];

/** Sends a request once. @throws The signal's reason; RebenchError `model-key-refused`. */
export async function tryUpstream(request: Try): Promise<Outcome> {
  let response: IncomingMessage | null = null;
  try {
    response = await sendRequest(request);
    return await outcomeOf(response, request);
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    if (error instanceof RebenchError) throw error;
    const {code, message} = error as NodeJS.ErrnoException;
    const said = redactKeys(code && !message.includes(code) ? `${code}: ${message}` : message, [request.upstream.apiKey]);
    return failure("upstream-connection", {status: response?.statusCode ?? null, said, mayHaveCost: isSuccess(response)});
  }
}

const isSuccess = (response: IncomingMessage | null) => response?.statusCode !== undefined && response.statusCode < 300;

const failure = (reason: PauseReason, facts: Partial<Failure>): Failure => {
  const standard = {status: null, said: "", askedSeconds: null, mayRetry: true, mayHaveCost: false};
  return {kind: "failed", reason, ...standard, ...facts};
};

async function outcomeOf(response: IncomingMessage, request: Try): Promise<Outcome> {
  const {wire, upstream, mostBytes} = request;
  const redact = (text: string) => redactKeys(text, [upstream.apiKey]);
  const head = {status: response.statusCode!, headers: headersOf(response, redact)};
  const encoding = response.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    response.destroy();
    const said = `the answer is compressed (${encoding}), which was not asked for`;
    return failure("upstream-5xx", {...head, said, mayRetry: false, mayHaveCost: isSuccess(response)});
  }
  if (isSuccess(response) && /^text\/event-stream/i.test(response.headers["content-type"] ?? "")) {
    return streamOf(head, redactedEvents(response, mostBytes, redact), wire);
  }
  const text = redact(await readAnswer(response, mostBytes));
  if (!isSuccess(response)) return errorOf(head, text, response, upstream);
  const answer = parseObject(text);
  if (answer) return {kind: "answer", ...head, text, answer};
  return failure("upstream-5xx", {...head, said: "the answer is not JSON", mayRetry: false, mayHaveCost: true});
}

async function streamOf(head: Head, events: AsyncGenerator<ServerEvent>, wire: Wire): Promise<Outcome> {
  const {value: first, done} = await events.next();
  if (done) throw new Error("the stream ended before it began");
  const reason = wire.passingFailure(first);
  if (reason === null) return {kind: "stream", ...head, first, events};
  await events.return(undefined);
  return failure(reason, {...head, said: messageIn(first.data ?? "")});
}

async function* redactedEvents(response: IncomingMessage, mostBytes: number, redact: (text: string) => string) {
  for await (const {raw, data} of serverSentEvents(response, mostBytes)) yield {raw: redact(raw), data: data && redact(data)};
  if (!response.complete) throw new Error("the stream was cut off");
}

function errorOf(head: Head, text: string, response: IncomingMessage, upstream: ModelUpstream): Outcome {
  const {status} = head;
  if (status === 401) throw keyRefused(upstream);
  const said = messageIn(text);
  const isAtFault = status >= 400 && status < 500 && (status !== 429 || isTooLarge(said));
  if (isAtFault) return {kind: "refused", ...head, text};
  const askedSeconds = retryAfterSeconds(response.headers, Date.now());
  const mayRetry = status >= 400 && response.headers["x-should-retry"] !== "false";
  return failure(status === 429 ? "upstream-429" : "upstream-5xx", {status, said, askedSeconds, mayRetry});
}

/** No wait helps a single request that is larger than the rate allows; and nobody is to cause a pause with one. */
const isTooLarge = (said: string) => /too large|long context/i.test(said);

const messageIn = (text: string): string => {
  const body = parseObject(text) ?? {};
  return (textAt(objectAt(body.error).message) || textAt(body.message) || text).slice(0, 300);
};

function headersOf(response: IncomingMessage, redact: (text: string) => string): Record<string, string> {
  const passed = PASSED_BACK.filter((name) => response.headers[name] !== undefined);
  return Object.fromEntries(passed.map((name) => [name, redact(String(response.headers[name]))]));
}

const keyRefused = ({name, baseUrl, keyVariable}: ModelUpstream) =>
  new RebenchError("model-key-refused", {
    problem: `${name} (${new URL(baseUrl).host}) refused the key of the runner (status 401)`,
    hint: `Set ${keyVariable} to a key that is valid there.`,
  });

import {createServer, type IncomingMessage, type ServerResponse} from "node:http";
import type {AddressInfo} from "node:net";
import {anthropicEvents, anthropicMessage, chatChunks, chatCompletion, responseEvents, responseObject} from "./scriptedWires.js";

export type ScriptedRequest = {
  wire: "chat" | "responses" | "messages";
  model: string;
  body: Record<string, unknown>;
  headers: Record<string, string | string[] | undefined>;
  /** From 0. */
  index: number;
  /** Set when the client went away before the answer was out. */
  aborted: boolean;
};

/** What the server says it used; kinds do not overlap, but for reasoning. */
export type ScriptedUsage = {input: number; output: number; cacheRead: number; cacheWrite: number; reasoning: number};

/** An answer, or a way to fail. */
export type ScriptedReply = {
  text?: string;
  usage?: Partial<ScriptedUsage>;
  /** Another status than 200, with `body` or an error of the wire. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** `reset`: closes the connection. `hang`: says nothing. `cut`: stops in the middle. `garbage`: no JSON. */
  fail?: "reset" | "hang" | "cut" | "garbage";
  /** Resolves before each piece of a stream. */
  beforePiece?: (index: number) => Promise<void>;
};

export type Script = (request: ScriptedRequest) => ScriptedReply | string | Promise<ScriptedReply | string>;

export type ScriptedUpstream = {
  openaiUrl: string;
  anthropicUrl: string;
  requests: ScriptedRequest[];
  /** By model, of all answers that were sent whole. */
  counted: Map<string, ScriptedUsage & {calls: number}>;
  /** What the next requests get, before the script is asked again. */
  next: ScriptedReply[];
  script: Script;
  close(): Promise<void>;
};

const WIRES = {"/v1/chat/completions": "chat", "/v1/responses": "responses", "/v1/messages": "messages"} as const;

/** A server that speaks the real wire formats of both providers, with scripted answers; it counts the tokens that it says it used. */
export async function startScriptedUpstream({key, script}: {key: string; script: Script}): Promise<ScriptedUpstream> {
  const upstream = {requests: [], counted: new Map(), next: [], script} as unknown as ScriptedUpstream;
  const server = createServer({keepAliveTimeout: 60_000}, (request, response) => void answer(request, response, key, upstream));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return Object.assign(upstream, {openaiUrl: `${address}/v1`, anthropicUrl: address, close});
}

async function answer(request: IncomingMessage, response: ServerResponse, key: string, upstream: ScriptedUpstream): Promise<void> {
  const wire = WIRES[request.url as keyof typeof WIRES];
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const shown = request.headers[wire === "messages" ? "x-api-key" : "authorization"];
  if (wire === undefined) return void response.writeHead(404).end();
  if (shown !== (wire === "messages" ? key : `Bearer ${key}`))
    return sendError(response, wire, 401, `Incorrect API key provided: ${shown}`);
  const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>;
  const model = String(body.model);
  const asked: ScriptedRequest = {wire, model, body, headers: request.headers, index: upstream.requests.length, aborted: false};
  upstream.requests.push(asked);
  response.on("close", () => {
    asked.aborted = !response.writableFinished;
  });
  const said = upstream.next.shift() ?? (await upstream.script(asked));
  const reply = typeof said === "string" ? {text: said} : said;
  const usage = {...countTokens(body, reply.text ?? ""), ...reply.usage};
  if (await send(response, asked, reply, usage)) count(upstream.counted, model, usage);
}

/** One token for four characters. */
function countTokens(body: Record<string, unknown>, text: string): ScriptedUsage {
  const asked = JSON.stringify(body.messages ?? body.input ?? "").length;
  return {input: Math.ceil(asked / 4), output: Math.ceil(text.length / 4), cacheRead: 0, cacheWrite: 0, reasoning: 0};
}

function count(counted: ScriptedUpstream["counted"], model: string, usage: ScriptedUsage): void {
  const sum = counted.get(model) ?? {input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0, calls: 0};
  for (const kind of Object.keys(usage) as (keyof ScriptedUsage)[]) sum[kind] += usage[kind];
  counted.set(model, {...sum, calls: sum.calls + 1});
}

/** Whether a whole answer went out. */
async function send(response: ServerResponse, asked: ScriptedRequest, reply: ScriptedReply, usage: ScriptedUsage): Promise<boolean> {
  const headers = {"x-request-id": `req_${asked.index}`, ...reply.headers};
  if (reply.fail === "hang") return false;
  if (reply.fail === "reset") return response.destroy() && false;
  if (reply.status !== undefined && reply.status !== 200) {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (reply.body === undefined) sendError(response, asked.wire, reply.status, reply.text ?? `scripted ${reply.status}`);
    else response.writeHead(reply.status, {"content-type": "application/json"}).end(reply.body);
    return false;
  }
  return asked.body.stream === true
    ? sendStream(response, asked, reply, usage, headers)
    : sendWhole(response, asked, reply, usage, headers);
}

function sendWhole(
  response: ServerResponse,
  {wire, model}: ScriptedRequest,
  {text = "", fail, body}: ScriptedReply,
  usage: ScriptedUsage,
  headers: Record<string, string>,
): boolean {
  const make = {chat: chatCompletion, responses: responseObject, messages: anthropicMessage}[wire];
  const json = body ?? (fail === "garbage" ? '{"id": "x", <html>' : JSON.stringify(make(model, text, usage)));
  response.writeHead(200, {"content-type": "application/json", "content-length": Buffer.byteLength(json), ...headers});
  if (fail !== "cut") return response.end(json) && fail === undefined && body === undefined;
  response.write(json.slice(0, json.length / 2), () => response.destroy());
  return false;
}

async function sendStream(
  response: ServerResponse,
  {wire, model, body}: ScriptedRequest,
  {text = "", fail, beforePiece}: ScriptedReply,
  usage: ScriptedUsage,
  headers: Record<string, string>,
): Promise<boolean> {
  const isCounted = (body.stream_options as {include_usage?: boolean} | undefined)?.include_usage === true;
  const pieces = {
    chat: () => chatChunks(model, text, usage, isCounted),
    responses: () => responseEvents(model, text, usage),
    messages: () => anthropicEvents(model, text, usage),
  }[wire]();
  response.writeHead(200, {"content-type": "text/event-stream; charset=utf-8", ...headers});
  response.flushHeaders();
  for (const [i, piece] of pieces.entries()) {
    await beforePiece?.(i);
    if (fail !== undefined && i === Math.floor(pieces.length / 2)) {
      if (fail === "garbage") response.write("data: {<html>\n\n");
      await new Promise((resolve) => setTimeout(resolve, 5)); // what was written is on its way
      response.destroy();
      return false;
    }
    if (response.closed) return false;
    response.write(piece);
  }
  response.end();
  return true;
}

function sendError(response: ServerResponse, wire: ScriptedRequest["wire"], status: number, message: string): void {
  const openai = {error: {message, type: status === 429 ? "rate_limit_exceeded" : "server_error", param: null, code: null}};
  const anthropic = {type: "error", error: {type: status === 529 ? "overloaded_error" : "api_error", message}};
  response.writeHead(status, {"content-type": "application/json"}).end(JSON.stringify(wire === "messages" ? anthropic : openai));
}

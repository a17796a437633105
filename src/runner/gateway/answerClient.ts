import {createHash, timingSafeEqual} from "node:crypto";
import type {IncomingMessage, ServerResponse} from "node:http";
import {type ErrorCode, RebenchError} from "../../errors.js";
import type {LineAnswer, LineStream} from "./askUpstream.js";
import type {ModelLine} from "./modelLine.js";
import {BodyRefused, type HeldBytes, readBody} from "./readBody.js";
import {type JsonObject, parseObject} from "./wires/json.js";
import type {Wire} from "./wires/wire.js";
import {WIRES} from "./wires/wires.js";

const WAITED_HEADER = "x-rebench-waited-seconds";

type Refused = {status: number; code: string; message: string};

/** What a participant is told of failures; what it can do nothing about is said without details of the host. */
const REFUSALS: Partial<Record<ErrorCode, {status: number; message?: string}>> = {
  "model-not-allowed": {status: 404},
  "model-request-refused": {status: 400},
  "budget-spent": {status: 429},
  "model-key-refused": {status: 502, message: "the provider did not accept the runner's key; nothing inside the sandbox changes that"},
  "model-unavailable": {status: 502, message: "the provider does not answer; ask again later"},
};

const UNANSWERED: readonly ErrorCode[] = ["model-key-refused", "model-unavailable"];

type Told = {
  onFault: (error: Error) => void;
  onUnanswered: (error: RebenchError) => void;
  /** Null: nobody is told. */
  waitedSeconds: (() => number) | null;
};

/** Answers requests of clients that show the token, each in the words of its wire. */
export function answerClient(line: ModelLine, token: string, told: Told) {
  const isToken = tokenCheck(token);
  const held: HeldBytes = {bytes: 0, most: line.limits.heldBytes};
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "").split("?")[0]!;
    const wire = WIRES.find((one) => one.path === path);
    request.on("error", () => {}); // a client that goes away; whoever reads the body has it too
    response.on("error", () => {});
    try {
      if (!isToken(request)) throw new BodyRefused(401, "a token of this attempt is expected (Authorization: Bearer, or x-api-key)");
      if (wire && request.method === "POST") await answerQuestion(request, response, {wire, line, held, waitedSeconds: told.waitedSeconds});
      else sendJson(response, 200, modelsAnswer(request.method ?? "", path, line));
    } catch (error) {
      const refused = refusedFor(error as Error, told);
      if (!response.headersSent) refuse(request, response, wire ?? WIRES[0]!, refused);
      else response.destroy();
    }
  };
}

type Asked = {wire: Wire; line: ModelLine; held: HeldBytes; waitedSeconds: Told["waitedSeconds"]};

async function answerQuestion(request: IncomingMessage, response: ServerResponse, {wire, line, held, waitedSeconds}: Asked): Promise<void> {
  const {text, release} = await readBody(request, line.limits.bodyBytes, held);
  const gone = new AbortController();
  response.on("close", () => gone.abort(new BodyRefused(499, "the client went away")));
  try {
    const body = parseObject(text);
    if (body === null) throw new BodyRefused(400, "the request's body is not an object in JSON");
    if (typeof body.model !== "string") throw new BodyRefused(400, "the request names no model");
    const headers = request.headers as Record<string, string | undefined>;
    const answer = await line.ask({wire, body, text, headers, signal: gone.signal});
    if (waitedSeconds !== null) response.setHeader(WAITED_HEADER, waitedSeconds().toFixed(3));
    await send(response, answer);
  } finally {
    release();
  }
}

async function send(response: ServerResponse, answer: LineAnswer): Promise<void> {
  response.writeHead(answer.status, {...answer.headers, "cache-control": "no-cache"});
  if ("text" in answer) response.end(answer.text);
  else await sendEvents(response, answer);
}

async function sendEvents(response: ServerResponse, {events}: LineStream): Promise<void> {
  response.flushHeaders();
  for await (const text of events) {
    if (response.closed) break;
    if (!response.write(text)) await drained(response);
  }
  response.end();
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    if (response.closed) return resolve();
    response.once("drain", done).once("close", done);
  });

function modelsAnswer(method: string, path: string, {models, upstreamOf}: ModelLine): JsonObject {
  const entry = (id: string) => ({
    ...{id, object: "model", created: 0, owned_by: upstreamOf(id, null).name}, // as OpenAI lists them
    ...{type: "model", display_name: id, created_at: "1970-01-01T00:00:00Z"}, // as Anthropic does
  });
  const list = path.replace(/\/$/, "") === "/v1/models";
  const name = path.startsWith("/v1/models/")
    ? models.find((model) => encodeURIComponent(model) === path.slice("/v1/models/".length))
    : undefined;
  if (method === "GET" && list) {
    return {object: "list", data: models.map(entry), has_more: false, first_id: models[0] ?? null, last_id: models.at(-1) ?? null};
  }
  if (method === "GET" && name !== undefined) return entry(name);
  const known = [...WIRES.map((wire) => `POST ${wire.path}`), "GET /v1/models"].join(", ");
  throw new BodyRefused(404, `there is nothing here; what there is: ${known}`);
}

function refusedFor(error: Error, {onFault, onUnanswered}: Told): Refused {
  if (error instanceof BodyRefused) return {status: error.status, code: "invalid-request", message: error.message};
  const known = error instanceof RebenchError ? REFUSALS[error.code] : undefined;
  if (known === undefined || !(error instanceof RebenchError)) {
    onFault(error);
    return {status: 500, code: "gateway-failed", message: "the gateway failed; the runner knows why"};
  }
  if (UNANSWERED.includes(error.code)) onUnanswered(error);
  const message = known.message ?? [error.problem, error.hint].filter((part) => part !== "").join(". ");
  return {status: known.status, code: error.code, message};
}

/** What is not going to change when it is asked again says so, in the header that clients of both providers read. */
function refuse(request: IncomingMessage, response: ServerResponse, wire: Wire, {status, code, message}: Refused): void {
  if (status !== 502 && status !== 503) response.setHeader("x-should-retry", "false");
  if (!request.complete) response.setHeader("connection", "close");
  sendJson(response, status, wire.error(status, code, message));
  request.resume(); // a client that is still sending would not read the answer otherwise
}

function sendJson(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, {"content-type": "application/json"}).end(JSON.stringify(body));
}

function tokenCheck(token: string): (request: IncomingMessage) => boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const expected = digest(token);
  return ({headers}) => {
    const bearer = /^Bearer +(.*)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
    const shown = [bearer, String(headers["x-api-key"] ?? "")].map(digest);
    return shown.map((one) => timingSafeEqual(one, expected)).includes(true);
  };
}

// What the model gateway adds to a call: the same calls straight to a provider that answers at once, through the gateway's socket, and
// through the forwarder inside a sandbox as well. Provider, gateway and client are processes of their own.
// Usage: npm run build && node test/bench/gateway.mjs [calls]
import {fork, spawn} from "node:child_process";
import {mkdtempSync, rmSync} from "node:fs";
import http from "node:http";
import {tmpdir} from "node:os";
import {join} from "node:path";

const root = join(import.meta.dirname, "..", "..");
const [MODEL, TOKEN, KEY] = ["gpt-4o-2024-08-06", "token-of-this-attempt", "sk-key-of-the-bench"];
const TEXT = "An answer of about two hundred tokens, as models give them. ".repeat(14);
const PIECES = 50;

const roles = {provider: startProvider, gateway: startGatewayProcess};
const role = roles[process.argv[2]];
if (role) process.send(await role(process.argv[3]));
else await measure(Number(process.argv[2] ?? 1000));

function startProvider() {
  const usage = {prompt_tokens: 500, completion_tokens: 200, total_tokens: 700, prompt_tokens_details: {cached_tokens: 0}};
  const head = {id: "chatcmpl-1", created: 1, model: MODEL};
  const whole = JSON.stringify({
    ...head,
    object: "chat.completion",
    choices: [{index: 0, message: {content: TEXT}, finish_reason: "stop"}],
    usage,
  });
  const chunk = (choices, more) => `data: ${JSON.stringify({...head, object: "chat.completion.chunk", choices, ...more})}\n\n`;
  const piece = chunk([{index: 0, delta: {content: TEXT.slice(0, TEXT.length / PIECES)}, finish_reason: null}], {usage: null});
  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    if (!JSON.parse(body).stream) return response.writeHead(200, {"content-type": "application/json"}).end(whole);
    response.writeHead(200, {"content-type": "text/event-stream"});
    for (let i = 0; i < PIECES; ++i) response.write(piece);
    response.end(`${chunk([{index: 0, delta: {}, finish_reason: "stop"}])}${chunk([], {usage})}data: [DONE]\n\n`);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
}

async function startGatewayProcess(address) {
  const from = (file) => import(join(root, "dist", file));
  const [{modelLine}, {createMeter}, {createPauseBook}, {systemClock}, {startGateway}, {priceFinder}, {readPrices}] = await Promise.all(
    [
      "runner/gateway/modelLine.js",
      "runner/gateway/meter.js",
      "runner/gateway/pauseBook.js",
      "runner/gateway/clock.js",
      "runner/gateway/startGateway.js",
      "cost/priceFinder.js",
      "cost/readPrices.js",
    ].map(from),
  );
  const meter = createMeter({prices: priceFinder(readPrices()), day: "2025-01-01", tokenLimit: 1e12, costLimitUsd: 1e9});
  const line = modelLine({
    upstreams: [{name: "bench", wire: "openai", baseUrl: `${address}/v1`, apiKey: KEY, keyVariable: "KEY", models: [MODEL]}],
    models: [MODEL],
    meter,
    book: createPauseBook({clock: systemClock, mostSeconds: 3600, onPause() {}, onResume() {}}),
  });
  const socketFolder = mkdtempSync(join(tmpdir(), "rebench-bench-"));
  process.on("disconnect", () => {
    rmSync(socketFolder, {recursive: true, force: true});
    process.exit();
  });
  const {socketPath} = await startGateway(line, {socketFolder, token: TOKEN});
  return socketPath;
}

function started(child) {
  return new Promise((resolve) => child.once("message", resolve));
}

async function measure(calls) {
  const children = [fork(import.meta.filename, ["provider"])];
  const port = await started(children[0]);
  children.push(fork(import.meta.filename, ["gateway", `http://127.0.0.1:${port}`]));
  const socketPath = await started(children[1]);
  const forwarder = spawn("python3", [join(root, "src/runner/guest/forward.py"), socketPath], {stdio: ["ignore", "pipe", "inherit"]});
  const forwarded = Number(await new Promise((resolve) => forwarder.stdout.once("data", resolve)));
  const ways = {
    direct: {port, token: KEY},
    gateway: {socketPath, token: TOKEN},
    "gateway and forwarder": {port: forwarded, token: TOKEN},
  };
  for (const stream of [false, true]) console.table(await compare(ways, stream, calls));
  forwarder.kill();
  for (const child of children) child.disconnect();
  children[0].kill();
  process.exit();
}

/** Each way in turn, call by call, so that what else the machine does hits all alike. Milliseconds. */
async function compare(ways, stream, calls) {
  const agent = new http.Agent({keepAlive: true});
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let i = -calls / 5; i < calls; ++i) {
    for (const [name, way] of Object.entries(ways)) {
      const milliseconds = await timeOf(way, stream, agent);
      if (i >= 0) times[name].push(milliseconds);
    }
  }
  const direct = summary(times.direct);
  return Object.fromEntries(
    Object.entries(times).map(([name, values]) => {
      const {median, p95} = summary(values);
      const added = {"median added": round(median - direct.median), "p95 added": round(p95 - direct.p95)};
      return [`${name}, ${stream ? `stream of ${PIECES}` : "whole"}`, {"median ms": round(median), "p95 ms": round(p95), ...added}];
    }),
  );
}

function round(value) {
  return Number(value.toFixed(2));
}

function summary(values) {
  const ascending = values.toSorted((a, b) => a - b);
  const at = (share) => ascending[Math.floor(share * (ascending.length - 1))];
  return {median: at(0.5), p95: at(0.95)};
}

function timeOf({token, ...where}, stream, agent) {
  const body = JSON.stringify({model: MODEL, stream, messages: [{role: "user", content: "A question of some length. ".repeat(80)}]});
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const headers = {authorization: `Bearer ${token}`, "content-length": Buffer.byteLength(body)};
    const request = http.request(
      {...where, host: "127.0.0.1", agent, method: "POST", path: "/v1/chat/completions", headers},
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        response.on("end", () => resolve(performance.now() - begin)).resume();
      },
    );
    request.on("error", reject).end(body);
  });
}

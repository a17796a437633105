import {mkdtempSync, rmSync} from "node:fs";
import http, {type IncomingHttpHeaders} from "node:http";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {onTestFinished} from "vitest";
import {priceFinder} from "../../../src/cost/priceFinder.js";
import {parsePriceList} from "../../../src/cost/priceList.js";
import type {GatewayClock} from "../../../src/runner/gateway/clock.js";
import type {GatewayCall, ModelLineOptions} from "../../../src/runner/gateway/lineOptions.js";
import {createMeter, type MeterOptions, type SpentLimit} from "../../../src/runner/gateway/meter.js";
import {modelLine} from "../../../src/runner/gateway/modelLine.js";
import {createPauseBook, type PauseBookOptions} from "../../../src/runner/gateway/pauseBook.js";
import {type GatewayOptions, startGateway} from "../../../src/runner/gateway/startGateway.js";
import {type Script, startScriptedUpstream} from "./scriptedUpstream.js";

export const KEY = "sk-very-secret-key-0123456789";
export const TOKEN = "attempt-token-0123456789";
export const GPT = "gpt-4o-2024-08-06";
export const CLAUDE = "claude-3-5-sonnet-20241022";

const price = (from: string, rates: object) => ({from, cacheRead: null, cacheWrite: null, source: "invented", certain: true, ...rates});

/** Prices that are not those of today, so that a test sees which day's were taken. */
export const PRICES = parsePriceList(
  {
    currency: "USD",
    unit: "per million tokens",
    models: [
      {name: GPT, prices: [price("2024-01-01", {input: 100, output: 100}), price("2024-08-06", {input: 2.5, output: 10, cacheRead: 1.25})]},
      {name: CLAUDE, prices: [price("2024-10-22", {input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75})]},
    ],
  },
  "the test",
);

/** Time that passes only by sleeping. */
export function fakeClock(): GatewayClock & {slept: number[]; now: number} {
  const clock = {
    now: 1000,
    slept: [] as number[],
    nowSeconds: () => clock.now,
    sleep: async (seconds: number, signal: AbortSignal) => {
      await new Promise(setImmediate);
      signal.throwIfAborted();
      clock.slept.push(seconds);
      clock.now += seconds;
    },
  };
  return clock;
}

type Setup = {
  script?: Script;
  meter?: Partial<MeterOptions>;
  line?: Partial<ModelLineOptions>;
  pauses?: Partial<PauseBookOptions>;
  gateway?: Partial<GatewayOptions>;
};

/** A gateway in front of a scripted upstream, with all that it reported. Closed when the test ends. */
export async function setUp({
  script = () => "Hello, world.",
  meter: meterOptions,
  line: lineOptions,
  pauses,
  gateway: gatewayOptions,
}: Setup = {}) {
  const upstream = await startScriptedUpstream({key: KEY, script});
  const folder = mkdtempSync(join(tmpdir(), "rebench-gateway-"));
  const [calls, events, limits, faults]: [GatewayCall[], string[], SpentLimit[], Error[]] = [[], [], [], []];
  const clock = fakeClock();
  const onLimit = (limit: SpentLimit) => void limits.push(limit);
  const meter = createMeter({
    prices: priceFinder(PRICES),
    day: "2025-01-01",
    tokenLimit: null,
    costLimitUsd: null,
    onLimit,
    ...meterOptions,
  });
  const line = modelLine({
    upstreams: [
      {name: "openai", wire: "openai", baseUrl: upstream.openaiUrl, apiKey: KEY, keyVariable: "OPENAI_API_KEY", models: [GPT, "unlisted"]},
      {
        name: "anthropic",
        wire: "anthropic",
        baseUrl: upstream.anthropicUrl,
        apiKey: KEY,
        keyVariable: "ANTHROPIC_API_KEY",
        models: [CLAUDE],
      },
    ],
    models: [GPT, CLAUDE],
    meter,
    clock,
    onCall: (call) => void calls.push(call),
    book: createPauseBook({
      clock: lineOptions?.clock ?? clock,
      mostSeconds: 3600,
      onPause: (reason) => void events.push(reason),
      onResume: () => void events.push("resume"),
      ...pauses,
    }),
    ...lineOptions,
  });
  const onFault = (error: Error) => void faults.push(error);
  const gateway = await startGateway(line, {socketFolder: join(folder, "model socket é"), token: TOKEN, onFault, ...gatewayOptions});
  onTestFinished(async () => {
    await gateway.close();
    await upstream.close();
    rmSync(folder, {recursive: true, force: true});
  });
  return {upstream, folder, calls, events, limits, faults, clock, meter, line, gateway};
}

export type Answer = {status: number; headers: IncomingHttpHeaders; text: string};

type Ask = {
  path?: string;
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  onText?(text: string): void;
  port?: number;
};

/** A request over the gateway's Unix socket, or a port. */
export function ask(
  socketPath: string,
  {path = "/v1/chat/completions", method = "POST", body, headers, signal, onText, port}: Ask,
): Promise<Answer> {
  const where = port === undefined ? {socketPath} : {host: "127.0.0.1", port};
  return new Promise((resolve, reject) => {
    const request = http.request({
      ...where,
      path,
      method,
      headers: {authorization: `Bearer ${TOKEN}`, ...headers},
      ...(signal && {signal}),
    });
    request.on("error", reject).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        text += piece;
        onText?.(piece);
      });
      response.on("end", () => resolve({status: response.statusCode!, headers: response.headers, text})).on("error", reject);
    });
    request.end(body === undefined ? undefined : typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
}

export const chat = (more: object = {}) => ({model: GPT, messages: [{role: "user", content: "Hi"}], ...more});
export const responses = (more: object = {}) => ({model: GPT, input: "Hi", ...more});
export const messages = (more: object = {}) => ({model: CLAUDE, max_tokens: 100, messages: [{role: "user", content: "Hi"}], ...more});

/** The data of a stream's events, parsed. */
export const eventsOf = (text: string): Record<string, unknown>[] =>
  [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json!) as Record<string, unknown>);

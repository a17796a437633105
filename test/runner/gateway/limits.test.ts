import {expect, it} from "vitest";
import {priceFinder} from "../../../src/cost/priceFinder.js";
import type {GatewayCall} from "../../../src/runner/gateway/lineOptions.js";
import {createMeter} from "../../../src/runner/gateway/meter.js";
import {modelLine} from "../../../src/runner/gateway/modelLine.js";
import {createPauseBook} from "../../../src/runner/gateway/pauseBook.js";
import {ask, CLAUDE, chat, fakeClock, GPT, KEY, messages, PRICES, setUp} from "./harness.js";

const USED = {text: "x", usage: {input: 300, output: 100}};

it("answers nothing more when the tokens are spent", async () => {
  const {upstream, gateway, limits} = await setUp({script: () => USED, meter: {tokenLimit: 1000}});
  const statuses = [];
  for (let i = 0; i < 5; ++i) statuses.push((await ask(gateway.socketPath, {body: chat()})).status);
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
  expect(upstream.requests.length).toBe(3);
  expect(limits).toEqual([{kind: "tokens", limit: 1000, used: 1200}]); // told once
  const {headers, text} = await ask(gateway.socketPath, {path: "/v1/messages", body: messages({stream: true})});
  expect(headers["x-should-retry"]).toBe("false");
  expect(JSON.parse(text)).toMatchObject({
    type: "error",
    error: {type: "rate_limit_error", message: /budget of 1000 tokens for models is spent/},
  });
});

it("answers nothing more when the dollars are spent", async () => {
  const usage = {input: 1000, output: 100, cacheRead: 2000};
  const {gateway, limits} = await setUp({script: () => ({text: "x", usage}), meter: {costLimitUsd: 0.011}});
  const statuses = [];
  for (let i = 0; i < 4; ++i) statuses.push((await ask(gateway.socketPath, {body: chat({max_tokens: 1})})).status);
  expect(statuses).toEqual([200, 200, 429, 429]); // (1000 · 2.5 + 2000 · 1.25 + 100 · 10) / 1e6 = 0.006 each
  expect(limits).toEqual([{kind: "cost", limit: 0.011, used: expect.closeTo(0.012, 12)}]);
});

it("is passed by one call at most, however many are asked at once", async () => {
  const {upstream, gateway, meter} = await setUp({script: () => USED, meter: {tokenLimit: 2000}});
  const answers = await Promise.all(Array.from({length: 50}, () => ask(gateway.socketPath, {body: chat({max_tokens: 400})})));
  expect(answers.filter(({status}) => status === 200).length).toBe(5);
  expect(answers.filter(({status}) => status === 429).length).toBe(45);
  expect([upstream.requests.length, meter.totals().tokens]).toEqual([5, 2000]);
});

it("charges calls that are cut off to escape being counted", async () => {
  const {gateway, limits, meter} = await setUp({script: () => ({text: "words ".repeat(200), fail: "cut"}), meter: {tokenLimit: 500}});
  const statuses = [];
  for (let i = 0; i < 6; ++i) statuses.push((await ask(gateway.socketPath, {body: chat({stream: true, max_tokens: 50})})).status);
  expect(statuses.at(-1)).toBe(429);
  expect(limits.length).toBe(1);
  expect(meter.totals()).toMatchObject({tokens: 0, callsWithoutUsage: statuses.filter((status) => status === 200).length});
});

it("sends no more calls at a time than it is told", async () => {
  let [now, most] = [0, 0];
  const script = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 2));
    --now;
    return "done";
  };
  const {gateway} = await setUp({script, line: {limits: {concurrentCalls: 3}}});
  await Promise.all(Array.from({length: 30}, () => ask(gateway.socketPath, {body: chat()})));
  expect(most).toBe(3);
});

it("counts the same again from a journal of its calls", async () => {
  const {gateway, calls, meter} = await setUp({
    script: () => ({text: "x", usage: {input: 7, output: 3, cacheRead: 2, reasoning: 1}}),
    meter: {tokenLimit: 30},
  });
  for (const [path, body] of [
    ["/v1/messages", messages()],
    ["/v1/chat/completions", chat({stream: true})],
    ["/v1/responses", chat({input: ""})],
  ] as const) {
    await ask(gateway.socketPath, {path, body});
  }
  const restored = createMeter({prices: priceFinder(PRICES), day: "2025-01-01", tokenLimit: 30, costLimitUsd: null});
  for (const call of JSON.parse(JSON.stringify(calls)) as GatewayCall[]) restored.add(call);
  expect(restored.totals()).toEqual(meter.totals());
  expect(restored.totals().usage.map(({model}) => model)).toEqual([CLAUDE, GPT]);
  expect(restored.spent()).toEqual({kind: "tokens", limit: 30, used: 36});
});

const anyBook = () => createPauseBook({clock: fakeClock(), mostSeconds: 60, onPause: () => {}, onResume: () => {}});

it("refuses a limit in dollars that it cannot keep, and does not know the cost of what has no price", async () => {
  const upstreams = [
    {
      name: "o",
      wire: "openai" as const,
      baseUrl: "http://127.0.0.1:1/v1",
      apiKey: KEY,
      keyVariable: "OPENAI_API_KEY",
      models: ["home-made"],
    },
  ];
  const options = {prices: priceFinder(PRICES), day: "2025-01-01", tokenLimit: null};
  const line = (costLimitUsd: number | null) =>
    modelLine({upstreams, models: ["home-made"], meter: createMeter({...options, costLimitUsd}), book: anyBook()});
  expect(() => line(1)).toThrow(expect.objectContaining({code: "usage", problem: expect.stringContaining("home-made")}));
  expect(() => line(null)).not.toThrow();
  const {upstream} = await setUp();
  const {gateway, meter} = await setUp({line: {upstreams: [{...upstreams[0]!, baseUrl: upstream.openaiUrl}], models: ["home-made"]}});
  await ask(gateway.socketPath, {body: chat({model: "home-made"})});
  expect(meter.totals()).toMatchObject({calls: 1, costUsd: null, callsWithoutUsage: 0});
});

import {expect, it} from "vitest";
import {ask, CLAUDE, chat, eventsOf, GPT, KEY, messages, responses, setUp} from "./harness.js";

const USAGE = {input: 1000, output: 200, cacheRead: 5000, cacheWrite: 300, reasoning: 50};
const WIRES = [
  {path: "/v1/chat/completions", model: GPT, body: chat()},
  {path: "/v1/responses", model: GPT, body: responses()},
  {path: "/v1/messages", model: CLAUDE, body: messages()},
];
const textOf = (text: string) => /Hello, world\./.test(text);

for (const {path, model, body} of WIRES) {
  for (const stream of [false, true]) {
    it(`counts what ${path} says it used, ${stream ? "streamed" : "whole"}`, async () => {
      const {upstream, gateway, meter, calls} = await setUp({script: () => ({text: "Hello, world.", usage: USAGE})});
      const answer = await ask(gateway.socketPath, {path, body: {...body, stream}});
      expect(answer.status).toBe(200);
      expect(meter.totals().usage).toEqual([{model, ...USAGE}]);
      const {calls: count, ...counted} = upstream.counted.get(model)!;
      expect(counted).toEqual(USAGE);
      expect(meter.totals()).toMatchObject({calls: count, tokens: 6500, callsWithoutUsage: 0});
      expect(calls).toMatchObject([{model, status: 200, streamed: stream, tries: 1, usageKnown: true, failure: null, chargedTokens: 6500}]);
      expect(textOf(calls[0]!.response)).toBe(true);
      expect(JSON.parse(calls[0]!.request)).toEqual({...body, stream});
    });

    it(`gives the client of ${path} byte for byte what came from upstream, ${stream ? "streamed" : "whole"}`, async () => {
      const {upstream, gateway} = await setUp({script: () => ({text: "Grüße, 世界 🦀", usage: USAGE})});
      const asked = {...body, stream, stream_options: {include_usage: true}};
      const through = await ask(gateway.socketPath, {path, body: asked});
      const headers = {authorization: `Bearer ${KEY}`, "x-api-key": KEY};
      const direct = await fetch(upstream.anthropicUrl + path, {method: "POST", headers, body: JSON.stringify(asked)});
      expect(through.text).toBe(await direct.text());
      expect(upstream.requests.map(({body}) => body)).toEqual([asked, asked]);
      expect(through.headers["content-type"]).toBe(direct.headers.get("content-type"));
      expect(through.headers["x-request-id"]).toBe("req_0");
    });
  }
}

it("prices tokens at the list price of the day", async () => {
  const {gateway, calls} = await setUp({script: () => ({text: "x", usage: {...USAGE, cacheWrite: 0}})});
  await ask(gateway.socketPath, {body: chat()});
  await ask(gateway.socketPath, {path: "/v1/messages", body: messages()});
  // (1000 · 2.5 + 5000 · 1.25 + 200 · 10) / 1e6; (1000 · 3 + 5000 · 0.3 + 200 · 15) / 1e6
  expect(calls.map(({costUsd}) => costUsd)).toEqual([expect.closeTo(0.01075, 12), expect.closeTo(0.0075, 12)]);
});

it("keeps usage from a client of chat completions that has not asked for it", async () => {
  const {upstream, gateway, meter} = await setUp();
  const {text} = await ask(gateway.socketPath, {body: chat({stream: true})});
  expect(upstream.requests[0]!.body.stream_options).toEqual({include_usage: true});
  expect(text).not.toContain("usage");
  expect(eventsOf(text).every(({choices}) => (choices as unknown[]).length === 1)).toBe(true);
  expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  expect(meter.totals().callsWithoutUsage).toBe(0);
  const asked = await ask(gateway.socketPath, {body: chat({stream: true, stream_options: {include_usage: true}})});
  expect(eventsOf(asked.text).at(-1)).toMatchObject({choices: [], usage: {completion_tokens: 4}});
});

it("puts a streamed answer together for the transcript", async () => {
  const {gateway, calls} = await setUp({script: () => "Hello, world."});
  for (const {path, body} of WIRES) await ask(gateway.socketPath, {path, body: {...body, stream: true}});
  const [fromChat, fromResponses, fromMessages] = calls.map(({response}) => JSON.parse(response));
  expect(fromChat).toMatchObject({choices: [{message: {content: "Hello, world."}, finish_reason: "stop"}], usage: {prompt_tokens: 8}});
  expect(fromResponses).toMatchObject({status: "completed", output: [{content: [{text: "Hello, world."}]}]});
  expect(fromMessages).toMatchObject({
    content: [{type: "text", text: "Hello, world."}],
    stop_reason: "end_turn",
    usage: {output_tokens: 4},
  });
});

it("passes on tools, temperature and whatever else does not concern it", async () => {
  const {upstream, gateway} = await setUp();
  const body = chat({temperature: 0.5, seed: 7, tools: [{type: "function", function: {name: "f", parameters: {}}}], unknown: {a: [1]}});
  await ask(gateway.socketPath, {body});
  expect(upstream.requests[0]!.body).toEqual(body);
});

it("leaves out what would change the price", async () => {
  const {upstream, gateway} = await setUp();
  await ask(gateway.socketPath, {body: chat({service_tier: "priority"})});
  await ask(gateway.socketPath, {path: "/v1/messages", body: messages({service_tier: "auto", speed: "fast", inference_geo: "us"})});
  expect(upstream.requests.map(({body}) => body)).toEqual([chat(), messages()]);
});

const image = (url: string) => [{role: "user", content: [{type: "image_url", image_url: {url}}]}];
it.each([
  ["/v1/chat/completions", chat({web_search_options: {}}), "web_search_options"],
  ["/v1/chat/completions", chat({messages: image("https://example.org/x.png")}), "https://example.org/x.png"],
  ["/v1/responses", responses({tools: [{type: "web_search"}]}), "web_search"],
  ["/v1/responses", responses({tools: [{type: "mcp", server_url: "https://example.org"}]}), "mcp"],
  ["/v1/responses", responses({background: true}), "background"],
  ["/v1/responses", responses({input: [{role: "user", content: [{type: "input_file", file_url: "https://example.org"}]}]}), "example.org"],
  ["/v1/messages", messages({tools: [{type: "web_fetch_20250910", name: "web_fetch"}]}), "web_fetch"],
  ["/v1/messages", messages({mcp_servers: [{url: "https://example.org"}]}), "mcp_servers"],
  [
    "/v1/messages",
    messages({
      messages: [{role: "user", content: [{type: "tool_result", content: [{type: "image", source: {type: "url", url: "http://x.y"}}]}]}],
    }),
    "http://x.y",
  ],
])("does not let a participant out through the provider: %s %#", async (path, body, named) => {
  const {upstream, gateway} = await setUp();
  const {status, text} = await ask(gateway.socketPath, {path, body});
  expect(status).toBe(400);
  expect(JSON.parse(text).error.message).toContain(named);
  expect(upstream.requests).toEqual([]);
});

it("lets images and addresses in arguments of the participant's own tools through", async () => {
  const {gateway} = await setUp();
  const call = {type: "tool_use", id: "t", name: "fetch", input: {url: "https://example.org", source: {type: "url", url: "https://a.b"}}};
  const own = messages({
    tools: [
      {name: "fetch", input_schema: {}},
      {type: "bash_20250124", name: "bash"},
    ],
    messages: [{role: "assistant", content: [call]}],
  });
  expect((await ask(gateway.socketPath, {path: "/v1/messages", body: own})).status).toBe(200);
  expect((await ask(gateway.socketPath, {body: chat({messages: image("data:image/png;base64,AAAA")})})).status).toBe(200);
});

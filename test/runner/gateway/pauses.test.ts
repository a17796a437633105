import {expect, it, vi} from "vitest";
import {createPauseBook} from "../../../src/runner/gateway/pauseBook.js";
import {retryAfterSeconds, retryDelay} from "../../../src/runner/gateway/retryDelay.js";
import {ask, chat, fakeClock, GPT, messages, setUp} from "./harness.js";

it.each([
  [{status: 429, headers: {"retry-after": "7"}}, "upstream-429", 7],
  [{status: 429, headers: {"retry-after-ms": "2500"}}, "upstream-429", 2.5],
  [{status: 500}, "upstream-5xx", 1],
  [{status: 503, headers: {"retry-after": "0"}}, "upstream-5xx", 1],
  [{status: 529}, "upstream-5xx", 1],
  [{fail: "reset" as const}, "upstream-connection", 1],
])("waits with the clock stopped and asks again: %o", async (failure, reason, seconds) => {
  for (const [path, body] of [
    ["/v1/chat/completions", chat()],
    ["/v1/messages", messages({stream: true})],
  ] as const) {
    const {upstream, gateway, calls, events, clock, meter} = await setUp();
    upstream.next.push(failure);
    expect((await ask(gateway.socketPath, {path, body})).status).toBe(200);
    expect(events).toEqual([reason, "resume"]);
    expect(clock.slept).toEqual([seconds]);
    expect(upstream.requests.length).toBe(2);
    expect(calls).toMatchObject([{tries: 2, pausedSeconds: seconds, seconds: 0, usageKnown: true}]);
    expect(meter.totals().calls).toBe(1);
  }
});

it("waits longer each time, as long as it is allowed, and then says so", async () => {
  const {upstream, gateway, calls, events, clock} = await setUp({
    script: () => ({status: 503, text: "down for maintenance"}),
    line: {limits: {callPauseSeconds: 100}},
  });
  const {status, text, headers} = await ask(gateway.socketPath, {body: chat()});
  expect(status).toBe(502);
  expect(headers["x-should-retry"]).toBeUndefined();
  expect(JSON.parse(text).error.message).toBe("the provider does not answer; ask again later");
  expect(clock.slept).toEqual([1, 2, 4, 8, 16, 32]); // 63 s; 60 more would be over 100
  expect(events).toEqual(Array(6).fill(["upstream-5xx", "resume"]).flat());
  expect(upstream.requests.length).toBe(7);
  expect(calls).toMatchObject([
    {tries: 7, status: 503, pausedSeconds: 63, costUsd: 0, chargedTokens: 0, usageKnown: true, failure: "down for maintenance"},
  ]);
});

it("stops the clock for an attempt no longer than its cap, over all calls", async () => {
  const {gateway, clock} = await setUp({
    script: () => ({status: 429, headers: {"retry-after": "20"}}),
    pauses: {mostSeconds: 70},
  });
  const statuses = [];
  for (let i = 0; i < 3; ++i) statuses.push((await ask(gateway.socketPath, {body: chat()})).status);
  expect(statuses).toEqual([502, 502, 502]);
  expect(clock.slept).toEqual([20, 20, 20]);
});

it("gives up at once where the provider asks for more than is allowed, or not to ask again", async () => {
  const {upstream, gateway, clock, events} = await setUp();
  upstream.next.push({status: 429, headers: {"retry-after": "86400"}}, {status: 500, headers: {"x-should-retry": "false"}}, {status: 302});
  for (let i = 0; i < 3; ++i) expect((await ask(gateway.socketPath, {body: chat()})).status).toBe(502);
  expect([clock.slept, events]).toEqual([[], []]);
});

it.each([400, 403, 404, 408, 409, 413, 422])("passes status %i on at once", async (status) => {
  const {upstream, gateway, calls, events} = await setUp();
  upstream.next.push({status, text: "your fault", headers: {"retry-after": "5"}});
  const answer = await ask(gateway.socketPath, {body: chat({stream: true})});
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text).error.message).toBe("your fault");
  expect(events).toEqual([]);
  expect(calls).toMatchObject([{status, costUsd: 0, usageKnown: true, chargedTokens: 0, failure: `status ${status}`}]);
});

it("does not pause for a single request that no rate would ever allow", async () => {
  const {upstream, gateway, events} = await setUp();
  upstream.next.push({status: 429, text: "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 90000."});
  expect((await ask(gateway.socketPath, {body: chat()})).status).toBe(429);
  expect(events).toEqual([]);
});

it("does not pause for anything that a participant does", async () => {
  const {upstream, gateway, events} = await setUp({meter: {tokenLimit: 100}});
  const statuses = [];
  const bodies = ["{", {}, chat({model: "unlisted"}), chat({web_search_options: {}}), chat({n: -1}), chat({padding: "x".repeat(1e6)})];
  upstream.script = ({body}) => (body.n === -1 ? {status: 400} : {text: "x", usage: {input: 100, output: 1}});
  for (const body of [...bodies, chat()]) statuses.push((await ask(gateway.socketPath, {body})).status);
  const gone = ask(gateway.socketPath, {body: chat(), signal: AbortSignal.timeout(1)});
  await gone.catch(() => {});
  expect(statuses).toEqual([400, 400, 404, 400, 400, 200, 429]);
  expect(events).toEqual([]);
});

it("asks again when a stream begins with an error that passes", async () => {
  const {upstream, gateway, events, calls} = await setUp();
  const overloaded = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
  upstream.next.push({status: 200, headers: {"content-type": "text/event-stream"}, body: overloaded});
  const {status, text} = await ask(gateway.socketPath, {path: "/v1/messages", body: messages()});
  expect([status, JSON.parse(text).type]).toEqual([200, "message"]);
  expect(events).toEqual(["upstream-5xx", "resume"]);
  expect(calls).toMatchObject([{tries: 2, usageKnown: true}]);
});

it("counts an answer that was cut off, and asks again", async () => {
  const {upstream, gateway, events, calls, meter} = await setUp();
  upstream.next.push({fail: "cut", text: "never whole"});
  expect((await ask(gateway.socketPath, {body: chat()})).status).toBe(200);
  expect(events).toEqual(["upstream-connection", "resume"]);
  expect(calls).toMatchObject([
    {tries: 1, usageKnown: false, failure: expect.any(String)},
    {tries: 2, usageKnown: true, failure: null},
  ]);
  expect(meter.totals()).toMatchObject({calls: 2, callsWithoutUsage: 1});
});

it("does not take a kept connection that was closed for a failure", async () => {
  const {upstream, gateway, events} = await setUp();
  await ask(gateway.socketPath, {body: chat()});
  let isFirst = true;
  upstream.script = () => {
    if (!isFirst) return "again";
    isFirst = false;
    return {fail: "reset"};
  };
  expect((await ask(gateway.socketPath, {body: chat()})).status).toBe(200);
  expect(events).toEqual([]);
});

it("pauses where nobody listens, and ends the wait when the client goes away", async () => {
  const clock = {
    ...fakeClock(),
    sleep: (_: number, signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  };
  const upstreams = [
    {name: "o", wire: "openai" as const, baseUrl: "http://127.0.0.1:1/v1", apiKey: "none", keyVariable: "OPENAI_API_KEY", models: [GPT]},
  ];
  const {gateway, events} = await setUp({line: {clock, upstreams, models: [GPT]}});
  const gone = new AbortController();
  const asked = ask(gateway.socketPath, {body: chat(), signal: gone.signal});
  await vi.waitFor(() => expect(events).toEqual(["upstream-connection"]));
  gone.abort();
  await expect(asked).rejects.toThrow();
  await vi.waitFor(() => expect(events).toEqual(["upstream-connection", "resume"]));
});

it("lets the clock run while any call is being answered", async () => {
  const told: string[] = [];
  let wake = () => {};
  const clock = {nowSeconds: () => 0, sleep: () => new Promise<void>((resolve) => (wake = resolve))};
  const book = createPauseBook({
    clock,
    mostSeconds: 100,
    onPause: (reason) => void told.push(reason),
    onResume: () => void told.push("resume"),
  });
  const {signal} = new AbortController();
  const [endFirst, endSecond] = [book.begin(), book.begin()];
  const waiting = book.wait("upstream-429", 5, signal);
  await Promise.resolve();
  expect(told).toEqual([]); // the other one is being answered
  endFirst();
  await vi.waitFor(() => expect(told).toEqual(["upstream-429"]));
  const endThird = book.begin();
  await vi.waitFor(() => expect(told).toEqual(["upstream-429", "resume"]));
  endThird();
  await vi.waitFor(() => expect(told).toEqual(["upstream-429", "resume", "upstream-429"]));
  wake();
  await waiting;
  endSecond();
  expect(told).toEqual(["upstream-429", "resume", "upstream-429", "resume"]);
});

it("fails the call when a pause cannot be written down", async () => {
  const {upstream, gateway, faults} = await setUp({pauses: {onPause: () => Promise.reject(new Error("disk full"))}});
  upstream.next.push({status: 500});
  expect((await ask(gateway.socketPath, {body: chat()})).status).toBe(500);
  expect(faults).toMatchObject([{message: "disk full"}]);
});

it("reads what providers ask for", () => {
  const now = Date.parse("2026-01-31T12:00:00Z");
  expect(retryAfterSeconds({"retry-after": "3"}, now)).toBe(3);
  expect(retryAfterSeconds({"retry-after": "3", "retry-after-ms": "1500"}, now)).toBe(1.5);
  expect(retryAfterSeconds({"retry-after": "Sat, 31 Jan 2026 12:00:20 GMT"}, now)).toBe(20);
  expect(retryAfterSeconds({"retry-after": "Sat, 31 Jan 2026 11:00:00 GMT"}, now)).toBe(0);
  expect(retryAfterSeconds({"retry-after": "soon"}, now)).toBeNull();
  expect(retryAfterSeconds({}, now)).toBeNull();
  expect(retryDelay(10, 0, null)).toBe(60);
  expect(retryDelay(2, 0.8, null)).toBeCloseTo(1.6, 12);
  expect(retryDelay(1, 0, 90)).toBe(90);
});

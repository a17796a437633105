import {expect, it} from "vitest";
import {modelThrough} from "../../../src/runner/gateway/modelThrough.js";
import {CLAUDE, GPT, KEY, setUp} from "./harness.js";

const QUESTION = [
  {role: "system" as const, content: "Be brief."},
  {role: "user" as const, content: "Hi"},
  {role: "assistant" as const, content: "Hello"},
  {role: "user" as const, content: "Again"},
];
const request = (model: string) => ({model, messages: QUESTION, temperature: 1, maxOutputTokens: 4096});

it("asks either provider in its own words and meters both", async () => {
  const {upstream, line, meter, calls} = await setUp({script: ({model}) => ({text: `I am ${model}.`, usage: {input: 100, output: 20}})});
  const model = modelThrough(line);
  const [gpt, claude] = [await model.ask(request(GPT)), await model.ask(request(CLAUDE))];
  expect(gpt).toEqual({
    text: `I am ${GPT}.`,
    stopReason: "stop",
    call: {
      model: GPT,
      usage: {model: GPT, input: 100, output: 20, cacheRead: 0, cacheWrite: null, reasoning: 0},
      costUsd: expect.closeTo(0.00045, 12),
      seconds: 0,
    },
  });
  expect(claude).toMatchObject({text: `I am ${CLAUDE}.`, stopReason: "end_turn", call: {costUsd: expect.closeTo(0.0006, 12)}});
  expect(upstream.requests.map(({body}) => body)).toEqual([
    {model: GPT, messages: QUESTION, temperature: 1, max_tokens: 4096},
    {model: CLAUDE, max_tokens: 4096, temperature: 1, system: "Be brief.", messages: QUESTION.slice(1)},
  ]);
  expect(calls.length).toBe(2);
  expect(meter.totals()).toMatchObject({tokens: 240, calls: 2});
});

it("waits for a provider as the gateway does", async () => {
  const {upstream, line, events, clock} = await setUp();
  upstream.next.push({fail: "reset"}, {status: 429, headers: {"retry-after": "3"}});
  expect((await modelThrough(line).ask(request(GPT))).text).toBe("Hello, world.");
  expect(events).toEqual(["upstream-connection", "resume", "upstream-429", "resume"]);
  expect(clock.slept).toEqual([1, 3]);
});

it("fails with what there is to do", async () => {
  const {upstream, line} = await setUp({script: () => ({text: "x", usage: {input: 90, output: 10}}), meter: {tokenLimit: 100}});
  const model = modelThrough(line);
  await expect(model.ask(request("unlisted"))).rejects.toMatchObject({code: "model-not-allowed"});
  upstream.next.push({status: 400, text: `too long ${KEY}`}, {status: 503, text: "down", headers: {"x-should-retry": "false"}});
  await expect(model.ask(request(GPT))).rejects.toMatchObject({
    code: "model-request-refused",
    problem: "openai refused the request (status 400): too long [key]",
  });
  await expect(model.ask(request(GPT))).rejects.toMatchObject({
    code: "model-unavailable",
    problem: "openai does not answer after 1 try (status 503: down)",
  });
  await model.ask(request(GPT));
  await expect(model.ask(request(GPT))).rejects.toMatchObject({code: "budget-spent"});
});

it("stops when it is told to", async () => {
  const {line, calls} = await setUp({script: () => ({fail: "hang"})});
  const stop = new AbortController();
  const asked = modelThrough(line).ask({...request(GPT), signal: stop.signal});
  setTimeout(() => stop.abort(new Error("the time is up")), 20);
  await expect(asked).rejects.toThrow("the time is up");
  expect(calls).toMatchObject([{usageKnown: false}]);
  await expect(modelThrough(line).ask({...request(GPT), signal: AbortSignal.abort(new Error("no more"))})).rejects.toThrow("no more");
});

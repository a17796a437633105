import {expect, it} from "vitest";
import {ask, CLAUDE, chat, GPT, messages, responses, setUp} from "../gateway/harness.js";
import {entriesOf, keep, ofKind, shownOf} from "./calls.js";

const WIRES = [
  {path: "/v1/chat/completions", model: GPT, body: chat({temperature: 0.5})},
  {path: "/v1/responses", model: GPT, body: responses({temperature: 0.5})},
  {path: "/v1/messages", model: CLAUDE, body: messages({temperature: 0.5})},
];
const TEXT = "Grüße, 世界 🦀\n</script>\u001b[2J";

it("has what was asked and answered on all three wires, streamed and whole, with what the meter counted", async () => {
  const {writer, file, problems} = keep();
  const usage = {input: 1000, output: 200, cacheRead: 500, cacheWrite: 0, reasoning: 50};
  const {gateway} = await setUp({script: () => ({text: TEXT, usage}), line: {onCall: (call) => writer.onCall(call)}});
  for (const {path, body} of WIRES) for (const stream of [false, true]) await ask(gateway.socketPath, {path, body: {...body, stream}});
  writer.close();
  const entries = await entriesOf(file);
  const models = ofKind(entries, "model");
  expect(models.map(({model, wire}) => [model, wire])).toEqual([
    [GPT, "openai-chat"],
    [GPT, "openai-chat"],
    [GPT, "openai-responses"],
    [GPT, "openai-responses"],
    [CLAUDE, "anthropic-messages"],
    [CLAUDE, "anthropic-messages"],
  ]);
  for (const {usage: counted, settings, status, usageKnown} of models) {
    expect({counted, settings: settings.temperature, status, usageKnown}).toEqual({
      counted: expect.objectContaining({input: 1000, output: 200, cacheRead: 500, reasoning: 50}),
      settings: 0.5,
      status: 200,
      usageKnown: true,
    });
  }
  // the question and the answer are the same on all wires, and so are stored once
  expect(ofKind(entries, "message").map(({role, parts}) => [role, parts[0]!.start])).toEqual([
    ["user", "Hi"],
    ["assistant", TEXT],
  ]);
  expect((await shownOf(file))[0]!.texts.map(({label, start}) => [label, start])).toEqual([
    ["user", "Hi"],
    ["assistant", TEXT],
  ]);
  expect(problems).toEqual([]);
});

it("has a refusal of the provider, and a stream that broke off with what had come", async () => {
  const {writer, file} = keep();
  const {gateway} = await setUp({
    script: ({index}) =>
      index === 0
        ? {status: 400, body: JSON.stringify({error: {message: "too many tokens"}})}
        : {text: "Hello, world, and more of it.", fail: "cut"},
    line: {onCall: (call) => writer.onCall(call)},
  });
  await ask(gateway.socketPath, {body: chat()});
  await ask(gateway.socketPath, {body: chat({stream: true})}).catch(() => {});
  writer.close();
  const entries = await entriesOf(file);
  const said = new Map(ofKind(entries, "message").map(({hash, role, parts}) => [hash, [role, parts[0]!.start]]));
  const [refused, cut] = ofKind(entries, "model");
  expect(refused).toMatchObject({status: 400});
  expect(refused!.answer.map((hash) => said.get(hash))).toEqual([["error", "too many tokens"]]);
  expect(cut!.failure).not.toBeNull();
  const [role, text] = said.get(cut!.answer[0]!)!;
  expect([role, "Hello, world, and more of it.".startsWith(text!), text !== ""]).toEqual(["assistant", true, true]);
});

import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {openaiChat} from "../../../src/runner/gateway/wires/openaiChat.js";
import {answerMessages, askedMessages, type Message} from "../../../src/runner/transcript/messagesIn.js";
import {parseCutJson} from "../../../src/runner/transcript/parseCutJson.js";
import {anthropicMessage, chatCompletion, responseObject} from "../gateway/scriptedWires.js";

const usage = {input: 1, output: 1, cacheRead: 0, cacheWrite: 0, reasoning: 0};
const said = (messages: readonly Message[]) =>
  messages.map(({role, parts}) => [role, ...parts.map(({type, name, start}) => [type, ...(name === null ? [] : [name]), start].join(":"))]);
const asked = (wire: Parameters<typeof askedMessages>[0], body: unknown) => said(askedMessages(wire, JSON.stringify(body)).messages);

describe("what a request asks", () => {
  it("of OpenAI's chat", () => {
    const body = {
      model: "gpt-x",
      tools: [{type: "function", function: {name: "run"}}],
      messages: [
        {role: "system", content: "be good"},
        {
          role: "user",
          content: [
            {type: "text", text: "look"},
            {type: "image_url", image_url: {url: "data:image/png;base64,AAAA"}},
          ],
        },
        {role: "assistant", content: null, tool_calls: [{id: "1", type: "function", function: {name: "run", arguments: '{"cmd":"ls"}'}}]},
        {role: "tool", tool_call_id: "1", content: "a.py"},
      ],
    };
    expect(asked("openai-chat", body)).toEqual([
      ["tools", 'text:{"type":"function","function":{"name":"run"}}'],
      ["system", "text:be good"],
      ["user", "text:look", "other:image_url:(69 characters that are not kept, sha256 79d9b495163afa34)"],
      ["assistant", 'call:run:{"cmd":"ls"}'],
      ["tool", "result:a.py"],
    ]);
  });

  it("of OpenAI's responses", () => {
    const body = {
      instructions: "be good",
      input: [
        {role: "user", content: [{type: "input_text", text: "look"}]},
        {type: "reasoning", summary: [{type: "summary_text", text: "hm"}], encrypted_content: "secret"},
        {type: "function_call", call_id: "1", name: "run", arguments: '{"cmd":"ls"}'},
        {type: "function_call_output", call_id: "1", output: "a.py"},
        {type: "local_shell_call", action: {command: ["ls"]}},
        {type: "message", role: "assistant", content: [{type: "output_text", text: "done", annotations: []}]},
      ],
    };
    expect(asked("openai-responses", body)).toEqual([
      ["system", "text:be good"],
      ["user", "text:look"],
      ["assistant", "reasoning:hm"],
      ["assistant", 'call:run:{"cmd":"ls"}'],
      ["tool", "result:a.py"],
      ["assistant", 'call:local_shell:{"command":["ls"]}'],
      ["assistant", "text:done"],
    ]);
    expect(asked("openai-responses", {input: "just this"})).toEqual([["user", "text:just this"]]);
  });

  it("of Anthropic's messages", () => {
    const body = {
      system: [{type: "text", text: "be good", cache_control: {type: "ephemeral"}}],
      messages: [
        {role: "user", content: "look"},
        {
          role: "assistant",
          content: [
            {type: "thinking", thinking: "hm", signature: "x"},
            {type: "tool_use", id: "1", name: "run", input: {cmd: "ls"}},
          ],
        },
        {
          role: "user",
          content: [{type: "tool_result", tool_use_id: "1", is_error: true, content: [{type: "text", text: "no"}, {type: "image"}]}],
        },
      ],
    };
    expect(asked("anthropic-messages", body)).toEqual([
      ["system", "text:be good"],
      ["user", "text:look"],
      ["assistant", "reasoning:hm", 'call:run:{"cmd":"ls"}'],
      ["user", "result:error:no\n(image, not kept)"],
    ]);
  });

  it("keeps short settings, and none that name what is kept elsewhere", () => {
    const body = {
      model: "m",
      temperature: 0,
      stream: true,
      reasoning: {effort: "high"},
      instructions: "x",
      input: "y",
      metadata: {a: "b".repeat(300)},
    };
    expect(askedMessages("openai-responses", JSON.stringify(body)).settings).toEqual({
      temperature: 0,
      stream: true,
      "reasoning.effort": "high",
    });
  });
});

describe("what an answer says", () => {
  const text = "done\n<b>";
  it.each([
    ["openai-chat", chatCompletion("m", text, usage)],
    ["openai-responses", responseObject("m", text, usage)],
    ["anthropic-messages", anthropicMessage("m", text, usage)],
  ] as const)("on %s", (wire, body) => {
    expect(said(answerMessages(wire, JSON.stringify(body)))).toEqual([["assistant", `text:${text}`]]);
    expect(
      said(answerMessages(wire, JSON.stringify({...body, choices: null, output: null, content: null, error: {message: "too long"}}))),
    ).toEqual([["error", "text:too long"]]);
    expect(said(answerMessages(wire, "<html>bad gateway"))).toEqual([["unreadable", "text:<html>bad gateway"]]);
    expect(answerMessages(wire, "")).toEqual([]);
  });

  it("is the same message when it is sent back, so that it is stored once", () => {
    const back = (wire: Parameters<typeof askedMessages>[0], body: unknown) => askedMessages(wire, JSON.stringify(body)).messages;
    const answer = (wire: Parameters<typeof askedMessages>[0], body: unknown) => answerMessages(wire, JSON.stringify(body));
    const chat = chatCompletion("m", text, usage);
    expect(back("openai-chat", {messages: [chat.choices[0]!.message]})).toEqual(answer("openai-chat", chat));
    const response = responseObject("m", text, usage);
    expect(back("openai-responses", {input: response.output})).toEqual(answer("openai-responses", response));
    const message = anthropicMessage("m", text, usage);
    expect(back("anthropic-messages", {messages: [{role: "assistant", content: message.content}]})).toEqual(
      answer("anthropic-messages", message),
    );
  });

  it("of a stream that was cut is what had come", () => {
    expect(said(answerMessages("openai-responses", JSON.stringify({status: "incomplete", output_text: "so f"})))).toEqual([
      ["assistant", "text:so f"],
    ]);
    const reader = openaiChat.readStream({}, 1000);
    reader.read({raw: "", data: JSON.stringify({choices: [{index: 0, delta: {content: "so f"}}]}), event: null} as never);
    expect(said(answerMessages("openai-chat", JSON.stringify(reader.answer())))).toEqual([["assistant", "text:so f"]]);
  });
});

describe("requests that are cut or hostile", () => {
  const body = {
    model: "m",
    messages: [
      {role: "user", content: 'a "quoted" \\ \u00e9 😀 text'},
      {role: "user", content: "second"},
    ],
    n: 12,
    ok: true,
  };
  const text = JSON.stringify(body);

  it("give what came before the cut, wherever it is", () => {
    for (let length = 0; length < text.length; ++length) {
      const {messages, isCut} = askedMessages("openai-chat", text.slice(0, length));
      const first = messages[0]?.parts[0]?.start ?? "";
      if (length > text.indexOf("second")) expect(first).toBe(body.messages[0]!.content);
      if (length > text.indexOf('"model"') && length < text.length) expect(isCut).toBe(true);
      if (isCut && messages[0]?.role === "user")
        expect(body.messages[0]!.content.startsWith(first.replace(/[\ud800-\udbff]$/, ""))).toBe(true);
    }
    expect(askedMessages("openai-chat", text)).toMatchObject({isCut: false});
  });

  it("never throw, whatever is in them", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const wires = ["openai-chat", "openai-responses", "anthropic-messages"] as const;
    const hostile = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({
          messages: fc.jsonValue(),
          input: fc.jsonValue(),
          system: fc.jsonValue(),
          tools: fc.jsonValue(),
          choices: fc.jsonValue(),
          output: fc.jsonValue(),
          content: fc.jsonValue(),
          error: fc.jsonValue(),
        })
        .map((value) => JSON.stringify(value)),
    );
    const check = (value: string) => {
      for (const wire of wires) {
        for (const {role, parts} of [...askedMessages(wire, value).messages, ...answerMessages(wire, value)]) {
          expect(typeof role).toBe("string");
          for (const part of parts) expect(typeof part.start).toBe("string");
        }
      }
    };
    fc.assert(fc.property(hostile, check), {numRuns: 300});
    check(deep);
    check(
      `{"messages":[{"role":"user","content":[{"type":"tool_use","input":${deep}}]}],"input":${deep},"content":[{"type":"x","a":${deep}}]}`,
    );
    check(`{"messages":[{"role":"user","content":"${"\\".repeat(500_001)}`);
    check(`{"__proto__":{"a":1},"messages":[{"role":"__proto__","content":"x"}]}`);
  });

  it("take no more room than a line may have", () => {
    const parts = Array.from({length: 50}, () => ({type: "text", text: "x".repeat(300_000)}));
    const [message] = askedMessages("openai-chat", JSON.stringify({messages: [{role: "user", content: parts}]})).messages;
    expect(JSON.stringify(message).length).toBeLessThan(2 ** 20 + 10_000);
    expect(message!.parts[0]).toMatchObject({leftOut: 300_000 - 256 * 1024});
    expect(message!.parts.at(-1)!.start).toBe("(47 further parts are not kept)");
    const many = askedMessages(
      "openai-chat",
      JSON.stringify({messages: Array.from({length: 20_000}, () => ({role: "user", content: "x"}))}),
    );
    expect([many.messages.length, many.isCut]).toEqual([10_000, true]);
  });
});

describe("parseCutJson", () => {
  it("closes any prefix of any value to a value", () => {
    fc.assert(
      fc.property(
        fc.jsonValue().filter((value) => typeof value === "object" && value !== null),
        fc.nat(),
        (value, at) => {
          const whole = JSON.stringify(value);
          const length = 1 + (at % whole.length);
          const found = parseCutJson(whole.slice(0, length));
          expect(found).not.toBeNull();
          expect(found!.isCut).toBe(length < whole.length);
        },
      ),
    );
  });
  it("is the documented example", () => {
    expect(parseCutJson('{"messages":[{"role":"user","content":"He')).toEqual({
      value: {messages: [{role: "user", content: "He"}]},
      isCut: true,
    });
    expect(parseCutJson('{"a":[1,2')).toEqual({value: {a: [1]}, isCut: true});
    expect(parseCutJson('{"a":"x\\u00e')).toEqual({value: {a: "x"}, isCut: true});
    expect(parseCutJson("}")).toBeNull();
  });
});

import {spawnSync} from "node:child_process";
import {chmodSync, existsSync, statSync} from "node:fs";
import {createServer} from "node:http";
import {type AddressInfo, connect} from "node:net";
import {join} from "node:path";
import {expect, it, vi} from "vitest";
import {startGateway} from "../../../src/runner/gateway/startGateway.js";
import {because} from "../../because.js";
import {ask, CLAUDE, chat, eventsOf, GPT, KEY, messages, setUp, TOKEN} from "./harness.js";

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it("keeps its socket to itself", async () => {
  const {gateway} = await setUp();
  expect(statSync(join(gateway.socketPath, "..")).mode & 0o777).toBe(0o700);
  expect(statSync(gateway.socketPath).mode & 0o777).toBe(0o600);
  expect(gateway.port).toBeNull();
  await gateway.close();
  expect(existsSync(gateway.socketPath)).toBe(false);
});

const isRoot = process.getuid?.() === 0;

it.skipIf(!isRoot)(`lets in the user whom it is for, and no other${because(isRoot ? null : "only root can be another user")}`, async () => {
  const {gateway, folder} = await setUp({gateway: {owner: {uid: 54321, gid: 54321}}});
  chmodSync(folder, 0o711); // as a bind mount leaves out what is above it
  const program = `require("net").connect(process.argv[1]).on("connect", () => process.exit(0)).on("error", ({code}) => process.exit(code === "EACCES" ? 3 : 4))`;
  const statusAs = (uid: number) => spawnSync(process.execPath, ["-e", program, gateway.socketPath], {uid, gid: uid, cwd: "/"}).status;
  expect([statusAs(54321), statusAs(54322)]).toEqual([0, 3]);
});

it("takes over the socket of a runner that was killed", async () => {
  const {gateway, line} = await setUp();
  const second = await startGateway(line, {socketFolder: join(gateway.socketPath, ".."), token: TOKEN});
  expect((await ask(second.socketPath, {body: chat()})).status).toBe(200);
  await second.close();
});

it("refuses a folder whose path is too long for a socket, and a short token", async () => {
  const {line, folder} = await setUp();
  const longest = join(folder, "x".repeat(100));
  await expect(startGateway(line, {socketFolder: longest, token: TOKEN})).rejects.toMatchObject({code: "unwritable-file"});
  await expect(startGateway(line, {socketFolder: folder, token: "short"})).rejects.toMatchObject({code: "usage"});
});

it.each([{}, {authorization: "Bearer wrong"}, {authorization: TOKEN}, {"x-api-key": `${TOKEN}x`}, {authorization: `Basic ${TOKEN}`}])(
  "answers nobody without the token: %o",
  async (headers) => {
    const {upstream, gateway} = await setUp({gateway: {listen: {tcp: true}}});
    const shown: Record<string, string> = {authorization: "", ...(headers as object)};
    for (const port of [undefined, gateway.port!]) {
      const answers = [
        await ask(gateway.socketPath, {body: chat(), headers: shown, port}),
        await ask(gateway.socketPath, {path: "/v1/messages", body: messages(), headers: shown, port}),
        await ask(gateway.socketPath, {path: "/v1/models", method: "GET", headers: shown, port}),
      ];
      expect(answers.map(({status}) => status)).toEqual([401, 401, 401]);
      expect(JSON.parse(answers[1]!.text)).toMatchObject({type: "error", error: {type: "authentication_error"}});
    }
    expect(upstream.requests).toEqual([]);
  },
);

it("takes the token as a bearer's or as an API key, on both sockets", async () => {
  const {gateway} = await setUp({gateway: {listen: {tcp: true}}});
  const key = {authorization: "", "x-api-key": TOKEN};
  const answers = [
    await ask(gateway.socketPath, {body: chat()}),
    await ask(gateway.socketPath, {path: "/v1/messages?beta=true", body: messages(), headers: key}),
    await ask(gateway.socketPath, {body: chat(), port: gateway.port!}),
  ];
  expect(answers.map(({status}) => status)).toEqual([200, 200, 200]);
});

it("lists the models that may be asked, as clients of either provider read it", async () => {
  const {gateway} = await setUp();
  const {status, text} = await ask(gateway.socketPath, {path: "/v1/models", method: "GET"});
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({object: "list", has_more: false, first_id: GPT, last_id: CLAUDE});
  expect(JSON.parse(text).data).toMatchObject([
    {id: GPT, object: "model", owned_by: "openai", type: "model"},
    {id: CLAUDE, object: "model", owned_by: "anthropic", display_name: CLAUDE},
  ]);
  expect((await ask(gateway.socketPath, {path: `/v1/models/${GPT}`, method: "GET"})).status).toBe(200);
  expect((await ask(gateway.socketPath, {path: "/v1/models/unlisted", method: "GET"})).status).toBe(404);
});

it.each(["/", "/v1/embeddings", "/v1/files", "/v1/chat/completions/../files", "/%00", "//v1/messages"])(
  "has nothing at %s",
  async (path) => {
    const {upstream, gateway} = await setUp();
    expect((await ask(gateway.socketPath, {path, body: chat()})).status).toBe(404);
    expect((await ask(gateway.socketPath, {path: "/v1/messages", method: "GET"})).status).toBe(404);
    expect(upstream.requests).toEqual([]);
  },
);

it("refuses models that are not listed, in the words of the wire", async () => {
  const {upstream, gateway} = await setUp();
  const unlisted = await ask(gateway.socketPath, {body: chat({model: "unlisted"})});
  expect(unlisted.status).toBe(404);
  expect(unlisted.headers["x-should-retry"]).toBe("false");
  expect(JSON.parse(unlisted.text).error).toEqual({
    message: `this attempt may not ask the model "unlisted". It may ask "${GPT}", "${CLAUDE}".`,
    type: "invalid_request_error",
    param: null,
    code: "model_not_allowed",
  });
  const near = await ask(gateway.socketPath, {path: "/v1/messages", body: messages({model: "claude-3-5-sonnet"})});
  expect(JSON.parse(near.text)).toMatchObject({type: "error", error: {type: "not_found_error", message: expect.stringContaining(CLAUDE)}});
  const elsewhere = await ask(gateway.socketPath, {body: chat({model: CLAUDE})});
  expect(elsewhere.status).toBe(404);
  expect(JSON.parse(elsewhere.text).error.message).toContain("/v1/messages");
  expect(upstream.requests).toEqual([]);
});

it("adds the key, and sends nothing else of the client's headers but what the wire needs", async () => {
  const {upstream, gateway} = await setUp();
  const headers = {
    "anthropic-beta": "interleaved-thinking-2025-05-14,web-fetch-2025-09-10",
    "anthropic-version": "2023-06-01",
    cookie: "a=b",
    "x-forwarded-for": "1.2.3.4",
    "openai-organization": "o",
  };
  await ask(gateway.socketPath, {path: "/v1/messages", body: messages(), headers});
  const sent = upstream.requests[0]!.headers;
  expect(Object.keys(sent).sort()).toEqual(
    [
      "accept",
      "accept-encoding",
      "anthropic-beta",
      "anthropic-version",
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
      "x-api-key",
    ].sort(),
  );
  expect(sent).toMatchObject({"x-api-key": KEY, "anthropic-beta": "interleaved-thinking-2025-05-14"});
});

it("never shows the key, wherever a provider echoes it", async () => {
  const {upstream, gateway, calls} = await setUp();
  const headers = {"x-request-id": `req-${KEY}`};
  upstream.next.push({status: 400, text: `bad key ${KEY}`, headers}, {text: `Your key is ${KEY}.`, headers}, {text: "whole", headers});
  const answers = [
    await ask(gateway.socketPath, {body: chat()}),
    await ask(gateway.socketPath, {body: chat()}),
    await ask(gateway.socketPath, {body: chat({stream: true})}),
  ];
  expect(answers.map(({status}) => status)).toEqual([400, 200, 200]);
  expect(answers[1]!.text).toContain("Your key is [key].");
  expect(JSON.stringify([answers, calls])).not.toContain(KEY);
});

it("redacts a key in an event of a stream", async () => {
  const other = createServer((_, response) => {
    response.writeHead(200, {"content-type": "text/event-stream"});
    response.write(`data: {"choices":[{"index":0,"delta":{"content":"${KEY.slice(0, 10)}`);
    setTimeout(() => response.end(`${KEY.slice(10)}"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`), 5);
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}/v1`;
  const {gateway, calls} = await setUp({
    line: {upstreams: [{name: "o", wire: "openai", baseUrl, apiKey: KEY, keyVariable: "OPENAI_API_KEY", models: [GPT]}], models: [GPT]},
  });
  const {text} = await ask(gateway.socketPath, {body: chat({stream: true})});
  other.close();
  expect(text).toContain('"content":"[key]"');
  expect(JSON.stringify(calls)).not.toContain(KEY);
  expect(calls).toMatchObject([{usageKnown: false, costUsd: expect.any(Number), failure: null}]);
});

it("says no more of a refused key than that", async () => {
  const {gateway, calls, line} = await setUp({
    line: {
      upstreams: [
        {
          name: "openai",
          wire: "openai",
          baseUrl: "http://127.0.0.1:1/v1",
          apiKey: "sk-wrong-key-9876543210",
          keyVariable: "OPENAI_API_KEY",
          models: [GPT],
        },
      ],
      models: [GPT],
    },
  });
  const {upstream} = await setUp();
  Object.assign(line.upstreamOf(GPT, null), {baseUrl: upstream.openaiUrl});
  const {status, text} = await ask(gateway.socketPath, {body: chat()});
  expect(status).toBe(502);
  expect(JSON.parse(text).error.message).toBe("the provider did not accept the runner's key; nothing inside the sandbox changes that");
  expect(calls).toMatchObject([
    {failure: expect.stringMatching(/refused the key of the runner/), costUsd: 0, usageKnown: true, chargedTokens: 0},
  ]);
  expect(JSON.stringify(calls)).not.toContain("sk-wrong");
});

it("passes a stream on piece by piece", async () => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const {gateway} = await setUp({script: () => ({text: "first-second", beforePiece: (i) => (i < 2 ? Promise.resolve() : held)})});
  let seen = "";
  const answer = ask(gateway.socketPath, {
    body: chat({stream: true}),
    onText: (text) => {
      seen += text;
    },
  });
  await vi.waitFor(() => expect(seen).toContain("first-s"));
  expect(seen).not.toContain("econd");
  letGo();
  expect((await answer).text).toContain("[DONE]");
});

it("holds back the end of an answer until it is written down", async () => {
  let write = () => {};
  const written = new Promise<void>((resolve) => {
    write = resolve;
  });
  const {gateway} = await setUp({line: {onCall: () => written}});
  let seen = "";
  const streamed = ask(gateway.socketPath, {
    body: chat({stream: true}),
    onText: (text) => {
      seen += text;
    },
  });
  let isAnswered = false;
  const whole = ask(gateway.socketPath, {body: chat()}).then(() => {
    isAnswered = true;
  });
  await vi.waitFor(() => expect(seen).toContain('"finish_reason":"stop"'));
  await wait(30);
  expect(seen).not.toContain("[DONE]");
  expect(isAnswered).toBe(false);
  write();
  expect((await streamed).text).toContain("[DONE]");
  await whole;
});

it("says that it failed when a call cannot be written down", async () => {
  const full = new Error("no space left: /secret/path");
  const {gateway, faults} = await setUp({line: {onCall: () => Promise.reject(full)}});
  const {status, text} = await ask(gateway.socketPath, {body: chat()});
  expect(status).toBe(500);
  expect(text).not.toContain("secret");
  expect(faults).toEqual([full]);
});

it.each([
  ["not JSON", "{", 400],
  ["a list", "[]", 400],
  ["no model", "{}", 400],
  ["a model that is a number", '{"model": 1}', 400],
  ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), 400],
  ["nothing", undefined, 400],
  ["nested too deeply", `{"model": "${GPT}", "messages": ${"[".repeat(2e5)}${"]".repeat(2e5)}}`, 400],
])("refuses a body that is %s", async (_, body, status) => {
  const {upstream, gateway, faults} = await setUp();
  expect(await ask(gateway.socketPath, {body})).toMatchObject({status});
  expect([upstream.requests, faults]).toEqual([[], []]);
  expect((await ask(gateway.socketPath, {body: chat()})).status).toBe(200);
});

it("refuses bodies that are too large, said or sent, and what is held at a time", async () => {
  const {upstream, gateway} = await setUp({line: {limits: {bodyBytes: 1e6, heldBytes: 1.5e6}}});
  const body = JSON.stringify(chat({padding: "x".repeat(1e6)}));
  expect(await ask(gateway.socketPath, {body, headers: {"content-length": String(body.length)}})).toMatchObject({status: 413});
  expect(await ask(gateway.socketPath, {body, headers: {"transfer-encoding": "chunked"}})).toMatchObject({status: 413});
  upstream.next.push({fail: "hang"});
  const gone = new AbortController();
  const held = ask(gateway.socketPath, {body: chat({padding: "x".repeat(9e5)}), signal: gone.signal});
  await vi.waitFor(() => expect(upstream.requests.length).toBe(1));
  expect(await ask(gateway.socketPath, {body: chat({padding: "x".repeat(9e5)})})).toMatchObject({status: 503});
  gone.abort();
  await expect(held).rejects.toThrow();
  await vi.waitFor(async () =>
    expect(await ask(gateway.socketPath, {body: chat({padding: "x".repeat(9e5)})})).toMatchObject({status: 200}),
  );
});

it("passes on large requests and answers", async () => {
  const {gateway, calls} = await setUp({
    script: () => ({text: "y".repeat(2e5), usage: {output: 5e5}}),
    line: {limits: {transcriptCharacters: 1000}},
  });
  const {status, text} = await ask(gateway.socketPath, {body: chat({padding: "x".repeat(2e7)})});
  expect([status, JSON.parse(text).choices[0].message.content.length]).toEqual([200, 2e5]);
  const streamed = await ask(gateway.socketPath, {body: chat({stream: true})});
  expect(eventsOf(streamed.text).length).toBeGreaterThan(2e5 / 7);
  expect(calls.map(({request, response, requestBytes}) => [request.length, response.length <= 1000, requestBytes > 2e7])).toEqual([
    [1000, true, true],
    [expect.any(Number), true, false],
  ]);
});

it("hangs up on clients that take their time", async () => {
  const {gateway} = await setUp({gateway: {headersSeconds: 0.2, requestSeconds: 0.3}});
  const slow = (lines: string) =>
    new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(gateway.socketPath, () => socket.write(lines));
      socket.on("data", (data) => {
        text += data;
      });
      socket.on("close", () => resolve(text)).on("error", () => {});
    });
  const head = `POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: ${TOKEN}\r\n`;
  const answers = await Promise.all([slow(head), slow(`${head}content-length: 100\r\n\r\n{`)]);
  expect(answers).toEqual([expect.stringMatching(/^HTTP\/1.1 408/), expect.stringMatching(/^HTTP\/1.1 408|^$/)]);
  expect((await ask(gateway.socketPath, {body: chat()})).status).toBe(200);
});

it("gives up upstream what the client has given up, and counts it", async () => {
  const {upstream, gateway, calls, meter} = await setUp({script: () => ({fail: "hang"})});
  const gone = new AbortController();
  const whole = ask(gateway.socketPath, {body: chat({padding: "x".repeat(3900)}), signal: gone.signal});
  await vi.waitFor(() => expect(upstream.requests.length).toBe(1));
  gone.abort();
  await expect(whole).rejects.toThrow();
  await vi.waitFor(() => expect(calls.length).toBe(1));
  await vi.waitFor(() => expect(upstream.requests[0]!.aborted).toBe(true));
  expect(calls).toMatchObject([{usageKnown: false, status: null, costUsd: 0, failure: "given up before the answer"}]);
  expect(calls[0]!.chargedTokens).toBeGreaterThan(900); // a guess from the size of the request
  expect(meter.totals()).toMatchObject({tokens: 0, callsWithoutUsage: 1});
});

it("counts a stream that the client gives up as far as it came", async () => {
  const never = new Promise<void>(() => {});
  const {upstream, gateway, calls} = await setUp({
    script: () => ({
      text: "some words and then no more",
      usage: {input: 900, cacheRead: 50},
      beforePiece: (i) => (i < 5 ? Promise.resolve() : never),
    }),
  });
  const gone = new AbortController();
  let seen = "";
  const streamed = ask(gateway.socketPath, {
    path: "/v1/messages",
    body: messages({stream: true}),
    signal: gone.signal,
    onText: (text) => {
      seen += text;
    },
  });
  await vi.waitFor(() => expect(seen).toContain("some wo"));
  gone.abort();
  await expect(streamed).rejects.toThrow();
  await vi.waitFor(() => expect(calls.length).toBe(1));
  await vi.waitFor(() => expect(upstream.requests[0]!.aborted).toBe(true));
  expect(calls[0]).toMatchObject({
    usageKnown: false,
    usage: {input: 900, output: null, cacheRead: 50},
    failure: "given up before the answer's end",
  });
  expect(calls[0]!.costUsd).toBeCloseTo((900 * 3 + 50 * 0.3) / 1e6, 12);
  expect(calls[0]!.chargedTokens).toBeGreaterThan(950);
});

it.each(["/v1/chat/completions", "/v1/responses", "/v1/messages"])("tells the client of %s of a stream that breaks off", async (path) => {
  const model = path === "/v1/messages" ? CLAUDE : GPT;
  for (const fail of ["cut", "garbage"] as const) {
    const {gateway, calls, events} = await setUp({script: () => ({text: "some words and then no more", fail})});
    const {text} = await ask(gateway.socketPath, {path, body: {model, stream: true, messages: [], input: ""}});
    expect(eventsOf(text).at(-1)).toMatchObject(
      path === "/v1/responses" ? {type: "error", message: /broke off/} : {error: {message: expect.stringMatching(/broke off/)}},
    );
    expect(calls).toMatchObject([{usageKnown: false, failure: expect.any(String)}]);
    expect(events).toEqual([]); // nothing is asked again, so nothing pauses
  }
});

it("hangs up on a provider whose stream makes no sense", async () => {
  let isClosed = false;
  const other = createServer((_, response) => {
    response.on("close", () => {
      isClosed = true;
    });
    response.writeHead(200, {"content-type": "text/event-stream"}).write("data: {}\n\ndata: {<html>\n\n"); // and no end
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}/v1`;
  const {gateway} = await setUp({
    line: {upstreams: [{name: "o", wire: "openai", baseUrl, apiKey: KEY, keyVariable: "OPENAI_API_KEY", models: [GPT]}], models: [GPT]},
  });
  expect((await ask(gateway.socketPath, {body: chat({stream: true})})).text).toContain("broke off");
  await vi.waitFor(() => expect(isClosed).toBe(true));
  other.close();
});

it("does not pass on an answer that is no JSON", async () => {
  const {gateway, calls} = await setUp({script: () => ({fail: "garbage"})});
  expect(await ask(gateway.socketPath, {body: chat()})).toMatchObject({status: 502});
  expect(calls).toMatchObject([{usageKnown: false, failure: "the answer is not JSON", tries: 1}]);
});

it("counts an answer without usage as not counted", async () => {
  const {gateway, calls, meter} = await setUp({script: () => ({body: '{"id": "x", "choices": []}'})});
  expect((await ask(gateway.socketPath, {body: chat()})).text).toBe('{"id": "x", "choices": []}');
  expect(calls).toMatchObject([{usageKnown: false, usage: {input: null, output: null}, costUsd: 0}]);
  expect(meter.totals()).toMatchObject({callsWithoutUsage: 1, calls: 1});
});

it("answers 500 calls at a time, each once, in little memory", async () => {
  const {upstream, gateway, meter} = await setUp({script: ({body}) => String((body.messages as {content: string}[])[0]!.content)});
  global.gc?.();
  const before = process.memoryUsage().rss;
  const one = async (i: number) => {
    const stream = i % 2 === 1;
    const {text} = await ask(gateway.socketPath, {body: chat({stream, messages: [{role: "user", content: `call ${i}.`}]})});
    const said = stream
      ? eventsOf(text)
          .map(({choices}) => (choices as {delta: {content?: string}}[])[0]!.delta.content ?? "")
          .join("")
      : JSON.parse(text).choices[0].message.content;
    expect(said).toBe(`call ${i}.`);
  };
  await Promise.all(Array.from({length: 500}, (_, i) => one(i)));
  expect(upstream.requests.length).toBe(500);
  const {calls, ...counted} = upstream.counted.get(GPT)!;
  expect(meter.totals()).toMatchObject({calls, callsWithoutUsage: 0, usage: [{...counted, cacheWrite: null}]});
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(200); // client, gateway and provider together
});

it("ends what is under way when it closes", async () => {
  const {upstream, gateway, calls} = await setUp({script: () => ({fail: "hang"})});
  const asked = ask(gateway.socketPath, {body: chat()});
  asked.catch(() => {});
  await vi.waitFor(() => expect(upstream.requests.length).toBe(1));
  await gateway.close();
  await expect(asked.then(({status}) => status)).rejects.toThrow();
  await vi.waitFor(() => expect(upstream.requests[0]!.aborted).toBe(true));
  expect(calls.length).toBe(1);
});

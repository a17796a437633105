import {existsSync, mkdtempSync, rmSync, statSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, it, onTestFinished, vi} from "vitest";
import {priceFinder} from "../../../src/cost/priceFinder.js";
import {openTaskModel, type TaskModelParts} from "../../../src/runner/attempt/openTaskModel.js";
import {createPauseBook} from "../../../src/runner/gateway/pauseBook.js";
import {readTaskUpstream} from "../../../src/runner/gateway/readUpstreams.js";
import {ask, GPT, KEY, PRICES} from "../gateway/harness.js";
import {type Script, startScriptedUpstream} from "../gateway/scriptedUpstream.js";

const USED = {text: "x", usage: {input: 100, output: 20}};

async function opened(script: Script, changes: Partial<TaskModelParts> = {}, variables: Record<string, string> = {}) {
  const upstream = await startScriptedUpstream({key: KEY, script});
  const folder = mkdtempSync(join(tmpdir(), "rebench-task-"));
  const told: string[] = [];
  const env = {REBENCH_MODEL_URL: upstream.openaiUrl, REBENCH_MODEL_KEY: KEY, ...variables};
  const clock = {
    nowSeconds: () => performance.now() / 1000,
    sleep: (seconds: number) => new Promise<void>((go) => setTimeout(go, seconds)),
  };
  const task = await openTaskModel({
    upstream: readTaskUpstream(env, GPT),
    ...{prices: priceFinder(PRICES), day: "2025-01-01", tokenLimit: null, costLimitUsd: null, calls: [], random: () => 0},
    book: createPauseBook({clock, mostSeconds: 0, onPause: () => {}, onResume: () => {}}), // used up
    folder: join(folder, "sockets"),
    onCall: ({chargedTokens}, asker) => void told.push(`${asker} ${chargedTokens}`),
    onLimit: ({kind, used}) => void told.push(`limit ${kind} ${used}`),
    onServiceUnanswered: ({code}) => void told.push(`service ${code}`),
    onFault: ({message}) => void told.push(message),
    ...changes,
  });
  onTestFinished(async () => {
    await task.close();
    await upstream.close();
    rmSync(folder, {recursive: true, force: true});
  });
  const asked = (asker: "service" | "scorer", model = GPT) => {
    const {REBENCH_MODEL_URL: url, REBENCH_MODEL_KEY: token} = task[asker];
    const body = {model, messages: [{role: "user", content: "Hi"}]};
    return ask(url!.slice("unix:".length), {body, headers: {authorization: `Bearer ${token}`}});
  };
  return {task, told, asked, upstream, folder};
}

it("what either asks counts, the service is refused beyond a limit, and scorers are not", async () => {
  const {told, asked} = await opened(() => USED, {tokenLimit: 200});
  expect((await asked("service")).status).toBe(200);
  expect((await asked("scorer")).status).toBe(200);
  expect(told).toEqual(["service 120", "scorer 120", "limit tokens 240"]);
  const refused = await asked("service");
  expect([refused.status, refused.headers["x-should-retry"]]).toEqual([429, "false"]);
  expect((await asked("scorer")).status).toBe(200);
  expect(told.filter((line) => line.startsWith("limit"))).toHaveLength(1);
});

it("what was asked before a crash counts", async () => {
  const usage = {model: GPT, input: 150, output: 60, cacheRead: 0, cacheWrite: 0, reasoning: 0};
  const call = {...{model: GPT, usage, costUsd: 1, seconds: 1, usageKnown: true}, ...{chargedTokens: 210, chargedUsd: 1}};
  const {asked} = await opened(() => USED, {tokenLimit: 200, calls: [call]});
  expect((await asked("service")).status).toBe(429);
  expect((await asked("scorer")).status).toBe(200);
});

it("one token opens one gateway, at a socket that is its owner's alone, and no other model is asked", async () => {
  const {task, asked, folder} = await opened(() => USED);
  const [service, scorer] = [task.service.REBENCH_MODEL_KEY!, task.scorer.REBENCH_MODEL_KEY!];
  expect(service).not.toBe(scorer);
  const socket = task.scorer.REBENCH_MODEL_URL!.slice("unix:".length);
  expect(statSync(socket).mode & 0o077).toBe(0);
  expect(statSync(join(socket, "..")).mode & 0o077).toBe(0);
  expect((await ask(socket, {body: {model: GPT, messages: []}, headers: {authorization: `Bearer ${service}`}})).status).toBe(401);
  expect((await asked("scorer", "gpt-other")).status).toBe(404);
  await task.close();
  expect(existsSync(join(folder, "sockets", "scorer", "model.sock"))).toBe(false);
});

it("a scorer waits for its provider whatever was waited before, and says how long; a service does not, and is told so", async () => {
  const {task, told, asked, upstream} = await opened(() => USED);
  const busy = {status: 429, headers: {"retry-after": "50"}}; // milliseconds here
  upstream.next.push(busy);
  expect((await asked("service")).status).toBe(502);
  expect(told.filter((line) => line.includes("model-"))).toEqual([]); // it may be there later
  upstream.next.push(busy, busy);
  expect((await asked("scorer")).status).toBe(200);
  expect(task.waitedSeconds()).toBeGreaterThan(0);
});

it("a service's key that is refused is told at once", async () => {
  const {told, asked} = await opened(() => USED, {}, {REBENCH_MODEL_KEY: "sk-a-wrong-key-0123456789"});
  await asked("service");
  expect(told).toContain("service model-key-refused");
});

it("what makes a scoring fail is told in the place of its failure, and forgotten with the next", async () => {
  const {task, asked} = await opened(() => USED, {}, {REBENCH_MODEL_KEY: "sk-a-wrong-key-0123456789"});
  const fails = (isAsking: boolean) =>
    task.whileScoring(async () => {
      if (isAsking) await asked("scorer");
      throw new Error("status 1");
    });
  await expect(fails(true)).rejects.toMatchObject({code: "model-key-refused", hint: expect.stringContaining("REBENCH_MODEL_KEY")});
  await expect(fails(false)).rejects.toThrow("status 1");
  expect(await task.whileScoring(async () => (await asked("scorer")).status)).toBe(502); // it made do without an answer
});

it("when it is closed all that was asked has been noted, and nobody is told that it failed", async () => {
  const {task, told, asked, upstream} = await opened(() => ({fail: "hang"}));
  const waiting = asked("service").catch(() => {});
  await vi.waitFor(() => expect(upstream.requests).toHaveLength(1));
  await task.close();
  expect(told).toEqual([expect.stringMatching(/^service \d+$/)]);
  await waiting;
});

it("a task without a model has nothing", async () => {
  const none = await openTaskModel({upstream: null} as unknown as TaskModelParts);
  expect([none.service, none.scorer, none.waitedSeconds()]).toEqual([{}, {}, 0]);
});

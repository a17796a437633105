import {copyFileSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {expect, it, onTestFinished} from "vitest";
import {serviceDesk} from "../../../src/runner/service/serviceDesk.js";
import {serviceProcess} from "../../../src/runner/service/serviceProcess.js";
import {temporaryFolder} from "../journal/temporary.js";

function newService(folder = temporaryFolder()) {
  copyFileSync(join(import.meta.dirname, "counting_service.py"), join(folder, "service.py"));
  const logged: string[] = [];
  const service = serviceProcess({
    ...{python: "python3", environmentFolder: folder, tier: "small", visible: "/visible", protected: "/protected"},
    ...{state: join(folder, "state"), environment: {PATH: process.env.PATH!}, log: (line) => logged.push(line)},
  });
  onTestFinished(() => service.close());
  const ask = async (request: unknown) => JSON.parse(await service.ask(JSON.stringify(request))) as {sum: number; pid: number};
  return {folder, service, ask, logged};
}

const isAlive = (pid: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

it("answers one after the other, however many ask at a time, and keeps its process", async () => {
  const {ask} = newService();
  const answers = await Promise.all([1, 2, 3, 4].map((add) => ask({add})));
  expect(answers.map(({sum}) => sum)).toEqual([1, 3, 6, 10]);
  expect(new Set(answers.map(({pid}) => pid)).size).toBe(1);
  expect(answers[0]).toMatchObject({tier: "small"});
});

it("one that ends is a fault of ours, and is started again with what it had promised", async () => {
  const {ask, logged} = newService();
  const {pid} = await ask({add: 5});
  await expect(ask({die: 0})).rejects.toMatchObject({code: "service-broken", message: expect.stringContaining("a secret word")});
  expect((await ask({add: 1})).sum).toBe(6);
  process.kill((await ask({})).pid, "SIGKILL");
  await sleep(100);
  const after = await ask({add: 1});
  expect(after.sum).toBe(7);
  expect(after.pid).not.toBe(pid);
  expect(logged).toHaveLength(1); // nobody asked while it was killed
});

it("answers that are no JSON, or too long, or unasked, are faults of ours", async () => {
  const {ask} = newService();
  await expect(ask({say: "no JSON"})).rejects.toMatchObject({code: "service-broken", problem: expect.stringContaining("not JSON")});
  await expect(ask({noise: 20 << 20})).rejects.toMatchObject({code: "service-broken", problem: expect.stringContaining("bytes")});
  expect(await ask({say: '{"sum": 1}\n{"sum": 2}'})).toEqual({sum: 1});
  await sleep(100);
  expect((await ask({add: 3})).sum).toBe(3); // another process: the one before spoke out of turn
});

it("a Python that is not there is said", async () => {
  const folder = temporaryFolder();
  const service = serviceProcess({
    ...{python: "/no/such/python", environmentFolder: folder, tier: "small", visible: "", protected: ""},
    ...{state: join(folder, "state"), environment: {}, log: () => {}},
  });
  await expect(service.ask("{}")).rejects.toMatchObject({code: "service-broken"});
});

it("stands still with the clock, and nothing is left of it at the end", async () => {
  const {service, ask} = newService();
  const {pid} = await ask({});
  service.freeze();
  let isAnswered = false;
  const slow = ask({add: 1}).then(() => {
    isAnswered = true;
  });
  await sleep(300);
  expect(isAnswered).toBe(false);
  service.thaw();
  await slow;
  const unanswered = ask({slow: 100});
  await sleep(50);
  service.close();
  await expect(unanswered).rejects.toMatchObject({code: "service-broken"});
  await sleep(100);
  expect(isAlive(pid)).toBe(false);
  await expect(ask({})).rejects.toMatchObject({code: "service-broken"});
});

it("one that is started while the clock stands waits for it", async () => {
  const {service, ask} = newService();
  service.freeze();
  let isAnswered = false;
  const asked = ask({add: 1}).then(() => {
    isAnswered = true;
  });
  await sleep(400);
  expect(isAnswered).toBe(false);
  service.thaw();
  await asked;
});

it("a request that is sent again counts once, and all stand in the transcript", async () => {
  const {service} = newService();
  const told: unknown[] = [];
  const transcript = {onService: (...entry: unknown[]) => told.push(entry)};
  const desk = serviceDesk(service, {transcript: transcript as never, monotonic: () => 0});
  const answers = await Promise.all([desk("request-1", {add: 2}), desk("request-1", {add: 2}), desk("request-2", {add: 2})]);
  expect(answers.map((answer) => (answer as {sum: number}).sum)).toEqual([2, 2, 4]);
  await expect(desk("request-3", {die: 1})).rejects.toMatchObject({code: "service-broken"});
  expect(told).toEqual([
    ['{"add":2}', expect.stringContaining('"sum": 2'), 0],
    ['{"add":2}', expect.stringContaining('"sum": 4'), 0],
    ['{"die":1}', null, 0],
  ]);
});

import {expect, it} from "vitest";
import type {AttemptPlan} from "../../../src/runner/attempt/attemptPlan.js";
import {attemptRecord} from "../../../src/runner/attempt/attemptRecord.js";
import {standingOf} from "../../../src/runner/attempt/restore.js";
import type {JournalEntry, JournalEvent} from "../../../src/runner/journal/event.js";
import {environmentWith} from "../scoring/deskParts.js";

const plan: AttemptPlan = {
  ...{format: "rebench-attempt", formatVersion: 1, id: "a-1", environment: "optimize_kernel", environmentVersion: "1", tier: "small"},
  ...{agent: "modular:m", person: null, cohort: null, timeLimitSeconds: 60, network: "model", sandbox: "auto", host: "local", seed: 3},
  limits: {tokens: null, costUsd: null, taskTokens: null, taskCostUsd: null, outputBytes: 1, diskBytes: 1, memoryBytes: null, processes: 1},
  ...{binds: [], gpus: [], data: "/d", synthetic: false, python: "/p", startingScore: 0, referenceScore: 10, constants: "measured"},
  taskModel: null,
  createdAt: "2026-01-01T00:00:00.000Z",
};
const agent = {kind: "agent", model: "m", scaffold: "Modular", alias: null} as const;
const mechanism = {sandbox: "bubblewrap", isolation: "other-user"};

/** [working seconds, seconds of the day, event] */
const journal = (...lines: [number, number, JournalEvent][]): JournalEntry[] =>
  lines.map(([workingSeconds, day, event], sequence) => ({
    ...{sequence, workingSeconds, time: new Date(Date.UTC(2026, 0, 1) + 1000 * day).toISOString()},
    ...event,
  }));
const started: JournalEvent = {type: "started", bootId: "b", pid: 1, mechanism};
const scored = (requestId: string, askedAtSeconds: number, score: number | null, changes: object = {}): JournalEvent => ({
  ...{type: "scored", requestId, askedAtSeconds, submissionSha256: "0", score, reason: score === null ? "no" : "", details: {}},
  ...{repeat: false, scoringSeconds: 1, remeasured: false, ...changes},
});
const call = (model: string, usage: object, costUsd: number | null, usageKnown = true): JournalEvent => ({
  type: "model-call",
  usage: {model, input: null, output: null, cacheRead: null, cacheWrite: null, reasoning: null, ...usage},
  ...{costUsd, usageKnown, chargedTokens: 7, chargedUsd: 0.5, generatingSeconds: 2},
});
const ended = (reason: Extract<JournalEvent, {type: "ended"}>["reason"]): JournalEvent => ({type: "ended", reason, detail: null});
const record = (
  entries: JournalEntry[],
  environment = environmentWith({}),
  participant: Parameters<typeof attemptRecord>[0]["participant"] = agent,
) => attemptRecord({plan, environment, participant, entries, host: {cpu: "c"}});

const entries = journal(
  [0, 1, started],
  [5, 6, {type: "paused", reason: "scoring"}],
  [5, 6, {type: "score-requested", requestId: "r1"}],
  [5, 9, scored("r1", 5, 4)],
  [5, 9, {type: "resumed", reason: "scoring", pausedSeconds: 3.00049}],
  [6, 10, call("b", {input: 10, output: 2}, 0.25)],
  [7, 11, call("a", {input: 1, output: 1, cacheRead: 5}, 0.5)],
  [8, 12, call("b", {input: 20, output: 3}, 0.125)],
  [30, 40, {type: "heartbeat"}],
  [30, 100, started],
  [30, 100, {type: "resumed", reason: "runner-down", pausedSeconds: 60}],
  [31, 101, scored("r2", 31, null)],
  [32, 102, scored("r3", 32, 3, {repeat: true, reason: "fine"})],
  [60.05, 130, {type: "limit", limit: "time-limit"}],
  [60.05, 131, scored("final-score", 60, 3)],
  [60.05, 131, ended("time-limit")],
);

it("is made of plan and journal, with what was asked when", () => {
  expect(record(entries)).toMatchObject({
    ...{id: "a-1", workingSeconds: 60, startedAt: "2026-01-01T00:00:01.000Z", endedAt: "2026-01-01T00:02:11.000Z"},
    ...{status: "finished", endReason: "time-limit", finalScore: 4, finalScoreRule: "best", startingScore: 0, referenceScore: 10, seed: 3},
    pauses: [
      {atWorkingSeconds: 5, seconds: 3, reason: "scoring"},
      {atWorkingSeconds: 30, seconds: 60, reason: "runner-down"},
    ],
    scoreLog: [
      {workingSeconds: 5, score: 4, message: null},
      {workingSeconds: 31, score: null, message: "no"},
      {workingSeconds: 32, score: 3, message: "fine; repeat"},
      {workingSeconds: 60, score: 3, message: null},
    ],
    tokenUsage: [
      {model: "a", input: 1, output: 1, cacheRead: 5, cacheWrite: null, reasoning: null},
      {model: "b", input: 30, output: 5, cacheRead: null, cacheWrite: null, reasoning: null},
    ],
    ...{generatingSeconds: 6, nominalCostUsd: 0.875, actualCostUsd: null, host: {cpu: "c"}, transcript: "transcript.jsonl"},
    sourceFields: {agent: "modular:m", resumptions: 1, scoringFailures: 0, "mechanism.isolation": "other-user"},
  });
});

it("made again it is the same, byte for byte", () => {
  expect(JSON.stringify(record(structuredClone(entries)))).toBe(JSON.stringify(record(entries)));
});

it.each([
  ["best", "higher", 4],
  ["best", "lower", 3],
  ["last", "higher", 3],
  ["first", "higher", 4],
] as const)("rule %s where %s scores are better", (scoreRule, direction, finalScore) => {
  expect(record(entries, environmentWith({scoreRule, direction}))).toMatchObject({finalScore, finalScoreRule: scoreRule});
});

it("the score that was measured again is the record's, and both are kept", () => {
  const again = [
    ...entries.slice(0, -1),
    ...journal([60.05, 132, scored("r1", 5, 3.5, {remeasured: true})], [60.05, 133, ended("submitted")]),
  ];
  const made = record(again);
  expect(made).toMatchObject({finalScore: 3.5, finalScoreRule: "remeasured", sourceFields: {scoreBeforeRemeasuring: 4}});
  expect(made.scoreLog).toHaveLength(4);
});

it("tokens that no call knows are null, a cost that one call lacks is null, and how many lack them is said", () => {
  const unknown = [...entries.slice(0, -1), ...journal([60, 131, call("b", {}, null, false)], [60, 131, ended("submitted")])];
  expect(record(unknown)).toMatchObject({nominalCostUsd: null, sourceFields: {modelCallsWithoutUsage: 1}});
  const without = journal([0, 1, started], [1, 2, scored("final-score", 1, 1)], [1, 2, ended("submitted")]);
  expect(record(without)).toMatchObject({tokenUsage: [], nominalCostUsd: 0, generatingSeconds: 0});
  const person = {kind: "human", person: "p", cohort: null, yearsExperience: null} as const;
  expect(record(without, undefined, person)).toMatchObject({tokenUsage: null, nominalCostUsd: null, generatingSeconds: null});
});

it.each([
  ["a fault of the runner", [scored("final-score", 1, 1), ended("runner-error")]],
  ["a sandbox that was lost", [scored("final-score", 1, 1), ended("sandbox-lost")]],
  [
    "a scorer that did not get to the end's submission",
    [scored("r", 1, 1), {type: "scoring-failed", requestId: "final-score", problem: "p"}, ended("submitted")],
  ],
] as [string, JournalEvent[]][])("%s is an error, and no result", (_, events) => {
  expect(record(journal([0, 0, started], ...events.map((event): [number, number, JournalEvent] => [1, 1, event])))).toMatchObject({
    status: "error",
  });
});

it("an agent's failure is a result", () => {
  expect(record(journal([0, 0, started], [1, 1, scored("final-score", 1, null)], [1, 1, ended("agent-failed")]))).toMatchObject({
    ...{status: "finished", finalScore: null, endReason: "agent-failed"},
  });
});

it("an attempt is taken up where its journal ends", () => {
  const none = {isNew: true, isEnded: false, ending: null, workingSeconds: 0, downSince: null, calls: [], taskModelCalls: []};
  expect(standingOf([])).toEqual(none);
  expect(standingOf(entries)).toMatchObject({isNew: false, isEnded: true});
  const standing = standingOf(entries.slice(0, 9));
  expect(standing).toMatchObject({
    isNew: false,
    isEnded: false,
    workingSeconds: 30,
    downSince: {reason: "runner-down", time: new Date("2026-01-01T00:00:40Z")},
  });
  expect(standing.calls).toHaveLength(3);
  expect(standing.calls[0]).toEqual({
    ...{model: "b", usage: {model: "b", input: 10, output: 2, cacheRead: null, cacheWrite: null, reasoning: null}, costUsd: 0.25},
    ...{seconds: 2, usageKnown: true, chargedTokens: 7, chargedUsd: 0.5},
  });
});

it("what the task's own model is asked is counted apart", () => {
  const usage = (input: number, output: number) => ({model: "j", input, output, cacheRead: null, cacheWrite: null, reasoning: null});
  const asked = (asker: "service" | "scorer", input: number, costUsd: number | null): JournalEvent => ({
    ...{type: "task-model-call", asker, usage: usage(input, 1), costUsd, usageKnown: asker === "scorer"},
    ...{chargedTokens: 9, chargedUsd: 0.5, generatingSeconds: 2},
  });
  const own = (...costs: (number | null)[]) =>
    journal(
      [0, 1, started],
      [1, 2, call("b", {input: 10, output: 2}, 0.25)],
      [2, 3, asked("service", 4, costs[0]!)],
      [3, 4, asked("scorer", 8, costs[1]!)],
      [9, 10, scored("final-score", 9, 3)],
      [9, 11, ended("token-limit")],
    );
  const recordWith = (...costs: (number | null)[]) =>
    attemptRecord({
      plan: {...plan, taskModel: "j"},
      environment: environmentWith({}),
      participant: agent,
      entries: own(...costs),
      host: {},
    });
  expect(recordWith(1, 0.5)).toMatchObject({
    ...{nominalCostUsd: 0.25, tokenUsage: [{model: "b", input: 10}], generatingSeconds: 2},
    sourceFields: {
      ...{taskModel: "j", taskModelCalls: 2, taskModelTokens: 14, taskModelCostUsd: 1.5, taskModelScoringCostUsd: 0.5},
      taskModelCallsWithoutUsage: 1,
    },
  });
  expect(recordWith(null, 0.5).sourceFields).toMatchObject({taskModelCostUsd: null, taskModelScoringCostUsd: 0.5});
  expect(Object.keys(record(own(1, 1)).sourceFields!).filter((name) => name.startsWith("task"))).toEqual([]);
  const {calls, taskModelCalls} = standingOf(own(1, 0.5));
  expect([calls.length, taskModelCalls.map(({chargedTokens, usageKnown}) => [chargedTokens, usageKnown])]).toEqual([
    1,
    [
      [9, false],
      [9, true],
    ],
  ]);
});

it("an attempt that has ended stays so, whatever is noted after it", () => {
  expect(standingOf(journal([0, 1, started], [9, 11, ended("submitted")], [9, 12, call("b", {}, 0)]))).toMatchObject({isEnded: true});
});

it("a pause that was cut off goes on as the time without a runner, from its beginning", () => {
  const cut = journal([0, 1, started], [5, 6, {type: "paused", reason: "scoring"}], [5, 9, {type: "score-requested", requestId: "r"}]);
  expect(standingOf(cut).downSince).toEqual({reason: "runner-down", time: new Date("2026-01-01T00:00:06Z")});
});

it("the user's pause is the user's, also where a scoring ended in it", () => {
  const paused = journal(
    [0, 1, started],
    [5, 6, {type: "paused", reason: "scoring"}],
    [5, 8, {type: "paused", reason: "user"}],
    [5, 9, {type: "resumed", reason: "scoring", pausedSeconds: 3}],
  );
  expect(standingOf(paused).downSince).toEqual({reason: "user", time: new Date("2026-01-01T00:00:08Z")});
});

it("what was decided of the end holds after a crash", () => {
  const cut = journal([0, 1, started], [5, 6, {type: "ending", reason: "submitted", detail: null}], [5, 7, scored("final-score", 5, 1)]);
  expect(standingOf(cut)).toMatchObject({isEnded: false, ending: {reason: "submitted", detail: null}});
});

import {expect, it} from "vitest";
import type {AttemptInput} from "../../src/record/attempt.js";
import {type AttemptGroup, type AttemptRow, attemptRows} from "../../src/store/attemptRows.js";
import {importOne, jsonLines, record, withStore, workshop} from "./workshop.js";

const {fresh, write} = workshop();
const EVERYTHING = {agents: null, environments: null};

async function storeOf(...files: AttemptInput[][]): Promise<string> {
  const store = fresh("rows.duckdb");
  for (const [i, records] of files.entries()) await importOne(store, write(`${i}.jsonl`, jsonLines(...records)));
  return store;
}

async function read(store: string, filter: {agents: string[] | null; environments: string[] | null} = EVERYTHING) {
  return withStore(store, "read", async ({connection}) => {
    const {groups, rows} = await attemptRows(connection, filter);
    const all: AttemptRow[] = [];
    for await (const some of rows) all.push(...some);
    return {groups, rows: all};
  });
}

const agent = (alias: string) => ({participant: {kind: "agent", alias} as const});
const counts = (groups: readonly AttemptGroup[]) => groups.map((group) => [group.agent, group.environment, group.attempts]);

it("groups attempts that differ in nothing but how they went, in the order of their first ids", async () => {
  const person = {kind: "human", person: "P1", cohort: "c"} as const;
  const store = await storeOf(
    [record("d", agent("B")), record("b", agent("A")), record("a", agent("B")), record("c", {participant: person})],
    [
      record("e", agent("A")),
      record("f", {...agent("A"), startingScore: 2, referenceScore: 1}),
      record("g", {...agent("A"), tier: "full"}),
    ],
  );
  const {groups, rows} = await read(store);
  expect(groups.map(({attempts, agent, sourceFile, tier, startingScore}) => [attempts, agent, sourceFile, tier, startingScore])).toEqual([
    [2, "B", "0.jsonl", null, null],
    [1, "A", "0.jsonl", null, null],
    [1, "human", "0.jsonl", null, null],
    [1, "A", "1.jsonl", null, null],
    [1, "A", "1.jsonl", null, 2],
    [1, "A", "1.jsonl", "full", null],
  ]);
  expect(groups[2]).toMatchObject({kind: "human", person: "P1", cohort: "c", scaffold: null});
  expect(rows.map(({attemptId, group}) => [attemptId, groups.indexOf(group)])).toEqual([
    ["a", 0],
    ["b", 1],
    ["c", 2],
    ["d", 0],
    ["e", 3],
    ["f", 4],
    ["g", 5],
  ]);
});

it("reads score logs and pauses as they are stored: with scores, without, empty, and none", async () => {
  const scoreLog = [
    {workingSeconds: 10, score: 0.25},
    {workingSeconds: 20.5, score: null},
    {workingSeconds: 30, score: 1},
  ];
  const pauses = [{atWorkingSeconds: 12, seconds: 3.5, reason: "break"}];
  const store = await storeOf([
    record("a", {scoreLog, workingSeconds: 31}),
    record("b", {finalScore: null, workingSeconds: null}),
    record("c", {scoreLog: [], pauses: []}),
    record("d", {scoreLog: scoreLog.slice(1), pauses}),
  ]);
  const {rows} = await read(store);
  const none = {logSeconds: null, logScores: null, pauseAt: null, pauseSeconds: null};
  expect(rows.map(({group: _, ...row}) => row)).toEqual([
    {...none, attemptId: "a", workingSeconds: 31, finalScore: 1, logSeconds: [10, 20.5, 30], logScores: [0.25, null, 1]},
    {...none, attemptId: "b", workingSeconds: null, finalScore: null},
    {attemptId: "c", workingSeconds: null, finalScore: 1, logSeconds: [], logScores: [], pauseAt: [], pauseSeconds: []},
    {attemptId: "d", workingSeconds: null, finalScore: 1, logSeconds: [20.5, 30], logScores: [null, 1], pauseAt: [12], pauseSeconds: [3.5]},
  ]);
});

it("reads attempts of some agents and environments, and those of none", async () => {
  const other = {environment: "fix_embedding"} as const;
  const store = await storeOf([record("a", agent("A")), record("b", agent("B")), record("c", {...agent("A"), ...other})]);
  const ofA = await read(store, {agents: ["A", "C"], environments: null});
  expect(counts(ofA.groups)).toEqual([
    ["A", "optimize_kernel", 1],
    ["A", "fix_embedding", 1],
  ]);
  expect(ofA.rows.map(({attemptId}) => attemptId)).toEqual(["a", "c"]);
  const {groups, rows} = await read(store, {agents: ["A", "B"], environments: ["fix_embedding"]});
  expect([counts(groups), rows.length]).toEqual([[["A", "fix_embedding", 1]], 1]);
  expect(await read(store, {agents: ["nobody"], environments: null})).toEqual({groups: [], rows: []});
});

it("keeps the order of ids, and the lists with their attempts, over more rows than are read at a time", async () => {
  const id = (i: number) => `attempt ${String((i * 7919) % 5000).padStart(5, "0")}`; // 7919 is prime: each once, out of order
  const scoreLog = (i: number) => Array.from({length: i % 4}, (_, j) => ({workingSeconds: j + 1, score: (i + j) / 8192}));
  const records = Array.from({length: 5000}, (_, i) => record(id(i), {...agent(`A${i % 3}`), seed: i, scoreLog: scoreLog(i)}));
  const {groups, rows} = await read(await storeOf(records));
  const expected = records.sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(groups.map(({attempts}) => attempts).sort()).toEqual([1666, 1667, 1667]);
  expect(rows.map(({attemptId, group, logScores}) => [attemptId, group.agent, logScores])).toEqual(
    expected.map((each) => [each.id, `A${each.seed! % 3}`, scoreLog(each.seed!).map(({score}) => score)]),
  );
});
